"""One agent per outbox: a lock that the kernel takes back when its holder dies, however it dies.

On a file of its own: SQLite's locks are on the database, and closing any handle to that drops them.
"""

import fcntl
import os

from byteport_agent.outbox.errors import InUse


class OutboxLock:
    """``<outbox>.lock``, held until `release`."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._fd = -1

    @property
    def held(self) -> bool:
        return self._fd >= 0

    def take(self) -> None:
        """Take the lock; raises InUse, or OSError where there can be no such file."""
        if self.held:
            return
        fd = self._open()
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = self._pid(fd)
            os.close(fd)
            raise InUse(self._path, pid)
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        self._write_pid()

    def release(self) -> None:
        if self.held:
            os.close(self._fd)
            self._fd = -1

    def _open(self) -> int:
        path = self._path + ".lock"
        try:
            os.makedirs(os.path.dirname(path) or ".", 0o700, exist_ok=True)
            return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError:
            if not os.path.exists(path):
                raise
            return os.open(path, os.O_RDONLY | os.O_CLOEXEC)  # a read-only disk locks all the same

    def _write_pid(self) -> None:
        try:
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, b"%d\n" % os.getpid(), 0)
        except OSError:
            pass  # the lock holds without it

    def _pid(self, fd: int) -> int:
        text = os.pread(fd, 20, 0).strip()
        return int(text) if text.isdigit() else 0
