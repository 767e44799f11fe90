"""Where entries are kept: in the file, or in memory while it takes none; nothing else asks which.

Numbers go on whatever happens, so an output's cursor means the same in both. The one exception are
readings from before the file could ever be opened: they get their numbers then.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial

from byteport_agent.outbox.ack_file import AckFile
from byteport_agent.outbox.entry import Entry
from byteport_agent.outbox.errors import InUse, NewerSchema
from byteport_agent.outbox.file_ops import FileOps
from byteport_agent.outbox.lock import OutboxLock
from byteport_agent.outbox.log_file import Cursor, Letter, LogFile, Look, Wanted
from byteport_agent.outbox.opening import open_log
from byteport_agent.outbox.progress import Ahead, Progress, raised
from byteport_agent.outbox.retention import Retention
from byteport_agent.outbox.ring import Ring
from byteport_agent.outbox.syncing import Syncing
from byteport_agent.outbox.trouble import Trouble

UNOPENED = -(1 << 62)  # numbers before the file was ever opened: less than any in it
_MAX_DEAD_WAITING = 1000
_MAX_ACKS_BYTES = 32 << 10
_FLUSHED_AT_ONCE = 500
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
        retention: Retention,
    ) -> None:
        self._path = path
        self._ops = ops
        self._tell = tell
        self._lock = OutboxLock(path)
        self._acks = AckFile(path)
        self._progress = progress
        self._syncing = syncing
        self._retention = retention
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
        self.save_acks()
        self._close_log()
        self._acks.close()
        self._lock.release()

    def put(self, entries: list[Entry]) -> None:
        """Keep entries in the file, or where that cannot be, in the ring."""
        if self.with_file(lambda log: log.add(entries)):
            self._committed(entries[-1].id)
            self.with_file(self._retention.make_room)
            return
        for entry in entries:
            if lost := self.ring.put(entry):
                self._progress.lose_some(partial(count_undelivered, lost))

    def save_acks(self) -> None:
        """Put into the log what only lines say."""
        if self._acks.size:
            self._save_cursors()

    def note(self, cursors: dict[str, Cursor], dead: list[Letter]) -> None:
        """Keep cursors that moved, and in the same commit what was refused for good."""
        if not dead:
            self._acknowledged(cursors)
        elif not self.with_file(lambda log: log.save(cursors, dead)):
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
        """Try to put into the file what waits in memory; open it anew where something was wrong."""
        try:
            if self.log is None or not self.trouble.full:
                self._close_log()
                self._open()
            if self.trouble.full:
                self._make_room()
            self._flush()
        except (*_DISK, InUse) as error:
            self.fail(error)
        else:
            self.trouble.over()

    def _open(self) -> None:
        self._lock.take()
        log = open_log(self._path, self._ops, self._tell, self.trouble.suspect)
        try:
            self._take_over(log)
        except BaseException:
            log.close(synced=False)
            raise
        self.log = log
        self.trouble.suspect = ""

    def _take_over(self, log: LogFile) -> None:
        """Go on from what the file knows; number what was read before it could be opened."""
        first_time, so_far = self.next_number < 0, self._progress.all()
        waiting = [entry for entry in self.ring if not self._progress.everybody_has(entry)]
        self._progress.load(raised(log.cursors(), self._acks.read()), first_time)
        self._last_in_file = log.first_last()[1]
        newest = max(self._last_in_file, self._progress.newest(), 0)
        if first_time:
            self._number(waiting, newest, so_far)
        self.next_number = max(self.next_number, newest + 1)
        log.save_only(self._progress.all())
        self._acks.clear()

    def _number(self, waiting: list[Entry], newest: int, so_far: dict[str, Cursor]) -> None:
        """Number what was read before the file could be opened; what of it was sent stays sent."""
        self.numbering += 1
        renumbered = [entry._replace(id=newest + n) for n, entry in enumerate(waiting, 1)]
        for row, (last, _) in so_far.items():
            name, _, device = row.partition("/")
            of_row = [
                new.id
                for old, new in zip(waiting, renumbered, strict=True)
                if old.id <= last and device in ("", old.device)
            ]
            if of_row and self._progress[name].last >= self._last_in_file:  # nothing older is open
                self._progress.acknowledge(name, of_row[-1], device or None)
        self.ring.replace(renumbered)
        self.next_number = newest + len(waiting) + 1

    def _acknowledged(self, cursors: dict[str, Cursor]) -> None:
        """Keep how far an output is in a line, so that a kill does not make it send again."""
        if not self._acks.size:  # then all of them, in case the cursors in the log get damaged
            cursors = self._progress.all()
        may_note = self._lock.held and self.next_number > 0 and not self._dead_waiting
        noted = may_note and self._acks.note({name: last for name, (last, _) in cursors.items()})
        if not noted or self._acks.size > _MAX_ACKS_BYTES:
            self._save_cursors()

    def _save_cursors(self) -> None:
        if self.with_file(lambda log: log.save(self._progress.all())):
            self._acks.clear()
            self._syncing.committed()

    def _flush(self) -> None:
        log = self.log
        assert log is not None
        while part := self.ring.after(UNOPENED, _FLUSHED_AT_ONCE):
            log.add(part)
            self._committed(part[-1].id)
            self.ring.drop_to(part[-1].id)
            self._retention.make_room(log)
        if self._dead_waiting:
            log.save({}, self._dead_waiting)
            self._dead_waiting = []

    def _make_room(self) -> None:
        log = self.log
        assert log is not None
        log.checkpoint()
        log.save(self._progress.all())
        self._acks.clear()
        wanted = self.ring.bytes if self.ring.nearly_full() else 0
        self._retention.make_room_on_full_disk(log, wanted)

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
        asked = limit - len(found)
        rows = log.after(after, asked)
        found += [entry for _, entry in rows if entry is not None]
        if len(rows) < asked:
            break
        after = rows[-1][0]
    return found


def count_undelivered(entries: Iterable[Entry], after: int, ahead: Ahead) -> int:
    """Return how many entries follow a number, without those up to their device's in ``ahead``."""
    return sum(entry.id > max(after, ahead.get(entry.device, after)) for entry in entries)
