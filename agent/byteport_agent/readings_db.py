"""What the receiver has stored, in SQLite: in memory unless a file is named.

One connection behind one lock. A call is one transaction: when `store` returns it is committed,
in a file also synced. Bounded: beyond ``max_readings`` the oldest are deleted.
"""

import sqlite3
from collections.abc import Iterable
from threading import Lock
from typing import Any, NamedTuple

_SCHEMA = """
CREATE TABLE IF NOT EXISTS readings (
    id INTEGER PRIMARY KEY AUTOINCREMENT, device TEXT NOT NULL, ts_ms INTEGER NOT NULL,
    arrived_ms INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS fields (
    reading INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS fields_of_reading ON fields (reading);
CREATE TABLE IF NOT EXISTS messages (
    reading INTEGER NOT NULL, level TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS messages_of_reading ON messages (reading);
CREATE TABLE IF NOT EXISTS last_values (
    device TEXT NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, ts_ms INTEGER NOT NULL,
    reading INTEGER NOT NULL, UNIQUE (device, name));
CREATE INDEX IF NOT EXISTS last_values_of_reading ON last_values (reading);
"""
_KEEP_LAST = """
INSERT INTO last_values VALUES (?, ?, ?, ?, ?) ON CONFLICT (device, name) DO UPDATE
SET value = excluded.value, ts_ms = excluded.ts_ms, reading = excluded.reading
WHERE excluded.ts_ms >= last_values.ts_ms
"""
_FIELDS = "SELECT name, value FROM fields WHERE reading = ? ORDER BY rowid"
_MESSAGES = "SELECT level, text FROM messages WHERE reading = ? ORDER BY rowid"
_DELETE_OLD = (
    "DELETE FROM readings WHERE id <= ?",
    "DELETE FROM fields WHERE reading <= ?",
    "DELETE FROM messages WHERE reading <= ?",
    "DELETE FROM last_values WHERE reading <= ?",
)

Texts = Iterable[tuple[str, str]]
_Pairs = tuple[tuple[str, str], ...]


class StoredReading(NamedTuple):
    """One call as it was stored; ``messages`` are (level, text) of the log channels."""

    id: int
    device: str
    ts_ms: int
    fields: tuple[tuple[str, str], ...]
    messages: tuple[tuple[str, str], ...]


class LastValue(NamedTuple):
    """A field's value with the latest timestamp."""

    device: str
    field: str
    value: str
    ts_ms: int


class ReadingsDb:
    """Rows of the readings; safe to use from several threads."""

    def __init__(self, path: str = ":memory:", max_readings: int = 100_000) -> None:
        self._lock = Lock()
        self._max_readings = max_readings
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            self._connection.executescript(_SCHEMA)
        except BaseException:
            self._connection.close()
            raise

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def store(
        self, device: str, ts_ms: int, arrived_ms: int, fields: Texts = (), messages: Texts = ()
    ) -> int:
        """Commit one call and return its number, which counts from 1."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                number = self._insert(device, ts_ms, arrived_ms, fields, messages)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise
        return number

    def count(self) -> int:
        """Return how many calls were ever stored, also those deleted since."""
        rows = self._rows("SELECT coalesce(max(seq), 0) FROM sqlite_sequence")
        return int(rows[0][0])

    def per_second(self, last: int = 20) -> float:
        """Return the rate at which the last readings arrived, 0 where it is not known yet."""
        select = """SELECT count(*), max(arrived_ms) - min(arrived_ms)
                    FROM (SELECT arrived_ms FROM readings ORDER BY id DESC LIMIT ?)"""
        count, span_ms = self._rows(select, last)[0]
        return 1000 * (count - 1) / span_ms if span_ms else 0.0

    def readings_after(self, number: int = 0, limit: int = 1000) -> list[StoredReading]:
        """Return the calls stored after the one with that number, in order of arrival."""
        select = "SELECT id, device, ts_ms FROM readings WHERE id > ? ORDER BY id LIMIT ?"
        return [
            StoredReading(number, device, ts_ms, *self._texts_of(number))
            for number, device, ts_ms in self._rows(select, number, limit)
        ]

    def last_values(self) -> list[LastValue]:
        """Return each field's latest value: devices by name, fields as they first arrived."""
        select = "SELECT device, name, value, ts_ms FROM last_values ORDER BY device, rowid"
        return [LastValue(*row) for row in self._rows(select)]

    def last_messages(self, limit: int) -> list[tuple[str, str, str, int]]:
        """Return the newest log messages as (device, level, text, ts_ms), the newest last."""
        select = """SELECT device, level, text, ts_ms FROM messages JOIN readings ON id = reading
                    ORDER BY messages.rowid DESC LIMIT ?"""
        return self._rows(select, limit)[::-1]

    def _insert(
        self, device: str, ts_ms: int, arrived_ms: int, fields: Texts, messages: Texts
    ) -> int:
        run = self._connection.execute
        reading = run(
            "INSERT INTO readings VALUES (NULL, ?, ?, ?)", (device, ts_ms, arrived_ms)
        ).lastrowid
        for name, value in fields:
            run("INSERT INTO fields VALUES (?, ?, ?)", (reading, name, value))
            run(_KEEP_LAST, (device, name, value, ts_ms, reading))
        for level, text in messages:
            run("INSERT INTO messages VALUES (?, ?, ?)", (reading, level, text))
        assert reading is not None
        for delete in _DELETE_OLD:
            run(delete, (reading - self._max_readings,))
        return reading

    def _texts_of(self, reading: int) -> tuple[_Pairs, _Pairs]:
        return tuple(self._rows(_FIELDS, reading)), tuple(self._rows(_MESSAGES, reading))

    def _rows(self, select: str, *values: int) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(select, values).fetchall()
