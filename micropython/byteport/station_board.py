"""What every way to run a board has: watchdog, LED, Wi-Fi and waits that keep them going."""

import machine  # type: ignore[import-not-found]

from byteport.compat import Stream, const, sleep_ms, ticks_add, ticks_diff, ticks_ms
from byteport.wifi import Wifi

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.boot_log import BootLog

_PATIENCE_MS = const(60000)
_FEED_MS = const(4000)  # an RP2's watchdog has 8.3 s at most


class Board:
    """A board as station.json and secrets.json describe it; its watchdog runs from `start` on.

    ``code`` is what the LED shows, ``step_ms`` how long a wait may be without feeding.
    """

    def __init__(
        self, settings: "dict[str, Any]", secrets: "dict[str, Any]", log: "BootLog"
    ) -> None:
        self.log = log
        self.settings = settings["board"]
        get = self.settings.get
        self.code = 0
        self._led: "Any" = None
        if "led" in self.settings:
            from byteport.led import Led

            self._led = Led(get("led"), get("led_active_low", False))
        networks = self.settings["wifi"]
        for i in range(len(networks)):
            networks[i]["password"] = secrets["wifi"][i] or None
        self.wifi = Wifi(networks, get("hostname", ""), get("country", ""), self.feed)
        self._timer: "Any" = None
        self._patient = False
        self._watchdog: "Any" = None
        self._watchdog_ms: int = self.settings["watchdog_ms"]
        self.step_ms = self._watchdog_ms // 2 or _PATIENCE_MS
        Stream.idle = self.idle

    def start(self) -> None:
        """Start the watchdog, which has no stop: what is wrong with the settings showed before."""
        if self._watchdog_ms:
            self._watchdog = machine.WDT(timeout=self._watchdog_ms)

    def wait(self, ms: int) -> None:
        """Sleep, feeding the watchdog and showing the LED's code."""
        end = ticks_add(ticks_ms(), ms)
        while ms > 0:
            self.feed()
            sleep_ms(min(ms, self.step_ms, self.show(self.code)))
            ms = ticks_diff(end, ticks_ms())
        self.feed()

    def show(self, code: int) -> int:
        """Show a code on the LED; return the ms until that changes."""
        return self._led.show(code) if self._led else _PATIENCE_MS

    def idle(self, lookup: bool = False) -> int:
        """Use a wait of the connection; return how long it may go on."""
        if lookup:
            self.may_look_up()
        else:
            self.feed()
        return self.step_ms

    def may_look_up(self) -> bool:
        """Return whether there is a link; a look-up of a name may then take a minute.

        The firmware waits in it, without limit: an ESP32's watchdog is set to a minute until it is
        fed again, an RP2's is fed by a timer for as long.
        """
        if self._watchdog and not self._patient:
            self.feed()
            try:
                machine.WDT(timeout=max(self._watchdog_ms, _PATIENCE_MS))
            except ValueError:
                self._left = _PATIENCE_MS // _FEED_MS
                self._timer = machine.Timer()
                self._timer.init(period=_FEED_MS, callback=self._feed_on)
            self._patient = True
        return self.wifi.up

    def feed(self) -> None:
        if self._watchdog:
            if self._patient:
                self._patient = False
                if self._timer:
                    self._timer.deinit()
                else:
                    machine.WDT(timeout=self._watchdog_ms)
            self._watchdog.feed()

    def _feed_on(self, _: object) -> None:
        if self._left:
            self._left -= 1
            self._watchdog.feed()


def new_output(settings: "dict[str, Any]", secrets: "dict[str, Any]") -> "Any":
    """Return what carries readings to the service that station.json names."""
    from byteport.station_http import HttpOutput

    return HttpOutput(settings, secrets["key"])
