"""Where entries are kept: in the file, or in memory while it takes none; nothing else asks which.

Numbers go on whatever happens, so an output's cursor means the same in both. The one exception are
readings from before the file could ever be opened: they get their numbers then.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from byteport_agent.outbox.entry import Entry
from byteport_agent.outbox.errors import NewerSchema
from byteport_agent.outbox.file_ops import FileOps
from byteport_agent.outbox.lock import OutboxLock
from byteport_agent.outbox.log_file import Cursor, Letter, LogFile, Look, Wanted
from byteport_agent.outbox.opening import open_log
from byteport_agent.outbox.progress import Ahead, Progress
from byteport_agent.outbox.ring import Ring
from byteport_agent.outbox.syncing import Syncing
from byteport_agent.outbox.trouble import Trouble

UNOPENED = -(1 << 62)  # numbers before the file was ever opened: less than any in it
_MAX_DEAD_WAITING = 100
_DISK = (sqlite3.Error, OSError, NewerSchema)

Action = Callable[[LogFile], object]


class Keeping:
    """The file if it can be had, the ring, and the way back from the ring to the file."""

    def __init__(
        self,
        path: str,
        ops: FileOps,
        progress: Progress,
        ring: Ring,
        trouble: Trouble,
        syncing: Syncing,
        tell: Callable[[str], None],
    ) -> None:
        self._path = path
        self._ops = ops
        self._tell = tell
        self._lock = OutboxLock(path)
        self._progress = progress
        self._syncing = syncing
        self._last_in_file = UNOPENED
        self._dead_waiting: list[Letter] = []
        self.ring = ring
        self.trouble = trouble
        self.log: LogFile | None = None
        self.next_number = UNOPENED + 1
        self.numbering = 0  # how often entries got other numbers: at most once

    def start(self) -> None:
        """Open the file; raises InUse and NewerSchema, while a disk's failure is only noted."""
        try:
            self._open()
        except NewerSchema:
            self._lock.release()
            raise
        except _DISK as error:
            self.fail(error)
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        if self.trouble.text:
            self.heal()
        if self.ring:
            self._tell(f"{self._path}: {len(self.ring)} readings are lost: {self.trouble.text}")
        self._close_log()
        self._lock.release()

    def put(self, entries: list[Entry]) -> bool:
        """Keep entries; return whether they are in the file."""
        if entries and self.with_file(lambda log: log.add(entries)):
            self._committed(entries[-1].id)
            return True
        for entry in entries:
            if lost := self.ring.put(entry):
                self._progress.lose(lost[-1].id, partial(count_undelivered, lost))
        return False

    def note(self, cursors: dict[str, Cursor], dead: list[Letter]) -> None:
        """Keep cursors that moved and what was refused for good, in one commit."""
        if not self.with_file(lambda log: log.save(cursors, dead)) and dead:
            self._dead_waiting = [*self._dead_waiting, *dead][-_MAX_DEAD_WAITING:]

    def dead(self) -> list[Letter]:
        found: list[Letter] = []
        self.with_file(lambda log: found.extend(log.dead()), reading=True)
        return found + self._dead_waiting

    def after(self, number: int, limit: int) -> list[Entry]:
        """Return the next entries that are as they were written."""
        found: list[Entry] = []
        if self.log is None:
            if number < self._last_in_file:
                return []  # in the file, which cannot be read now: what is in memory comes later
        elif not self.with_file(lambda log: found.extend(_read(log, number, limit)), reading=True):
            return []
        if len(found) < limit:
            found += self.ring.after(number, limit - len(found))
        return found

    def look(self, number: int, rows: int, wanted: Wanted) -> Look:
        """Return what is wanted of the next rows, wherever they are."""
        looks = [Look([], number, True)]
        if self.log is None:
            if number < self._last_in_file:
                return looks[0]
        elif not self.with_file(lambda log: looks.append(log.look(number, rows, wanted)), True):
            return looks[0]
        look = looks[-1]
        if not look.ended or not self.ring:
            return look
        waiting = self.ring.after(look.to, rows)
        entries = look.entries + [one for one in waiting if wanted(one.id, one.device)]
        return Look(entries, waiting[-1].id if waiting else look.to, len(waiting) < rows)

    def with_file(self, action: Action, reading: bool = False) -> bool:
        """Do something with the file; return False where it cannot be done, and take note."""
        if self.log is None or (self.trouble.text and not reading):
            return False
        try:
            action(self.log)
        except _DISK as error:
            self.fail(error)
            return False
        return True

    def fail(self, error: Exception, sync_failed: bool = False) -> None:
        """Note a failure; a file that cannot be gone on with is closed, until it is healed."""
        self.trouble.begins(error, sync_failed)
        if self.trouble.suspect:
            self._close_log(synced=False)

    def heal(self) -> None:
        """Try to open the file anew and to put into it what waits in memory."""
        try:
            self._close_log()
            self._open()
            self._flush()
        except _DISK as error:
            self.fail(error)
        else:
            self.trouble.over()

    def _open(self) -> None:
        self._lock.take()
        log = open_log(self._path, self._ops, self._tell, self.trouble.suspect)
        try:
            self._take_over(log)
        except BaseException:
            log.close()
            raise
        self.log = log
        self.trouble.suspect = ""

    def _take_over(self, log: LogFile) -> None:
        """Go on from what the file knows; number what was read before it could be opened."""
        first_time = self.next_number < 0
        waiting = [entry for entry in self.ring if not self._progress.everybody_has(entry)]
        self._progress.load(log.cursors(), first_time)
        self._last_in_file = log.first_last()[1]
        newest = max(self._last_in_file, self._progress.newest(), 0)
        if first_time:
            self.numbering += 1
            self.ring.replace([entry._replace(id=newest + n) for n, entry in enumerate(waiting, 1)])
            self.next_number = newest + len(waiting) + 1
        self.next_number = max(self.next_number, newest + 1)
        log.save_only(self._progress.all())

    def _flush(self) -> None:
        log = self.log
        assert log is not None
        if self.ring:
            log.add(self.ring)
            self._committed(self.ring.last())
            self.ring.replace([])
        if self._dead_waiting:
            log.save({}, self._dead_waiting)
            self._dead_waiting = []

    def _committed(self, last: int) -> None:
        self._last_in_file = last
        self._syncing.committed()

    def _close_log(self, synced: bool = True) -> None:
        if self.log is not None:
            self._syncing.forget()
            with suppress(*_DISK):
                self.log.close(synced)
            self.log = None


def _read(log: LogFile, after: int, limit: int) -> list[Entry]:
    found: list[Entry] = []
    while len(found) < limit:
        rows = log.after(after, limit - len(found))
        if not rows:
            break
        after = rows[-1][0]
        found += [entry for _, entry in rows if entry is not None]
    return found


def count_undelivered(entries: Iterable[Entry], after: int, ahead: Ahead) -> int:
    """Return how many entries follow a number, without those up to their device's in ``ahead``."""
    return sum(entry.id > max(after, ahead.get(entry.device, after)) for entry in entries)
