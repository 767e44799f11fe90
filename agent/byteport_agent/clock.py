"""The time as the agent sees it, in one object, so that a test can put its own in place."""

from time import time_ns
from typing import Protocol

from byteport.compat import ticks_ms
from byteport_agent.stopping import StopSignal


class Clock(Protocol):
    """Monotonic ticks for schedules, time since 1970 for readings, and the only way to wait."""

    def ticks_ms(self) -> int: ...

    def unix_ms(self) -> int: ...

    def wait_ms(self, ms: int) -> bool:
        """Wait; return True at once where the agent is asked to stop, else False at the end."""
        ...


def unix_ms() -> int:
    """Return integer milliseconds since 1970, which no float has rounded."""
    return time_ns() // 1_000_000


class SystemClock:
    """This machine's clocks; a wait ends early at the stop signal."""

    ticks_ms = staticmethod(ticks_ms)  # asked a dozen times for a reading
    unix_ms = staticmethod(unix_ms)

    def __init__(self, stop: StopSignal) -> None:
        self._stop = stop

    def wait_ms(self, ms: int) -> bool:
        return self._stop.wait_ms(ms)
