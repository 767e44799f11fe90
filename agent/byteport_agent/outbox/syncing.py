"""When the WAL goes to the disk: at most once an interval, so that the card wears little.

A checkpoint takes three syncs, so it comes at most once a minute: every 6 s and every minute, that
is 600 and twice 60 more syncs an hour at whatever rate readings come.

The sync itself holds no lock of the outbox: on a slow card it takes seconds, and sensors go on.
"""

import os
from threading import Lock

from byteport_agent.clock import Clock
from byteport_agent.outbox.file_ops import FileOps
from byteport_agent.outbox.limits import Limits
from byteport_agent.outbox.log_file import LogFile

_LONGEST_WAIT_MS = 1000
_EXPIRE_MS = 5000
_CHECKPOINT_EVERY_MS = 60_000


class Syncing:
    """The interval runs from the first commit that is not on the disk yet."""

    def __init__(self, clock: Clock, ops: FileOps, limits: Limits) -> None:
        self._clock = clock
        self._ops = ops
        self._limits = limits
        self._since: int | None = None
        self._expired_at = clock.ticks_ms()
        self._checkpoint_from = clock.ticks_ms()
        self._fd = -1
        self.one_at_a_time = Lock()

    def committed(self) -> None:
        if self._since is None:
            self._since = self._clock.ticks_ms()

    def forget(self) -> None:
        """Have nothing to sync: the file is closed."""
        self._since = None

    def due(self) -> bool:
        return self._since is not None and self._left_ms(self._since) <= 0

    def wait_ms(self) -> int:
        """Return how long nothing needs to be done, at most a second."""
        if self._since is None:
            return min(self._limits.sync_interval_ms or _LONGEST_WAIT_MS, _LONGEST_WAIT_MS)
        return max(min(self._left_ms(self._since), _LONGEST_WAIT_MS), 0)

    def expire_due(self) -> bool:
        """Return whether old rows are to be looked for: as often as the WAL is synced."""
        now = self._clock.ticks_ms()
        due = now - self._expired_at >= _EXPIRE_MS
        if due:
            self._expired_at = now
        return due

    def begin(self, log: LogFile) -> None:
        """Take a handle for the sync, or sync at once where a checkpoint is due."""
        if self._since is None:
            return
        if not (self._checkpoint_due(log.wal_bytes()) and self._checkpoint(log)):
            self._fd = log.wal_handle()
        self._since = None

    def finish(self) -> OSError | None:
        """Sync through the handle, once; return the error if it failed."""
        if self._fd < 0:
            return None
        try:
            self._ops.fdatasync(self._fd)
        except OSError as error:
            return error
        finally:
            os.close(self._fd)
            self._fd = -1
        return None

    def _checkpoint_due(self, wal_bytes: int) -> bool:
        limits = self._limits
        early = self._clock.ticks_ms() < self._checkpoint_from
        return wal_bytes > (limits.max_bytes if early else limits.max_wal_bytes)

    def _checkpoint(self, log: LogFile) -> bool:
        self._checkpoint_from = self._clock.ticks_ms() + _CHECKPOINT_EVERY_MS
        return log.checkpoint()

    def _left_ms(self, since: int) -> int:
        return since + self._limits.sync_interval_ms - self._clock.ticks_ms()
