"""`network` with the WLAN of an ESP32 or a Pico W; its status numbers depend on the port."""

# ruff: noqa: ARG002 (network's signatures)

from byteport_mocks.board import wifi
from byteport_mocks.board.current import current

STA_IF = 0
AP_IF = 1

STATUSES = {
    "esp32": {
        "STAT_IDLE": 1000,
        "STAT_CONNECTING": 1001,
        "STAT_GOT_IP": 1010,
        "STAT_NO_AP_FOUND": 201,
        "STAT_WRONG_PASSWORD": 202,
        "STAT_BEACON_TIMEOUT": 200,
        "STAT_ASSOC_FAIL": 203,
        "STAT_CONNECT_FAIL": 203,
        "STAT_HANDSHAKE_TIMEOUT": 204,
    },
    "rp2": {
        "STAT_IDLE": 0,
        "STAT_CONNECTING": 1,
        "STAT_GOT_IP": 3,
        "STAT_CONNECT_FAIL": -1,
        "STAT_NO_AP_FOUND": -2,
        "STAT_WRONG_PASSWORD": -3,
    },
}
_PICO_STATUSES = {
    wifi.CONNECTING: 1,
    wifi.LOST: 1,
    wifi.ADDRESSING: 2,
    wifi.JOINED: 3,
    wifi.NO_AP: -2,
    wifi.WRONG_PASSWORD: -3,
    wifi.FAILED: -1,
}
_NO_ADDRESS = "0.0.0.0"  # noqa: S104
_BY_DHCP = ("192.168.4.20", "255.255.255.0", "192.168.4.1", "192.168.4.1")
_MAX_HOSTNAME = 32
_SCAN_MS = 2000


class WLAN:
    """An ESP32's station; an access point can be named and does nothing."""

    IF_STA = STA_IF
    IF_AP = AP_IF
    PM_NONE = 0
    PM_PERFORMANCE = 1
    PM_POWERSAVE = 2

    def __init__(self, interface_id: int = STA_IF) -> None:
        self._board = current()
        self._wifi = self._board.wifi
        self._is_station = interface_id == STA_IF

    def active(self, is_active: "bool | None" = None) -> bool:
        if is_active is not None and self._is_station:
            if is_active:
                self._wifi.power_on()
            else:
                self._power_down()
        return self._is_station and self._wifi.state() != wifi.OFF

    def _power_down(self) -> None:
        self._wifi.power_off()

    def connect(
        self, ssid: str = "", key: "str | None" = None, *, bssid: "bytes | None" = None
    ) -> None:
        self._wifi.join(ssid, key or "", bssid)

    def disconnect(self) -> None:
        self._wifi.leave()

    def isconnected(self) -> bool:
        return self._is_station and self._wifi.state() == wifi.JOINED

    def status(self, param: "str | None" = None) -> "int | None":
        if param == "rssi":
            return self._rssi()
        if param is not None:
            raise ValueError("unknown status param")
        return self._status()

    def _rssi(self) -> int:
        rssi = self._wifi.rssi()
        if rssi is None:
            raise OSError("Wifi Not Connected")
        return rssi

    def _status(self) -> int:
        # the order of network_wlan.c: three reasons outlive the attempt that they are of
        if self._wifi.state() == wifi.JOINED:
            return 1010
        reason = self._wifi.reason
        if reason in (201, 202):
            return reason
        if reason == 8:
            return 1000
        return 1001 if self._wifi.tries_on() else (reason or 1000)

    def scan(self) -> "list[tuple[bytes, bytes, int, int, int, bool]]":
        """Return (ssid, bssid, channel, rssi, security, hidden) of each network in reach."""
        if self._wifi.state() == wifi.OFF:
            raise OSError("STA must be active")
        self._board.clock.sleep_ms(_SCAN_MS)
        found = list(self._wifi.networks.items()) + self._wifi.others
        return [
            (b"" if ap.hidden else ssid.encode(), ap.bssid, ap.channel, ap.rssi, ap.security, False)
            for ssid, ap in found
        ]

    def ifconfig(
        self, config: "tuple[str, str, str, str] | str | None" = None
    ) -> "tuple[str, ...] | None":
        """Return (address, mask, gateway, DNS), or set them, or ask DHCP for them ("dhcp")."""
        if config == "dhcp":
            self._ask_dhcp()
            return None
        if config is not None:
            self._wifi.static = tuple(config)
            if len(self._wifi.static) != 4:
                raise ValueError("requested length 4")
            return None
        if self.isconnected():
            return self._wifi.static or _BY_DHCP
        return _NO_ADDRESS, _NO_ADDRESS, _NO_ADDRESS, _NO_ADDRESS

    def _ask_dhcp(self) -> None:
        self._wifi.static = None

    def config(self, param: "str | None" = None, **settings: object) -> "object":
        """Return one setting, or set some: of these ``reconnects`` and ``pm`` have an effect."""
        if param is None:
            for name, value in settings.items():
                self._set(name, value)
            return None
        if param in ("ssid", "essid"):
            return self._wifi.ssid()
        if param == "mac":
            return self._board.unique_id[:6]
        if param == "channel":
            point = self._wifi.networks.get(self._wifi.ssid())
            return point.channel if point else 1
        if param in ("hostname", "dhcp_hostname"):
            return self._wifi.hostname
        return self._get(param)

    def _get(self, param: str) -> object:
        if param not in ("pm", "reconnects"):
            raise ValueError("unknown config param")
        return getattr(self._wifi, param)

    def _set(self, name: str, value: object) -> None:
        self._get(name)
        setattr(self._wifi, name, value)


class PicoWLAN(WLAN):
    """A Pico W's station: its power management has other numbers, and it can be powered down."""

    PM_NONE = 0x10
    PM_PERFORMANCE = 0xA11142
    PM_POWERSAVE = 0x11

    def connect(  # type: ignore[override]
        self,
        ssid: str,
        key: "str | None" = None,
        *,
        security: int = -1,
        bssid: "bytes | None" = None,
        channel: int = 0,
    ) -> None:
        self._wifi.join(ssid, key or "", bssid, channel)

    def deinit(self) -> None:
        self._wifi.power_off()
        self._wifi.static = None

    def _power_down(self) -> None:
        pass  # cyw43_wifi_set_up leaves a station as it is

    def _rssi(self) -> int:
        return self._wifi.rssi() or 0

    def _status(self) -> int:
        return _PICO_STATUSES.get(self._wifi.state(), 0)

    def _ask_dhcp(self) -> None:
        self._wifi.static = None
        for _ in range(100):  # mod_network_nic_ifconfig waits up to 10 s
            if self.isconnected():
                return
            self._board.clock.sleep_ms(100)
        raise OSError("timeout waiting for DHCP to get IP address")

    def _get(self, param: str) -> object:
        if param != "pm":
            raise ValueError("unknown config param")
        return self._wifi.pm


def hostname(name: "str | None" = None) -> str:
    board_wifi = current().wifi
    if name is not None:
        if len(name) > _MAX_HOSTNAME:
            raise ValueError
        board_wifi.hostname = name
    return board_wifi.hostname


def country(code: "str | None" = None) -> str:
    board_wifi = current().wifi
    if code is not None:
        if len(code) != 2:
            raise ValueError
        board_wifi.country = code
    return board_wifi.country
