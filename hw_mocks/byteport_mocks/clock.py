"""Time that passes only when it is told to: a 750 ms conversion costs a test nothing.

One clock is shared by a bus, its chips and the code under test, which gets it in place of `time`:

    clock = VirtualClock()
    clock.call_at_us(500000, blink)    # simulated parts use this to act by themselves
    clock.sleep_ms(750)                # runs blink at 500 ms, returns with 750 ms on the clock
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class VirtualClock:
    """MicroPython's `time` calls on a clock of integers that starts where it is told."""

    def __init__(self, start_ms: int = 0) -> None:
        self._now_us = start_ms * 1000
        self._alarms: "list[tuple[int, int, Callable[[], object]]]" = []
        self._made = 0

    def ticks_us(self) -> int:
        return self._now_us

    def ticks_ms(self) -> int:
        return self._now_us // 1000

    def ticks_add(self, ticks: int, delta: int) -> int:
        return ticks + delta

    def ticks_diff(self, later: int, earlier: int) -> int:
        return later - earlier

    def sleep_ms(self, ms: int) -> None:
        self.sleep_us(ms * 1000)

    def advance_ms(self, ms: int) -> None:
        """Let time pass as a test wants it; the same as sleep_ms, said from outside."""
        self.sleep_us(ms * 1000)

    def sleep_us(self, us: int) -> None:
        """Let time pass and run, at their times and in their order, the calls that fall due."""
        if us < 0:
            raise ValueError(f"time does not go back by {-us} us")
        end_us = self._now_us + us
        while self._alarms and self._alarms[0][0] <= end_us:
            due_us, _, function = self._alarms.pop(0)
            if due_us > self._now_us:
                self._now_us = due_us
            function()
        if end_us > self._now_us:  # a call may itself have slept past the end
            self._now_us = end_us

    def call_at_us(self, due_us: int, function: "Callable[[], object]") -> int:
        """Call the function once when the clock gets there; return a handle for `cancel`."""
        self._made += 1
        place = len(self._alarms)
        while place and self._alarms[place - 1][0] > due_us:
            place -= 1
        self._alarms.insert(place, (due_us, self._made, function))
        return self._made

    def cancel(self, handle: int) -> None:
        """Forget a call; one that has run, or was cancelled already, is no error."""
        self._alarms = [alarm for alarm in self._alarms if alarm[1] != handle]
