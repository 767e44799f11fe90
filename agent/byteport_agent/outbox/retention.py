"""Which rows the log may lose: what nobody waits for, and the oldest where there is no room."""

from byteport_agent.outbox.boot_time import BootTime
from byteport_agent.outbox.limits import Limits
from byteport_agent.outbox.log_file import LogFile
from byteport_agent.outbox.progress import Progress

_BLOCK = 64  # delivered rows go in blocks: each deletion writes pages
_PARTS = 16  # an overfull log loses one of so many parts at a time


class Retention:
    """Deletes rows of a log; what an output did not have yet counts as lost to it."""

    def __init__(self, limits: Limits, progress: Progress, time: BootTime) -> None:
        self._limits = limits
        self._progress = progress
        self._time = time

    def make_room(self, log: LogFile) -> None:
        """Delete the oldest rows until the log is within its bytes; the newest stays."""
        while log.used_bytes() > self._limits.max_bytes:
            first, last = log.first_last()
            if first >= last:
                return
            self._lose(log, first + max(1, (last - first + 1) // _PARTS) - 1)

    def expire(self, log: LogFile, all_of_it: bool = False) -> None:
        """Delete what is too old, and what is delivered and not wanted as history."""
        first, last = log.first_last()
        now = self._time.age_now()
        if first > last:
            return
        if self._limits.max_age_ms and now is not None:
            old = log.last_older(now - self._limits.max_age_ms, last)
            if old >= first:
                self._lose(log, old)
        unwanted = self._progress.delivered(last)
        if self._limits.history_ms:
            limit = 0 if now is None else now - self._limits.history_ms
            unwanted = log.last_older(limit, unwanted)
        if unwanted - first + 1 >= (1 if all_of_it else _BLOCK):
            log.delete(unwanted, {})

    def _lose(self, log: LogFile, to: int) -> None:
        self._progress.lose(to, lambda after, ahead: log.count(after, to, ahead))
        log.delete(to, self._progress.all())
