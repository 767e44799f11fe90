"""Keeps the log from filling its disk: rows could not even be deleted then.

To delete rows SQLite writes every page that held them, and to make the WAL shorter it first moves
it into the file, which may grow. So a little of the disk is left free for that. Where it is not,
the disk counts as full, in time.
"""

import errno
import os

from byteport_agent.outbox.file_ops import FileOps
from byteport_agent.outbox.log_file import LogFile
from byteport_agent.outbox.schema import PAGE_SIZE

_RESERVE = 64 << 10
_SMALL_DISK = 8  # of which an eighth is left
_MOST_ROWS = 5000  # deleted at once: it keeps readings waiting


class Room:
    """What is left of the disk that the log is on."""

    def __init__(self, path: str, ops: FileOps) -> None:
        self._folder = os.path.dirname(path) or "."
        self._ops = ops
        self.reserve = 0

    def keep(self, log: LogFile) -> None:
        """Have more than the reserve, by making the WAL shorter where need be; else raise OSError.

        The reserve itself is enough for a log with room inside, which makes the file no longer.
        """
        self._keep(log, self.reserve if 2 * log.free_bytes() >= self.reserve else self._ample())

    def keep_reserve(self, log: LogFile) -> None:
        """Have the reserve, while rows are deleted."""
        self._keep(log, self.reserve)

    def _keep(self, log: LogFile, enough: int) -> None:
        if self._left(log) < self._ample():
            log.checkpoint()
            if self._left(log) < enough:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _ample(self) -> int:
        return 3 * self.reserve // 2

    def rows(self, log: LogFile) -> int:
        """Return how many rows may be deleted at once, were each of them alone on its page."""
        return max(min(self._left(log) // (2 * PAGE_SIZE), _MOST_ROWS), 1)

    def _left(self, log: LogFile) -> int:
        free, total = self._ops.disk_space(self._folder)
        if not total:
            return 1 << 62  # a disk that does not say
        self.reserve = min(_RESERVE, total // _SMALL_DISK)
        return free - log.growth()
