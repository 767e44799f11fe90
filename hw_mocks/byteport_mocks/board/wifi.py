"""The radio of a board: which networks there are, and how joins end.

    board.wifi.add_network("home", "secret", rssi=-61)
    board.wifi.script("no_ap", "wrong_password", "never", "ok")   # the next joins end so
    board.wifi.drop()                                             # the link is lost
    board.wifi.remove_network("home")                             # the access point is off

An ESP32 tries again by itself and says "connecting" all the time, unless `config(reconnects=n)` is
set; a Pico W tries once and says how it ended (network_wlan.c and network_cyw43.c of MicroPython).
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.board.simulated_board import SimulatedBoard

OFF = "off"
IDLE = "idle"
CONNECTING = "connecting"
JOINED = "ok"
NO_AP = "no_ap"
WRONG_PASSWORD = "wrong_password"  # noqa: S105 (an outcome)
FAILED = "fail"
NEVER = "never"
OUTCOMES = (JOINED, NO_AP, WRONG_PASSWORD, FAILED, NEVER)

_JOIN_MS = 2500


class SimulatedWifi:
    """The station side of one board; `network.WLAN` is its face."""

    def __init__(self, board: "SimulatedBoard") -> None:
        self._board = board
        self.join_ms = _JOIN_MS
        self.joins = 0  # attempts made
        self.networks: "dict[str, tuple[str, int]]" = {}  # key and signal strength by name
        self.reconnects = 0
        self._script: "list[str]" = []
        self.power_off()

    # For tests

    def add_network(self, ssid: str, key: str = "", rssi: int = -60) -> None:
        """Put an access point in reach."""
        self.networks[ssid] = (key, rssi)

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
        """Lose the link; an ESP32 begins to join again."""
        if self.state() != JOINED:
            return
        self._state = IDLE
        if self._board.port == "esp32":
            self._attempts = 0
            self._begin()

    # For network.WLAN

    def power_off(self) -> None:
        self._state = OFF
        self._ssid = ""
        self._key = ""
        self._attempts = 0
        self._done_ms = 0

    def power_on(self) -> None:
        if self._state == OFF:
            self._state = IDLE

    def join(self, ssid: str, key: str) -> None:
        if self.state() == OFF:
            raise OSError("Wifi Not Started" if self._board.port == "esp32" else -1)
        if self.state() == CONNECTING and self._board.port == "esp32":
            raise OSError("Wifi Internal State Error")
        self._ssid = ssid
        self._key = key
        self._attempts = 0
        self._begin()

    def leave(self) -> None:
        if self._state != OFF:
            self._state = IDLE

    def state(self) -> str:
        """Return the state now; joins end when their time is over."""
        while self._state == CONNECTING and self._board.clock.ticks_ms() >= self._done_ms:
            self._end()
        return self._state

    def rssi(self) -> "int | None":
        """Return the signal strength, None where there is no link."""
        if self.state() != JOINED:
            return None
        return self.networks[self._ssid][1] if self._ssid in self.networks else -60

    def ssid(self) -> str:
        return self._ssid

    def _begin(self) -> None:
        self._state = CONNECTING
        self.joins += 1
        self._attempts += 1
        self._outcome = self._script.pop(0) if self._script else self._by_networks()
        start_ms = self._board.clock.ticks_ms()
        self._done_ms = start_ms + (1 << 40 if self._outcome == NEVER else self.join_ms)

    def _by_networks(self) -> str:
        if self._ssid not in self.networks:
            return NO_AP
        return JOINED if self.networks[self._ssid][0] == self._key else WRONG_PASSWORD

    def _end(self) -> None:
        if (
            self._outcome == JOINED
            or self._board.port != "esp32"
            or (self.reconnects and self._attempts >= self.reconnects)
        ):
            self._state = self._outcome
        else:
            done_ms = self._done_ms
            self._begin()
            if self._outcome != NEVER:
                self._done_ms = done_ms + self.join_ms
