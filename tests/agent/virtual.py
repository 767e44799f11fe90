"""Time for tests that costs none: waiting moves the clock."""


class VirtualClock:
    """A clock that stands still except in waits, and asks to stop at a time."""

    def __init__(self, stop_after_ms: int = 1 << 62) -> None:
        self.now_ms = 0
        self._stop_after_ms = stop_after_ms

    def ticks_ms(self) -> int:
        return self.now_ms

    def unix_ms(self) -> int:
        return 1_410_613_385_123 + self.now_ms

    def wait_ms(self, ms: int) -> bool:
        self.now_ms += ms
        return self.now_ms >= self._stop_after_ms
