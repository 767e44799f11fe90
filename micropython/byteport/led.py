"""A station's LED: off while all is well, on while it sends, else so many flashes every 2 s."""

from machine import Pin  # type: ignore[import-not-found]

from byteport.compat import const, ticks_diff, ticks_ms

JOINING = const(1)
NOT_SENDING = const(2)  # no network, or no service
SENSOR = const(3)
HALTED = const(4)  # a configuration that is wrong, or safe mode
SENDING = const(9)

_STEP_MS = const(150)
_STEPS = const(14)


class Led:
    """One LED on a pin: a number, or a name of the firmware's."""

    def __init__(self, pin: "int | str", active_low: bool = False) -> None:
        self._pin = Pin(pin, Pin.OUT)
        self._active_low = active_low
        self._code = 0
        self._since = ticks_ms()
        self.show(0)

    def show(self, code: int) -> int:
        """Show a code as it is at this moment; return the ms until it changes, 60,000 for never."""
        now = ticks_ms()
        steps = ticks_diff(now, self._since) // _STEP_MS
        if code != self._code or not 0 <= steps < 9000:
            self._since = now
            self._code = code
            steps = 0
        on = code == SENDING or (steps % 2 == 0 and steps % _STEPS < 2 * code)
        self._pin.value(on != self._active_low)
        if code in (0, SENDING):
            return 60000
        return _STEP_MS - ticks_diff(now, self._since) % _STEP_MS
