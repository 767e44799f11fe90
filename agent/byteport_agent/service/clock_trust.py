"""Whether the time of day can be believed: a Pi begins with that of when it was switched off.

It has no clock that runs on, so what it shows after a start was saved before (fake-hwclock, or
systemd-timesyncd's file) and may be hours or months old. Readings wait for their time until the
kernel says that the clock was set; where nobody sets it for a while, its time is taken as it is.
"""

from collections.abc import Callable
from pathlib import Path

from byteport_agent.outbox.boot_time import after_release
from byteport_agent.service.kernel_clock import IN_STEP_US, clock_error_us

_SAVED = ("etc/fake-hwclock.data", "var/lib/systemd/timesync/clock", "run/systemd/timesync")
_SYNCHRONISED = "run/systemd/timesync/synchronized"
_PATIENCE_MS = 600_000  # after the boot
_LOOK_MS = 1000


class ClockTrust:
    """Called with a time since 1970, tells whether it is right; once it was, it stays believed.

    ``ticks_ms`` counts from the boot.
    """

    def __init__(
        self,
        ticks_ms: Callable[[], int],
        root: Path = Path("/"),
        error_us: Callable[[], int | None] = clock_error_us,
    ) -> None:
        self._ticks_ms = ticks_ms
        self._root = root
        self._error_us = error_us
        self._looked_at = ticks_ms() - _LOOK_MS
        self._believed = not self._begins_with_an_old_time()

    def __call__(self, unix_ms: int) -> bool:
        if not self._believed and self._ticks_ms() - self._looked_at >= _LOOK_MS:
            self._looked_at = self._ticks_ms()
            self._believed = self._looked_at >= _PATIENCE_MS or self._is_set()
        return self._believed and after_release(unix_ms)

    def _begins_with_an_old_time(self) -> bool:
        if any(self._root.glob("sys/class/rtc/rtc[0-9]*")):
            return False
        return any((self._root / path).exists() for path in _SAVED)

    def _is_set(self) -> bool:
        error_us = self._error_us()
        in_step = error_us is not None and error_us < IN_STEP_US
        return in_step or (self._root / _SYNCHRONISED).exists()
