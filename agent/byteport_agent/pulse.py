"""Signs of life for the watchdog: each part that must advance says for how long it may be silent.

A part that waits for an hour is alive, one that is an hour behind is not: so it is the part itself
that states when it will be heard of again.
"""

from byteport_agent.clock import Clock


class Pulse:
    """One part's sign of life; `beat` is called by that part, the rest by whoever watches it."""

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self._clock = clock
        self._next_at: int | None = None

    def beat(self, within_ms: int) -> None:
        """Say that all is well, and that the next beat comes within so many milliseconds."""
        self._next_at = self._clock.ticks_ms() + within_ms

    def rest(self) -> None:
        """Say that nothing is to be expected: the part has not started, or has ended."""
        self._next_at = None

    def overdue_ms(self) -> int:
        """Return for how long the beat that was promised has been missing, 0 while it has not."""
        next_at = self._next_at
        return 0 if next_at is None else max(self._clock.ticks_ms() - next_at, 0)
