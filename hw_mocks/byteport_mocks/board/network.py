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
_NAMES = {
    wifi.OFF: "STAT_IDLE",
    wifi.IDLE: "STAT_IDLE",
    wifi.CONNECTING: "STAT_CONNECTING",
    wifi.JOINED: "STAT_GOT_IP",
    wifi.NO_AP: "STAT_NO_AP_FOUND",
    wifi.WRONG_PASSWORD: "STAT_WRONG_PASSWORD",
}
_settings = {"hostname": "mpy-board", "country": "XX"}


class WLAN:
    """The station; an access point can be named and does nothing."""

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
                self._wifi.power_off()
        return self._is_station and self._wifi.state() != wifi.OFF

    def connect(self, ssid: str = "", key: "str | None" = None, *, bssid: object = None) -> None:
        self._wifi.join(ssid, key or "")

    def disconnect(self) -> None:
        self._wifi.leave()

    def isconnected(self) -> bool:
        return self._is_station and self._wifi.state() == wifi.JOINED

    def status(self, param: "str | None" = None) -> "int | None":
        if param == "rssi":
            rssi = self._wifi.rssi()
            if rssi is None:
                raise OSError("Wifi Not Connected")
            return rssi
        if param is not None:
            raise ValueError("unknown status param")
        port = self._board.port
        failed = "STAT_ASSOC_FAIL" if port == "esp32" else "STAT_CONNECT_FAIL"
        return STATUSES[port][_NAMES.get(self._wifi.state(), failed)]

    def scan(self) -> "list[tuple[bytes, bytes, int, int, int, bool]]":
        """Return (ssid, bssid, channel, rssi, security, hidden) of each network in reach."""
        if self._wifi.state() == wifi.OFF:
            raise OSError("STA must be active")
        self._board.clock.sleep_ms(2000)
        return [
            (ssid.encode(), b"\x02\x00\x00\x00\x00\x01", 6, rssi, 3 if key else 0, False)
            for ssid, (key, rssi) in self._wifi.networks.items()
        ]

    def ifconfig(self, config: object = None) -> "tuple[str, str, str, str]":
        if self.isconnected():
            return "192.168.4.20", "255.255.255.0", "192.168.4.1", "192.168.4.1"
        return "0.0.0.0", "0.0.0.0", "0.0.0.0", "0.0.0.0"  # noqa: S104 (no address)

    def config(self, param: "str | None" = None, **settings: object) -> "object":
        """Return one setting, or set some: of these only ``reconnects`` has an effect."""
        if param is None:
            reconnects = settings.get("reconnects")
            if isinstance(reconnects, int):
                self._wifi.reconnects = max(0, reconnects)
            return None
        if param in ("ssid", "essid"):
            return self._wifi.ssid()
        if param == "mac":
            return self._board.unique_id[:6]
        if param == "reconnects":
            return self._wifi.reconnects
        if param in ("hostname", "dhcp_hostname"):
            return _settings["hostname"]
        raise ValueError("unknown config param")


def hostname(name: "str | None" = None) -> str:
    if name is not None:
        _settings["hostname"] = name
    return _settings["hostname"]


def country(code: "str | None" = None) -> str:
    if code is not None:
        _settings["country"] = code
    return _settings["country"]
