"""The radio of a board: which networks there are, and how joins end.

    board.wifi.add_network("home", "secret", rssi=-61)
    board.wifi.script("no_ap", "wrong_password", "never", "ok")   # the next joins end so
    board.wifi.drop()                                             # the link is lost
    board.wifi.remove_network("home")                             # the access point is off
    board.wifi.radio_on_ms()                                      # how long it had power

An ESP32 tries again by itself unless `config(reconnects=n)` is set, and remembers why it last lost
a network until it has an address. A Pico W tries once and says how it ended; it says "joining" of a
network that went away, and only `deinit` takes the radio's power (network_wlan.c and
network_cyw43.c of MicroPython 1.25, cyw43_ctrl.c of cyw43-driver).
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.board.simulated_board import SimulatedBoard

OFF = "off"
IDLE = "idle"
CONNECTING = "connecting"
ADDRESSING = "addressing"  # with the access point, and without an address yet
LOST = "lost"
JOINED = "ok"
NO_AP = "no_ap"
WRONG_PASSWORD = "wrong_password"  # noqa: S105 (an outcome)
HANDSHAKE = "handshake"  # what an ESP32 most often makes of a wrong password
FAILED = "fail"
NO_ADDRESS = "no_address"  # DHCP does not answer
NEVER = "never"
OUTCOMES = (JOINED, NO_AP, WRONG_PASSWORD, HANDSHAKE, FAILED, NO_ADDRESS, NEVER)

_REASONS = {NO_AP: 201, WRONG_PASSWORD: 202, FAILED: 203, HANDSHAKE: 15}  # of ESP-IDF
_LEFT = 8
_BEACON_TIMEOUT = 200
_FOR_EVER_MS = 1 << 40


class AccessPoint:
    """A network in reach."""

    def __init__(self, key: str, rssi: int, hidden: bool, channel: int, bssid: bytes) -> None:
        self.key = key
        self.security = 3 if key else 0
        self.rssi = rssi
        self.hidden = hidden
        self.channel = channel
        self.bssid = bssid


class SimulatedWifi:
    """The station side of one board; `network.WLAN` is its face.

    A join takes ``join_ms`` to the access point, or ``quick_join_ms`` where its address and channel
    are given, and ``address_ms`` more for DHCP.
    """

    def __init__(self, board: "SimulatedBoard") -> None:
        self._board = board
        self.join_ms = 2500
        self.quick_join_ms = 500
        self.address_ms = 0
        self.switch_ms = 0  # how long it blocks when it is switched on or off
        self.joins = 0  # attempts made
        self.leaves = 0
        self.power_ons = 0
        self.networks: "dict[str, AccessPoint]" = {}
        self.others: "list[tuple[str, AccessPoint]]" = []  # further access points that a scan finds
        self._script: "list[str]" = []
        self._state = OFF
        self._on_ms = self._on_since_ms = 0
        self.reset()

    # For tests

    def add_network(
        self,
        ssid: str,
        key: str = "",
        rssi: int = -60,
        hidden: bool = False,
        channel: int = 6,
        bssid: bytes = b"\x02\x00\x00\x00\x00\x01",
    ) -> None:
        """Put an access point in reach."""
        self.networks[ssid] = AccessPoint(key, rssi, hidden, channel, bssid)

    def remove_network(self, ssid: str) -> None:
        """Switch an access point off."""
        self.networks.pop(ssid)
        if self._ssid == ssid:
            self.drop()

    def script(self, *outcomes: str) -> None:
        """Say how the next joins end, one each; after them the networks decide."""
        for outcome in outcomes:
            if outcome not in OUTCOMES:
                raise ValueError(f"a join ends {', '.join(OUTCOMES)}, not {outcome!r}")
        self._script.extend(outcomes)

    def drop(self) -> None:
        """Lose the link; an ESP32 begins to join again, if it may."""
        if self.state() != JOINED:
            return
        self._state = IDLE if self._board.port == "esp32" else LOST
        self._attempts = 0
        self._lose(_BEACON_TIMEOUT)

    def now(self, outcome: str) -> None:
        """Have the present attempt say this from now on."""
        self._state = outcome

    def is_joined(self) -> bool:
        """Tell whether packets pass."""
        return self.state() == JOINED

    def radio_on_ms(self) -> int:
        """Return how long the radio had power."""
        since_ms = self._board.clock.ticks_ms() - self._on_since_ms
        return self._on_ms + (0 if self._state == OFF else since_ms)

    # For network.WLAN

    def reset(self) -> None:
        """Go back to what a board starts with."""
        self.power_off()
        self.reconnects = -1  # how often an ESP32 tries again, -1 for ever
        self.reason = 0  # why an ESP32 last lost a network
        self.pm: "int | None" = None
        self.hostname = "mpy-board"
        self.country = "XX"
        self.static: "tuple[str, ...] | None" = None

    def power_off(self) -> None:
        if self._state != OFF:
            self._board.clock.sleep_ms(self.switch_ms)
        self._on_ms = self.radio_on_ms()
        self._state = OFF
        self._forget()

    def power_on(self) -> None:
        if self._state == OFF:
            self.power_ons += 1
            self._on_since_ms = self._board.clock.ticks_ms()
            self._board.clock.sleep_ms(self.switch_ms)
            self._state = IDLE

    def join(self, ssid: str, key: str, bssid: "bytes | None" = None, channel: int = 0) -> None:
        if self.state() == OFF:
            raise OSError("Wifi Not Started" if self._board.port == "esp32" else 1)
        if self.state() == CONNECTING and self._board.port == "esp32":
            raise OSError("Wifi Internal State Error")
        self._ssid = ssid
        self._key = key
        self._bssid: "bytes | None" = bssid
        self._channel = channel
        self._attempts = 0
        self.requested = True
        self._begin(self._board.clock.ticks_ms())

    def leave(self) -> None:
        if self.state() in (CONNECTING, ADDRESSING, JOINED):
            self.reason = _LEFT
            self.leaves += 1
        self.requested = False
        if self._state != OFF:
            self._state = IDLE

    def state(self) -> str:
        """Return the state now; joins end when their time is over."""
        while self._state in (CONNECTING, ADDRESSING):
            if self._board.clock.ticks_ms() < self._done_ms:
                break
            self._go_on()
        return self._state

    def tries_on(self) -> bool:
        """Tell whether an ESP32 is at it, or begins again by itself."""
        return self.requested and (self.reconnects < 0 or self._attempts <= self.reconnects)

    def rssi(self) -> "int | None":
        """Return the signal strength, None where no access point has this board."""
        if self.state() not in (JOINED, ADDRESSING):
            return None
        return self.networks[self._ssid].rssi if self._ssid in self.networks else -60

    def ssid(self) -> str:
        return self._ssid

    def _forget(self) -> None:
        self._ssid = ""
        self._key = ""
        self._bssid = None
        self._channel = 0
        self._attempts = 0
        self._done_ms = 0
        self.requested = False

    def _begin(self, start_ms: int) -> None:
        self._state = CONNECTING
        self.joins += 1
        self._outcome = self._script.pop(0) if self._script else self._by_networks()
        point = self.networks.get(self._ssid)
        known = point is not None and (self._bssid, self._channel) == (point.bssid, point.channel)
        took_ms = self.quick_join_ms if known else self.join_ms
        self._done_ms = start_ms + (_FOR_EVER_MS if self._outcome == NEVER else took_ms)

    def _by_networks(self) -> str:
        point = self.networks.get(self._ssid)
        if point is None or self._bssid not in (None, point.bssid):
            return NO_AP
        return JOINED if point.key == self._key else WRONG_PASSWORD

    def _go_on(self) -> None:
        """Take the step whose time has come."""
        if self._state == CONNECTING and self._outcome in (JOINED, NO_ADDRESS):
            self._state = ADDRESSING
            wait_ms = 0 if self.static else self.address_ms
            self._done_ms += _FOR_EVER_MS if self._outcome == NO_ADDRESS else wait_ms
        elif self._state == ADDRESSING:
            self._state = JOINED
            self.reason = 0
        elif self._board.port == "esp32":
            self._state = IDLE
            self._lose(_REASONS[self._outcome])
        else:
            self._state = WRONG_PASSWORD if self._outcome == HANDSHAKE else self._outcome

    def _lose(self, reason: int) -> None:
        if self._board.port == "esp32":
            lost_ms = self._board.clock.ticks_ms() if reason == _BEACON_TIMEOUT else self._done_ms
            self.reason = reason
            self._attempts += 1
            if self.tries_on():
                self._begin(lost_ms)
