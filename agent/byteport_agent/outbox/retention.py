"""Which rows the log may lose: what nobody waits for, and the oldest where there is no room."""

from byteport_agent.outbox.boot_time import BootTime
from byteport_agent.outbox.limits import Limits
from byteport_agent.outbox.log_file import LogFile
from byteport_agent.outbox.progress import Progress
from byteport_agent.outbox.room import Room

_BLOCK = 64  # delivered rows go in blocks: each deletion writes pages
_HOUR_MS = 3_600_000
_PARTS = 64  # an overfull log loses one of so many parts at a time
_LOOK_AFTER = 32 << 10  # bytes: asking how much there is costs as much as adding a reading


class Retention:
    """Deletes rows of a log; what an output did not have yet counts as lost to it."""

    def __init__(self, limits: Limits, progress: Progress, time: BootTime, room: Room) -> None:
        self._limits = limits
        self._look_after = 0
        self._room = room
        self._progress = progress
        self._time = time

    def make_room(self, log: LogFile) -> None:
        """Delete the oldest rows until the log is within its bytes; the newest stays.

        Raises OSError where the disk is nearly full.
        """
        if log.written_bytes < self._look_after:
            return
        log.written_bytes = 0
        self._room.keep(log)
        at_most = self._room.reserve // 2, self._limits.max_bytes // _PARTS
        self._look_after = min(_LOOK_AFTER, *at_most)
        while log.used_bytes() > self._limits.max_bytes and self._lose_part(log):
            pass

    def make_room_on_full_disk(self, log: LogFile, wanted_bytes: int) -> None:
        """Make room inside the log: delete what nobody waits for, and the oldest if more is wanted.

        Raises OSError or sqlite3.Error where there is too little to go on with.
        """
        for _ in range(_PARTS):
            lose = log.free_bytes() < wanted_bytes < log.used_bytes()
            if not (self.expire(log, all_of_it=True) or (lose and self._lose_part(log))):
                break
            self._room.keep_reserve(log)
        log.shrink()
        self._room.keep(log)

    def expire(self, log: LogFile, all_of_it: bool = False) -> bool:
        """Delete some of what is too old, and of what is delivered.

        Return whether there was any.
        """
        first, last = log.first_last()
        if first > last:
            return False
        at_most = first + self._room.rows(log) - 1
        old = self._last_older(log, self._limits.max_age_ms, last)
        if old >= first:
            self._lose(log, min(old, at_most))
            return True
        unwanted = self._progress.delivered(last)
        enough = unwanted - first + 1 >= (1 if all_of_it else _BLOCK)
        if enough:
            log.delete(min(unwanted, at_most), self._progress.all())
        return enough

    def _last_older(self, log: LogFile, age_ms: int, to: int) -> int:
        now = self._time.age_now(min(age_ms, _HOUR_MS))
        return log.last_older(now - age_ms, to) if age_ms and now is not None else 0

    def _lose_part(self, log: LogFile) -> bool:
        first, last = log.first_last()
        if first < last:
            part = min(max((last - first + 1) // _PARTS, 1), self._room.rows(log))
            self._lose(log, first + part - 1)
        return first < last

    def _lose(self, log: LogFile, to: int) -> None:
        self._progress.lose(to, lambda after, ahead: log.count(after, to, ahead))
        log.delete(to, self._progress.all())
