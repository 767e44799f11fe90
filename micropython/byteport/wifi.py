"""Wi-Fi for a station that goes on measuring while it joins: a step a call, and no step waits.

    wifi = Wifi([{"ssid": "home", "password": "…"}], hostname="porch", feed=watchdog.feed)
    wifi.on(ticks_ms())
    if wifi.poll(ticks_ms()) == UP: ...     # else OFF, JOINING or WAITING; wifi.reason says why

One network after another is tried, the one that worked last first, without a scan, which blocks for
seconds and sees no hidden network. When none could be joined it waits, up to a minute.

What a port says of a join is believed as far as it is true (network_wlan.c, network_cyw43.c):

* Only `isconnected` says that a join succeeded. An ESP32 repeats the reason of the attempt before
  until it has an address (micropython #17339), and says IDLE within a join that goes well.
* Both ports take some reasons back, so one must stand for a while. "Wrong password" is also said
  of a router that is starting up (mqtt_as #132, #154): it is asked again, after a pause.
* An ESP32 tries on for ever by itself and refuses the next connect(), unless it is told not to.
* A Pico W is out of reach after some idle minutes with its power management (micropython #9455),
  says "joining" of a network that is gone, and keeps its radio on until `deinit`, which may hang
  (#17621): the watchdog is fed before it, and it is not done in each round.
"""

from byteport.compat import const, ticks_add, ticks_diff

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

OFF = const(0)
JOINING = const(1)
UP = const(2)
WAITING = const(3)

_ATTEMPT_MS = const(15000)
_NEW_REASON_MS = const(1000)
_OLD_REASON_MS = const(6000)  # of one that stood before the attempt; a search takes 3 s
_PAUSE_MS = const(1000)
_FIRST_WAIT_MS = const(5000)
_LAST_WAIT_MS = const(60000)
_REPOWER_ROUNDS = const(5)

PICO = const(1)  # the least status that is no failure, by which the ports are told apart
_ESP = const(1000)
_ABSENT = (201, 210, 211, 212, -2)
_REFUSED = (202, 15, 204, 205, -3, 0)


class Wifi:
    """The board's station interface.

    ``networks`` are dicts of ssid and, where they have one, password and static: (address, mask,
    gateway, DNS). ``country`` is two letters, which a Pico W wants. ``feed`` is called before and
    after what may block. ``power_save=False`` has an ESP32 listen all the time, which makes answers
    faster and costs power. ``hint`` is what `hint` was before a sleep. ``state``; ``ssid`` while
    up; ``reason``: what became of each network, for a log. `wifi_join` has more for a board that
    sleeps.
    """

    def __init__(
        self,
        networks: "list[dict[str, Any]]",
        hostname: str = "",
        country: str = "",
        feed: "Callable[[], object]" = lambda: None,
        power_save: bool = True,
        hint: bytes = b"",
    ) -> None:
        if not networks:
            raise ValueError("no Wi-Fi network is configured")
        self._networks = networks
        self._names = (hostname[:32], country)
        self.feed = feed
        self._power_save = power_save
        self.hint = hint if hint and hint[0] < len(networks) else b""
        self.state = OFF
        self.reason = self.ssid = ""
        self.wlan: "Any" = None
        self.port = PICO
        self._powered = self._trying = self._again = self._static = False
        self._began = self._stood = self._due = 0
        self._before = self._status = self.index = self._tried = self._rounds = 0

    @property
    def up(self) -> bool:
        """Whether there is a link now, without which getaddrinfo hangs (micropython-lib #1078)."""
        return self.state == UP and bool(self.wlan.isconnected())

    def on(self, now: int) -> None:
        """Begin to join; `poll` does the rest."""
        if self.state == OFF:
            self._rounds = 0
            self.reason = ""
            self._start(now)

    def off(self) -> None:
        """Leave and take the radio's power; `on` after it helps a link that carries nothing."""
        self._power_off(True)
        self.state = OFF
        self.ssid = ""

    def poll(self, now: int) -> int:
        """Take the next step, if it is time for one; return the state."""
        state = self.state
        if state == UP:
            if not self.wlan.isconnected():
                self.reason = self.ssid + ": link lost"
                self._start(ticks_add(now, _PAUSE_MS))
        elif state == JOINING:
            self._step(now)
        elif state == WAITING and ticks_diff(now, self._due) >= 0:
            self.reason = ""
            self._start(now)
        return self.state

    # One round: every network, beginning with the one that worked last

    def _start(self, due: int) -> None:
        self.ssid = ""
        self._due = due
        self._tried = 0
        self._again = self._trying = False
        self.index = self.hint[0] if self.hint else 0
        try:
            self._power_on()
            self.state = JOINING  # not before: memory may be short
        except (OSError, RuntimeError, ValueError) as error:
            self.reason = repr(error)
            self._end(due)

    def _step(self, now: int) -> None:
        if not self._trying:
            if ticks_diff(now, self._due) >= 0:
                self._attempt(now)
        elif self.wlan.isconnected():
            self.state = UP
            self.ssid = self._networks[self.index]["ssid"]
            self.reason = ""
            self._rounds = 0
            if self.hint[:1] != bytes((self.index,)):
                self.hint = bytes((self.index,))
        else:
            self._judge(now, self.wlan.status())

    def _attempt(self, now: int) -> None:
        network = self._networks[self.index]
        self._trying = True
        self._began = self._stood = now
        try:
            self._address(network.get("static"))
            hint = self.hint
            known = len(hint) == 8 and hint[0] == self.index
            where = {"bssid": hint[2:], "channel": hint[1]} if known else {}
            self.wlan.connect(network["ssid"], network.get("password"), **where)
            self._before = self._status = self.wlan.status()
        except (OSError, RuntimeError, ValueError) as error:
            self._fail(now, str(error))

    def _judge(self, now: int, status: int) -> None:
        """End the attempt where its reason can be believed, or its time is over."""
        if status != self._status:
            self._status = status
            self._stood = now
        over = ticks_diff(now, self._began) >= _ATTEMPT_MS
        must_ms = _OLD_REASON_MS if status == self._before else _NEW_REASON_MS
        if not over and (status >= self.port or ticks_diff(now, self._stood) < must_ms):
            return
        if self._associated():  # only the address is missing
            if over:
                self._fail(now, "joined, but DHCP gave no address")
        elif status in _ABSENT:
            self._fail(now, "no such network in reach")
        elif status in _REFUSED:
            self._fail(now, "refused, is the password right?", True)
        else:
            self._fail(now, "no answer, status " + str(status))

    def _fail(self, now: int, why: str, refused: bool = False) -> None:
        self._trying = False
        self._due = ticks_add(now, _PAUSE_MS)
        self._leave()
        if len(self.hint) == 8:
            self.hint = b""  # the access point may be another one now
        elif refused and not self._again:
            self._again = True
        else:
            self._again = False
            why = self._networks[self.index]["ssid"] + ": " + why
            self.reason = self.reason + "; " + why if self.reason else why
            self.index = (self.index + 1) % len(self._networks)
            self._tried += 1
            if self._tried == len(self._networks):
                self._end(now)

    def _end(self, now: int) -> None:
        self._rounds += 1
        self._power_off(self._rounds % _REPOWER_ROUNDS == 0)
        wait_ms = min(_FIRST_WAIT_MS << min(self._rounds - 1, 4), _LAST_WAIT_MS)
        self._due = ticks_add(now, wait_ms)
        self.state = WAITING

    # The interface, as the ports have it

    def _power_on(self) -> None:
        if self._powered:
            return
        import network  # type: ignore[import-not-found]

        if self.wlan is None:
            hostname, country = self._names
            if hostname:
                network.hostname(hostname)
            if country:
                network.country(country)
            self.port = _ESP if network.STAT_GOT_IP > 3 else PICO
            self.wlan = network.WLAN(network.STA_IF)
        wlan = self.wlan
        self.feed()
        wlan.active(True)
        self.feed()
        self._powered = True
        if self.port == _ESP:
            wlan.config(reconnects=0)
        if self.port == PICO or not self._power_save:
            wlan.config(pm=wlan.PM_NONE)

    def _power_off(self, fully: bool) -> None:
        if self._powered:
            self._leave()
            if fully or self.port == _ESP:
                self.feed()
                self.wlan.active(False)
                if self.port == PICO:
                    self.wlan.deinit()
                self.feed()
                self._powered = False

    def _address(self, static: "tuple[str, str, str, str] | None") -> None:
        if static:
            self.wlan.ifconfig(tuple(static))
        elif self._static and self.port == _ESP:
            self.wlan.ifconfig("dhcp")
        elif self._static:  # a Pico's ifconfig would wait for an address
            self._power_off(True)
            self._power_on()
        self._static = bool(static)

    def _associated(self) -> bool:
        if self.port == PICO:
            return bool(self.wlan.status() == 2)
        try:
            self.wlan.status("rssi")
            return True
        except OSError:
            return False

    def _leave(self) -> None:
        try:
            self.wlan.disconnect()
        except OSError:
            pass  # it had not come so far
