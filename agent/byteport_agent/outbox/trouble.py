"""What the disk's failure is, when to try again, and what to say: one line when it changes."""

from collections.abc import Callable

from byteport_agent.clock import Clock
from byteport_agent.outbox.failures import failure_of

_FIRST_WAIT_MS = 1000
_MAX_WAIT_MS = 60_000


class Trouble:
    """``text`` is "" while all is well; ``suspect`` says why the file cannot be gone on with.

    ``full``: there is nothing wrong with it, the disk is full.
    """

    def __init__(self, clock: Clock, tell: Callable[[str], None], path: str) -> None:
        self._clock = clock
        self._tell = tell
        self._path = path
        self._wait_ms = 0
        self._retry_at = 0
        self.text = ""
        self.suspect = ""
        self.full = False

    def begins(self, error: Exception, sync_failed: bool = False) -> None:
        """Note a failure; the next attempt is up to twice as long away as the last was."""
        failure = failure_of(error)
        if failure.text != self.text:
            self._tell(f"{self._path}: {failure.text}: readings are kept in memory")
        self.text = failure.text
        self.full = failure.full
        if failure.damaged or failure.suspect or sync_failed:
            self.suspect = failure.text
        self._wait_ms = min(max(2 * self._wait_ms, _FIRST_WAIT_MS), _MAX_WAIT_MS)
        self._retry_at = self._clock.ticks_ms() + self._wait_ms

    def retry_due(self) -> bool:
        return bool(self.text) and self._clock.ticks_ms() >= self._retry_at

    def over(self) -> None:
        """Note that the file takes readings again."""
        if self.text:
            self._tell(f"{self._path}: readings are in the file again")
        self.text = self.suspect = ""
        self._wait_ms = 0
