"""The thread that fills the history out of the outbox, and keeps its file in order and bounded.

It reads the outbox as an output does, and acknowledges what the file has: so the outbox holds what
is yet to be written, and a few commits an hour are enough.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import NamedTuple

from byteport_agent.background import Background
from byteport_agent.clock import Clock
from byteport_agent.gateway import HISTORY
from byteport_agent.gateway.blocks import HOUR_MS
from byteport_agent.gateway.history import History
from byteport_agent.gateway.history_file import DAY_MS, HistoryFile, set_aside
from byteport_agent.gateway.history_salvage import salvage
from byteport_agent.outbox import Entry, NewerSchema, Outbox
from byteport_agent.outbox.failures import failure_of

_FLUSH_MS = 600_000
_FLUSH_BYTES = 3 << 20
_MOST_BYTES = 9 << 20
_RETRY_MS = 60_000
_RETENTION_MS = 3_600_000
_PARTS = 32  # a file that is too large loses one of so many parts of its time at once
_ROWS = 200
_IDLE_MS = 5000
_GRACE_MS = 120_000
_DISK = (sqlite3.Error, OSError, NewerSchema)


class HistoryLimits(NamedTuple):
    """Where the history is and how much of it there may be."""

    path: str
    max_age_ms: int = 400 * DAY_MS
    max_bytes: int = 256 << 20


class HistoryFeed(Background):
    """``heard`` gets what was read, in order; ``tell`` a line when the file fails or works.

    ``ready`` is called once, when all is known that was stored before. `stop` puts everything into
    the file.
    """

    def __init__(
        self,
        history: History,
        limits: HistoryLimits,
        outbox: Outbox,
        clock: Clock,
        tell: Callable[[str], object],
        heard: Callable[[Sequence[Entry]], object],
        ready: Callable[[], object] = lambda: None,
    ) -> None:
        super().__init__("history", clock)
        self._history = history
        self._limits = limits
        self.path = limits.path
        self._outbox = outbox
        self._tell = tell
        self._heard = heard
        self._ready = ready
        self._news = False
        self._flush_at = self._retry_at = self._retention_at = clock.ticks_ms()
        self._incomplete = False
        self.trouble = ""
        self.first_ms: int | None = None  # of the oldest value, about
        self._begin()

    def wake(self) -> None:
        """Hear that readings were appended."""
        with self._condition:
            self._news = True
            self._condition.notify()

    def _run(self) -> None:
        self._open()
        self._take_all()
        self._flush()
        self._ready()
        while not self._stopping:
            self._take_all()
            self._flush_if_due()
            self._retain_if_due()
            with self._condition:
                if not self._news and not self._stopping:
                    self._condition.wait(_IDLE_MS / 1000)
                self._news = False
        while self._read():
            self._flush_if_due()
        self._flush()
        if self._history.file is not None:
            self._history.file.close()
            self._history.file = None

    def _take_all(self) -> None:
        """Take over what the outbox has."""
        self.pulse.beat(_GRACE_MS)
        while not self._stopping and self._read():
            self.pulse.beat(_GRACE_MS)
            self._flush_if_due()

    def _begin(self) -> None:
        """Read from where the file has everything."""
        self._history.forget_fresh()
        self._numbering = self._outbox.numbering
        self._position = self._outbox.cursor(HISTORY)
        self._incomplete = False

    def _read(self) -> bool:
        """Take the next rows of the outbox; return whether there may be more."""
        if self._outbox.numbering != self._numbering:
            self._begin()
        self._position = max(self._position, self._outbox.cursor(HISTORY))
        look = self._outbox.look(self._position, _ROWS, lambda _number, _device: True)
        for entry in look.entries:
            self._history.add(entry)
        self._position = look.to
        if look.entries:
            self._heard(look.entries)
        return not look.ended

    def _flush_if_due(self) -> None:
        now, history = self._clock.ticks_ms(), self._history
        if history.file is not None and history.file.fault:
            self._set_aside(history.file.fault)
        if self.trouble:
            due = now >= self._retry_at
        else:
            due = history.fresh_bytes > _FLUSH_BYTES or now - self._flush_at >= _FLUSH_MS
        if due:
            self._flush()
        if self.trouble and history.fresh_bytes > _MOST_BYTES:
            history.forget_fresh()  # the outbox has it, and it is read again
            self._incomplete = True

    def _flush(self) -> None:
        """Put into the file what is fresh; then the outbox need not keep it for the history."""
        self._flush_at = self._clock.ticks_ms()
        if self._history.file is None and not self._open():
            return
        try:
            self._history.flush()
        except _DISK as error:
            self._failed(error)
            return
        if self._incomplete:
            self._begin()
        else:
            self._outbox.acknowledge(HISTORY, self._position)
        self._works()

    def _open(self) -> bool:
        try:
            self._history.use(HistoryFile(self._limits.path))
        except _DISK as error:
            self._failed(error)
            return False
        self._works()
        return True

    def _works(self) -> None:
        if self.trouble:
            self._tell(f"{self._limits.path}: the history is kept again")
        self.trouble = ""

    def _failed(self, error: Exception) -> None:
        failure = failure_of(error)
        if failure.damaged:
            self._set_aside(failure.text)
            return
        text = str(error) if isinstance(error, NewerSchema) else failure.text
        if text != self.trouble:
            self._tell(f"{self._limits.path}: {text}: the history waits in the outbox")
        self.trouble = text
        self._retry_at = self._clock.ticks_ms() + _RETRY_MS

    def _set_aside(self, fault: str) -> None:
        """Begin another file with what can be saved of this one."""
        self._history.lose_file()
        self.trouble = fault
        self._retry_at = self._clock.ticks_ms()
        try:
            aside = set_aside(self._limits.path)
        except OSError as error:
            self._tell(f"{self._limits.path} is damaged ({fault}) and cannot be renamed: {error}")
            self._retry_at += _RETRY_MS
            return
        saved = self._open() and self._history.file and salvage(aside, self._history.file)
        self._history.reload()
        text = f"is damaged ({fault}): {saved or 0} hours of fields saved, the old file is {aside}"
        self._tell(f"{self._limits.path} {text}")

    def _retain_if_due(self) -> None:
        now = self._clock.ticks_ms()
        file = self._history.file
        if now < self._retention_at or file is None:
            return
        self._retention_at = now + _RETENTION_MS
        try:
            self._retain(file)
        except _DISK as error:
            self._failed(error)

    def _retain(self, file: HistoryFile) -> None:
        """Forget what is too old, and the oldest of what is too much."""
        this_hour = self._clock.unix_ms() // HOUR_MS
        first = file.first_hour()
        oldest = this_hour - self._limits.max_age_ms // HOUR_MS
        if first is not None and first < oldest:
            file.forget_before(oldest)
            first = file.first_hour()
        while file.used_bytes() > self._limits.max_bytes:
            if first is None or first >= this_hour:
                break
            file.forget_before(first + max((this_hour - first) // _PARTS, 1))
            first = file.first_hour()
        self.first_ms = None if first is None else first * HOUR_MS
        file.checkpoint()
