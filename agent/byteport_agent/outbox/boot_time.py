"""The time of a reading where the machine may not know it yet: a Pi has no clock that runs on.

Readings are timed by the monotonic clock, with the kernel's boot id. Once the time of day is sane
they get it by how long ago they were made. What an earlier boot left without cannot have it.
"""

from collections.abc import Callable
from contextlib import suppress

from byteport_agent.clock import Clock
from byteport_agent.outbox.entry import Entry

EARLIEST_MS = 1_767_225_600_000  # 2026-01-01: the agent is younger than any time before


def kernel_boot_id() -> str:
    """Return what names this boot; ticks of another boot cannot be compared with it."""
    with suppress(OSError), open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
        return file.read().strip()
    return ""


def after_release(unix_ms: int) -> bool:
    """Tell a time that can be true from 1970 and from a clock that stood still."""
    return unix_ms >= EARLIEST_MS


class BootTime:
    """Turns ticks into times since 1970, as soon as that can be done."""

    def __init__(self, clock: Clock, boot: str, is_sane: Callable[[int], bool]) -> None:
        self._clock = clock
        self._is_sane = is_sane
        self._least_offset: int | None = None
        self._known_since = 0
        self.boot = boot

    def offset(self) -> int | None:
        """Return what to add to ticks, None while the time of day is wrong."""
        unix_ms = self._clock.unix_ms()
        if not self._is_sane(unix_ms):
            return None
        ticks_ms = self._clock.ticks_ms()
        offset = unix_ms - ticks_ms
        if self._least_offset is None:
            self._least_offset, self._known_since = offset, ticks_ms
        elif offset < self._least_offset:
            self._least_offset = offset
        return offset

    def waits(self, entry: Entry) -> bool:
        """Tell whether an entry is yet to get its time."""
        return entry.ts_ms is None and entry.boot == self.boot

    def age_now(self, known_for_ms: int = 0) -> int | None:
        """Return the time for judging ages: by the earliest that the clock was right in this run.

        So no step of the clock makes a reading old. None until it was known for a while: a clock
        that was years ahead at the start may be put right in that time.
        """
        self.offset()
        ticks_ms = self._clock.ticks_ms()
        if self._least_offset is None or ticks_ms - self._known_since < known_for_ms:
            return None
        return self._least_offset + ticks_ms
