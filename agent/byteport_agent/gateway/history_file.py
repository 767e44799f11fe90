"""The history's file: a row per field and hour, a row per field and day, and messages.

A chart of minutes reads the values of a few hours; one of a year reads days and no values at all. A
row's number is its series and its hour, so that what is read together lies together. The pages are
small and a row is written anew a few times in its hour: a commit writes a page or two per field.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import count
from threading import Lock
from typing import Any, NamedTuple

from byteport_agent.gateway.blocks import HOUR_MS, Column, Damaged, column_of, pack, unpack
from byteport_agent.outbox.errors import NewerSchema
from byteport_agent.outbox.failures import failure_of
from byteport_agent.outbox.file_ops import private_file, remove
from byteport_agent.outbox.schema import quoted

DAY_MS = 24 * HOUR_MS
SCHEMA = 1
_SHIFT = 26  # bits of a row's number for the hour, or the day: enough for the year 9000
_TABLES = """
CREATE TABLE series (id INTEGER PRIMARY KEY, device TEXT NOT NULL, field TEXT NOT NULL,
    last_ms INTEGER NOT NULL, last_text TEXT, UNIQUE (device, field));
CREATE TABLE hours (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, numbers INTEGER NOT NULL,
    low REAL, high REAL, total REAL NOT NULL, data BLOB NOT NULL);
CREATE TABLE days (id INTEGER PRIMARY KEY, count INTEGER NOT NULL, numbers INTEGER NOT NULL,
    low REAL, high REAL, total REAL NOT NULL);
CREATE TABLE messages (id INTEGER PRIMARY KEY, ts_ms INTEGER NOT NULL, device TEXT NOT NULL,
    level TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX messages_by_time ON messages (ts_ms);
"""
_SETTINGS = (
    "PRAGMA trusted_schema = OFF",
    "PRAGMA secure_delete = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -512",
    "PRAGMA page_size = 1024",
    "PRAGMA journal_mode = WAL",
    "PRAGMA wal_autocheckpoint = 0",
    "PRAGMA synchronous = FULL",  # a flush is synced before the outbox may forget what is in it
)
_PUT_DAY = """INSERT OR REPLACE INTO days
SELECT ?, sum(count), sum(numbers), min(low), max(high), sum(total) FROM hours
WHERE id BETWEEN ? AND ? HAVING count(*) > 0"""
_BUCKETS = """SELECT (id & {mask}) / ?1 AS bucket, sum(total) / sum(numbers), min(low), max(high),
sum(numbers) FROM {table} WHERE id BETWEEN ?2 AND ?3 AND numbers > 0 GROUP BY bucket"""
_SAME_MESSAGE = "ts_ms = ? AND device = ? AND level = ? AND text = ?"
_PUT_MESSAGE = f"""INSERT INTO messages SELECT NULL, ?, ?, ?, ?
WHERE NOT EXISTS (SELECT 1 FROM messages WHERE {_SAME_MESSAGE})"""  # noqa: S608
_MASK = (1 << _SHIFT) - 1
_MOST_WAL = 1 << 20


class StoredSeries(NamedTuple):
    """A field that has values; ``last_text`` is None where it is too long to be kept twice."""

    id: int
    device: str
    field: str
    last_ms: int
    last_text: str | None


class Message(NamedTuple):
    """A line of a device's log channel."""

    ts_ms: int
    device: str
    level: str
    text: str


Bucket = tuple[int, float, float, float, int]  # start_ms, mean, low, high, numbers


class HistoryFile:
    """One connection that writes, in the thread of the history, and one that anybody reads with."""

    def __init__(self, path: str) -> None:
        private_file(path)
        self._path = path
        self._lock = Lock()
        self.fault = ""  # what a reader met: the file must not be gone on with
        self._writer = _connect(path)
        try:
            self._make_tables()
            self._reader = _connect(path)
        except BaseException:
            self._writer.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._reader.close()
        with suppress(sqlite3.Error):
            self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._writer.close()

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Make what is put within one synced commit."""
        self._writer.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._writer.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")
            raise

    def checkpoint(self, at_least: int = _MOST_WAL) -> None:
        """Move the WAL into the file once it is so large."""
        with suppress(OSError), open(self._path + "-wal", "rb") as wal:
            if wal.seek(0, 2) >= at_least:
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def series(self) -> list[StoredSeries]:
        rows = self._rows("SELECT id, device, field, last_ms, last_text FROM series ORDER BY id")
        return [StoredSeries(*row) for row in rows]

    def add_series(self, device: str, field: str) -> int:
        """Begin a series and return its number; within a commit."""
        new = "INSERT INTO series VALUES (NULL, ?, ?, 0, NULL)"
        number = self._writer.execute(new, (device, field)).lastrowid
        assert number is not None
        return number

    def put(self, series: int, values: Mapping[int, str]) -> None:
        """Add values to a series; of two with one time the last stays; within a commit."""
        hours: dict[int, dict[int, str]] = {}
        for ts_ms, text in values.items():
            hours.setdefault(ts_ms // HOUR_MS, {})[ts_ms] = text
        for hour, its in hours.items():
            self._put_hour(series, hour, column_of(its))
        for day in {hour // 24 for hour in hours}:
            first = row_number(series, 24 * day)
            self._writer.execute(_PUT_DAY, (row_number(series, day), first, first + 23))

    def put_last(self, series: int, last_ms: int, text: str | None) -> None:
        update = "UPDATE series SET last_ms = ?, last_text = ? WHERE id = ?"
        self._writer.execute(update, (last_ms, text, series))

    def put_messages(self, messages: Iterable[Message], most: int) -> None:
        """Add messages, and forget the oldest beyond a number; within a commit."""
        run = self._writer.execute
        for each in messages:
            run(_PUT_MESSAGE, (*each, *each))
        run("DELETE FROM messages WHERE id <= (SELECT max(id) FROM messages) - ?", (most,))

    def columns(self, series: int, from_ms: int, to_ms: int) -> Iterator[Column]:
        """Yield a series' hours that touch a time, the end included."""
        at, last = from_ms // HOUR_MS, to_ms // HOUR_MS
        select = "SELECT id, data FROM hours WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 50"
        while rows := self._rows(select, row_number(series, at), row_number(series, last)):
            for number, data in rows:
                at = number & _MASK
                with suppress(Damaged):  # the hours beside it are as they were
                    yield unpack(data, at * HOUR_MS)
            at += 1

    def column_at(self, series: int, ts_ms: int) -> Column | None:
        """Return the hour that a time is in."""
        return next(self.columns(series, ts_ms, ts_ms), None)

    def last_column(self, series: int) -> Column | None:
        select = "SELECT id, data FROM hours WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1"
        rows = self._rows(select, row_number(series, 0), row_number(series, _MASK))
        return unpack(rows[0][1], (rows[0][0] & _MASK) * HOUR_MS) if rows else None

    def count(self, series: int, from_ms: int, to_ms: int) -> int:
        """Return about how many values there are, without reading them."""
        table, length = ("days", DAY_MS) if to_ms - from_ms > 30 * DAY_MS else ("hours", HOUR_MS)
        select = f"SELECT coalesce(sum(count), 0) FROM {table} WHERE id BETWEEN ? AND ?"  # noqa: S608
        ends = row_number(series, from_ms // length), row_number(series, to_ms // length)
        return int(self._rows(select, *ends)[0][0])

    def buckets(self, series: int, from_ms: int, to_ms: int, bucket_ms: int) -> list[Bucket]:
        """Return what charts need, of buckets that are whole hours or whole days."""
        table, length = ("days", DAY_MS) if bucket_ms % DAY_MS == 0 else ("hours", HOUR_MS)
        select = _BUCKETS.format(mask=_MASK, table=table)
        ends = row_number(series, from_ms // length), row_number(series, to_ms // length)
        rows = self._rows(select, bucket_ms // length, *ends)
        return [(bucket * bucket_ms, *rest) for bucket, *rest in rows]

    def messages(
        self, before_ms: int, device: str | None, levels: Iterable[str], limit: int
    ) -> list[Message]:
        """Return messages, the newest first."""
        wanted = list(levels)
        marks = ", ".join("?" * len(wanted))
        select = f"SELECT ts_ms, device, level, text FROM messages WHERE ts_ms < ? AND level IN ({marks})"  # noqa: S608, E501
        values: list[Any] = [before_ms, *wanted]
        if device is not None:
            select += " AND device = ?"
            values.append(device)
        rows = self._rows(f"{select} ORDER BY ts_ms DESC, id DESC LIMIT ?", *values, limit)
        return [Message(*row) for row in rows]

    def has_message(self, message: Message) -> bool:
        return bool(self._rows(f"SELECT 1 FROM messages WHERE {_SAME_MESSAGE}", *message))  # noqa: S608

    def used_bytes(self) -> int:
        """Return the bytes in use, in the file and in its WAL; 0 where it cannot be read."""
        with suppress(sqlite3.Error):
            pages, free = self._one("PRAGMA page_count"), self._one("PRAGMA freelist_count")
            return int((pages - free) * 1024)
        return 0

    def first_hour(self) -> int | None:
        """Return the oldest hour that there is."""
        select = "SELECT min(id) FROM hours WHERE id BETWEEN ? AND ?"
        firsts = (
            self._one(select, row_number(each.id, 0), row_number(each.id, _MASK))
            for each in self.series()
        )
        return min((first & _MASK for first in firsts if first is not None), default=None)

    def forget_before(self, hour: int) -> None:
        """Delete the hours before one, the days that have none left, and older messages."""
        run = self._writer.execute
        with self.commit():
            for each in self.series():
                first = row_number(each.id, 0)
                ends = (("hours", hour), ("days", hour // 24))
                for table, end in ends:
                    delete = f"DELETE FROM {table} WHERE id >= ? AND id < ?"  # noqa: S608
                    run(delete, (first, row_number(each.id, end)))
            run("DELETE FROM messages WHERE ts_ms < ?", (hour * HOUR_MS,))

    def _make_tables(self) -> None:
        version = self._writer.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            raise NewerSchema(self._path, version, SCHEMA)
        if not version:
            self._writer.executescript(f"BEGIN; {_TABLES} PRAGMA user_version = {SCHEMA}; COMMIT")

    def _put_hour(self, series: int, hour: int, column: Column) -> None:
        number = row_number(series, hour)
        found = self._writer.execute("SELECT data FROM hours WHERE id = ?", (number,)).fetchone()
        with suppress(Damaged):  # what cannot be read is gone
            if found is not None:
                column = unpack(found[0], hour * HOUR_MS).with_(column)
        row: tuple[Any, ...] = (number, *column.summary(), pack(column, hour * HOUR_MS))
        self._writer.execute("INSERT OR REPLACE INTO hours VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _one(self, select: str, *values: int) -> Any:
        return self._rows(select, *values)[0][0]

    def _rows(self, select: str, *values: Any) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._reader.execute(select, values).fetchall()
        except sqlite3.Error as error:
            failure = failure_of(error)
            if failure.damaged:
                self.fault = failure.text
            raise


def set_aside(path: str) -> str:
    """Give a damaged file, which is not open, another name, and return that."""
    aside = next(name for n in count(1) if not os.path.lexists(name := f"{path}.corrupt-{n}"))
    remove(path + "-shm")
    if os.path.lexists(path + "-wal"):
        os.rename(path + "-wal", aside + "-wal")
    os.rename(path, aside)
    return aside


def row_number(series: int, place: int) -> int:
    """Return the number of a series' row for an hour or a day."""
    return series << _SHIFT | min(max(place, 0), _MASK)


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quoted(path)}?mode=rw",
        uri=True,
        timeout=1,
        isolation_level=None,
        check_same_thread=False,
    )
    try:
        for setting in _SETTINGS:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection
