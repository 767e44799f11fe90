"""The log in its open file: every statement that the outbox needs, each method one transaction.

Nothing is decided here and nothing is caught: an error leaves the transaction undone and goes up.
"""

import os
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from byteport_agent.outbox.entry import Entry, Row, entry_of
from byteport_agent.outbox.file_ops import FileOps
from byteport_agent.outbox.schema import PAGE_SIZE, connect, connect_to_look

_INSERT = "INSERT OR REPLACE INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_MERGE = """INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
crc = excluded.crc, ts_ms = excluded.ts_ms, boot = excluded.boot, ticks_ms = excluded.ticks_ms
WHERE log.ts_ms IS NULL"""
_DEAD = "INSERT INTO dead VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_FORGET_DEAD = "DELETE FROM dead WHERE number <= (SELECT max(number) FROM dead) - ?"
_AFTER = "SELECT * FROM log WHERE id > ? ORDER BY id LIMIT ?"
_DEVICE = 5  # its column
_MAX_DEAD = 1000
_LITTLE = 16 << 10


class Cursor(NamedTuple):
    """How far an output is: the last number delivered, and how many readings it lost."""

    last: int
    lost: int


Letter = tuple[str, str, Entry]  # output, reason, what it would not take
Wanted = Callable[[int, str], bool]  # by number and device


class Look(NamedTuple):
    """What was wanted of some rows, the number of the last row, and whether that is the end."""

    entries: list[Entry]
    to: int
    ended: bool


class LogFile:
    """One connection to a checked file, and one handle of its WAL for syncs."""

    def __init__(self, path: str, ops: FileOps, synchronous: str = "NORMAL") -> None:
        self._path = path
        self._ops = ops
        self._connection = connect(path, synchronous)
        self.written_bytes = 0  # by `add`; for whoever sets it back
        try:
            self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            with self._transaction() as run:  # a disk that takes nothing tells so here
                run("DELETE FROM dead WHERE number < 0")
            self._wal_fd = os.open(path + "-wal", os.O_RDWR | os.O_CLOEXEC)
        except BaseException:
            self._connection.close()
            raise

    def close(self, synced: bool = True) -> None:
        """Close; not ``synced`` after a failed sync: these files must not be asked again.

        The last connection would make the file whole and delete the WAL, but for one that may not.
        """
        os.close(self._wal_fd)
        with suppress(sqlite3.Error):
            if not synced:
                self._connection.execute("PRAGMA synchronous = OFF")
        with suppress(sqlite3.Error), self._another(not synced):
            self._connection.close()

    def wal_handle(self) -> int:
        """Return a handle of the WAL that the caller closes: a sync needs no lock then."""
        return os.dup(self._wal_fd)

    def wal_bytes(self) -> int:
        return os.fstat(self._wal_fd).st_size

    def checkpoint(self) -> bool:
        """Move the WAL into the file and sync both; return False where a reader prevents it."""
        return not self._one("PRAGMA wal_checkpoint(TRUNCATE)")[0]

    def used_bytes(self) -> int:
        return self._file_bytes() - self.free_bytes()

    def free_bytes(self) -> int:
        """Return the bytes of the file that deleted rows have left for others."""
        return int(self._one("PRAGMA freelist_count")[0]) * PAGE_SIZE

    def growth(self) -> int:
        """Return by how many bytes a checkpoint makes the file longer."""
        return max(self._file_bytes() - os.stat(self._path).st_size, 0)

    def shrink(self) -> None:
        """Give the disk back what the file no longer uses; for a file that holds little."""
        if _LITTLE > self.used_bytes() < self._file_bytes() // 4:
            self._connection.execute("VACUUM")
            self.checkpoint()

    def first_last(self) -> tuple[int, int]:
        """Return the first and last number in the log, (1, 0) where it is empty."""
        first = self._one("SELECT min(id) FROM log")[0]
        return (1, 0) if first is None else (first, self._one("SELECT max(id) FROM log")[0])

    def add(self, entries: Iterable[Entry]) -> None:
        rows = [entry.row() for entry in entries]
        if len(rows) == 1:
            self._connection.execute(_INSERT, rows[0])  # a transaction by itself
        else:
            with self._transaction():
                self._connection.executemany(_INSERT, rows)
        self.written_bytes += 2 * PAGE_SIZE + sum(len(row[-1]) for row in rows)  # about

    def merge(self, rows: Iterable[Row]) -> None:
        """Add rows found more than once; one that has its time goes before one that has not."""
        with self._transaction():
            self._connection.executemany(_MERGE, rows)

    def after(self, number: int, limit: int) -> list[tuple[int, Entry | None]]:
        """Return (number, entry) of the next rows; the entry of a changed row is None."""
        rows = self._connection.execute(_AFTER, (number, limit)).fetchall()
        return [(row[0], entry_of(row)) for row in rows]

    def look(self, number: int, rows: int, wanted: Wanted) -> Look:
        """Return what is wanted of the next rows, and as it was written."""
        found = self._connection.execute(_AFTER, (number, rows)).fetchall()
        entries = [
            entry
            for row in found
            if wanted(row[0], row[_DEVICE]) and (entry := entry_of(row)) is not None
        ]
        return Look(entries, found[-1][0] if found else number, len(found) < rows)

    def before(self, number: int, limit: int) -> list[tuple[int, Entry | None]]:
        """Return the rows before that number, the newest first."""
        select = "SELECT * FROM log WHERE id < ? ORDER BY id DESC LIMIT ?"
        rows = self._connection.execute(select, (number, limit)).fetchall()
        return [(row[0], entry_of(row)) for row in rows]

    def count(self, after: int, to: int, ahead: Mapping[str, int] = MappingProxyType({})) -> int:
        """Return how many rows there are, without those up to a device's number in ``ahead``."""
        select = "SELECT count(*) FROM log WHERE id > ? AND id <= ?"
        rows = int(self._one(select, after, to)[0])
        select += " AND device = ?"
        return rows - sum(
            int(self._one(select, after, min(number, to), device)[0])
            for device, number in ahead.items()
        )

    def last_older(self, ts_ms: int, to: int) -> int:
        """Return the last of the leading rows, up to ``to``, that are older; 0 where none is.

        A row of unknown time is as old as the next one whose time is known.
        """
        young = self._one(
            "SELECT id FROM log WHERE ts_ms >= ? AND id <= ? ORDER BY id LIMIT 1", ts_ms, to
        )
        if young is not None:
            to = young[0] - 1
        known = "SELECT id FROM log WHERE ts_ms IS NOT NULL AND id <= ? ORDER BY id DESC LIMIT 1"
        found = self._one(known, to)
        return int(found[0]) if found is not None else 0

    def unstamped(self, boot: str, after: int, limit: int) -> list[tuple[int, Entry | None]]:
        """Return (number, entry) of the next rows of that boot that have no time yet."""
        select = """SELECT * FROM log WHERE id > ? AND ts_ms IS NULL AND boot = ?
ORDER BY id LIMIT ?"""
        rows = self._connection.execute(select, (after, boot, limit)).fetchall()
        return [(row[0], entry_of(row)) for row in rows]

    def delete(self, to: int, cursors: dict[str, Cursor]) -> None:
        """Delete the rows up to that number and keep the cursors in the same transaction."""
        with self._transaction() as run:
            run("DELETE FROM log WHERE id <= ?", (to,))
            self._put_cursors(cursors)

    def cursors(self) -> dict[str, Cursor]:
        return cursors_of(self._connection)

    def save(self, cursors: dict[str, Cursor], dead: Sequence[Letter] = ()) -> None:
        """Keep cursors, and dead letters; of more than a thousand of those the oldest go."""
        with self._transaction() as run:
            self._put_cursors(cursors)
            for output, reason, entry in dead:
                run(_DEAD, (output, reason, *entry.row()))
            if dead:
                run(_FORGET_DEAD, (_MAX_DEAD,))

    def save_only(self, cursors: dict[str, Cursor]) -> None:
        """Keep these cursors and no others."""
        with self._transaction() as run:
            if not set(self.cursors()) <= set(cursors):
                run("DELETE FROM outputs")
            self._put_cursors(cursors)

    def dead(self) -> list[Letter]:
        return dead_of(self._connection)

    @contextmanager
    def _another(self, wanted: bool) -> Iterator[None]:
        """Have another connection meanwhile, which reads only, as far as it can be had."""
        with ExitStack() as stack:
            with suppress(sqlite3.Error):
                if wanted:
                    other = stack.enter_context(closing(connect_to_look(self._path)))
                    other.execute("SELECT count(*) FROM sqlite_master").fetchone()
            yield

    def _file_bytes(self) -> int:
        return int(self._one("PRAGMA page_count")[0]) * PAGE_SIZE

    def _put_cursors(self, cursors: dict[str, Cursor]) -> None:
        run = self._connection.execute
        for name, (last, lost) in cursors.items():
            values = (_cursor_sum(name, last, lost), last, lost, name)
            changed = run("UPDATE outputs SET crc = ?, cursor = ?, lost = ? WHERE name = ?", values)
            if not changed.rowcount:
                run("INSERT INTO outputs VALUES (?, ?, ?, ?)", (name, *values[:3]))

    def _one(self, select: str, *values: int | str) -> Any:
        return self._connection.execute(select, values).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[Any]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield self._connection.execute
            self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            raise


def cursors_of(connection: sqlite3.Connection) -> dict[str, Cursor]:
    """Return the outputs' cursors; a changed one stands at 0, so that nothing is passed over."""
    rows = connection.execute("SELECT * FROM outputs").fetchall()
    return {
        str(name): Cursor(last, lost) if _cursor_sum(name, last, lost) == crc else Cursor(0, 0)
        for name, crc, last, lost in rows
    }


def dead_of(connection: sqlite3.Connection) -> list[Letter]:
    """Return the dead letters that are as they were written, the oldest first."""
    rows = connection.execute("SELECT * FROM dead ORDER BY number").fetchall()
    letters = [(row[1], row[2], entry_of(row[3:])) for row in rows]
    return [(output, why, entry) for output, why, entry in letters if entry is not None]


def _cursor_sum(name: str, last: int, lost: int) -> int:
    return zlib.crc32(f"{name} {last} {lost}".encode("utf-8", "surrogatepass"))
