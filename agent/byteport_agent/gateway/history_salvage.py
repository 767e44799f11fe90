"""Brings over from a damaged history what can still be read: each hour has a sum of its own."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress

from byteport_agent.gateway.blocks import HOUR_MS, Damaged, unpack
from byteport_agent.gateway.history_file import HistoryFile, Message, StoredSeries, row_number
from byteport_agent.outbox.schema import connect_to_look

_CHUNK = 240  # hours
_LAST_HOUR = 1 << 20  # the year 2089
_MOST_MESSAGES = 10_000


def salvage(damaged: str, new: HistoryFile) -> int:
    """Put what is readable of a file into a new one; return how many hours of fields that is."""
    saved = 0
    with suppress(sqlite3.Error), closing(connect_to_look(damaged)) as old:
        for series in _series(old):
            with new.commit():
                saved += _copy(old, series, new)
        with new.commit():
            new.put_messages(_messages(old), _MOST_MESSAGES)
    return saved


def _copy(old: sqlite3.Connection, series: StoredSeries, new: HistoryFile) -> int:
    number, saved = new.add_series(series.device, series.field), 0
    for hour, data in _hours(old, series.id):
        with suppress(Damaged):
            column = unpack(data, hour * HOUR_MS)
            new.put(number, dict(zip(column.times, column.texts(), strict=True)))
            new.put_last(number, column.times[-1], column.texts()[-1][:200])
            saved += 1
    return saved


def _series(old: sqlite3.Connection) -> list[StoredSeries]:
    rows = old.execute("SELECT id, device, field, last_ms, last_text FROM series").fetchall()
    return [StoredSeries(*row) for row in rows]


def _hours(old: sqlite3.Connection, series: int) -> Iterator[tuple[int, bytes]]:
    """Yield (hour, data); where a page cannot be read, what lies around it."""
    first, last = 0, _LAST_HOUR
    with suppress(sqlite3.Error):
        ends = "SELECT min(id), max(id) FROM hours WHERE id BETWEEN ? AND ?"
        found = old.execute(ends, (row_number(series, 0), row_number(series, last))).fetchone()
        if found[0] is None:
            return
        first, last = found[0] - row_number(series, 0), found[1] - row_number(series, 0)
    for start in range(first, last + 1, _CHUNK):
        end = min(start + _CHUNK, last + 1)
        try:
            yield from _rows(old, series, start, end)
        except sqlite3.Error:
            for hour in range(start, end):
                with suppress(sqlite3.Error):
                    yield from _rows(old, series, hour, hour + 1)


def _rows(old: sqlite3.Connection, series: int, start: int, end: int) -> list[tuple[int, bytes]]:
    select = "SELECT id, data FROM hours WHERE id >= ? AND id < ? ORDER BY id"
    base = row_number(series, 0)
    rows = old.execute(select, (base + start, base + end)).fetchall()
    return [(number - base, data) for number, data in rows]


def _messages(old: sqlite3.Connection) -> list[Message]:
    with suppress(sqlite3.Error):
        rows = old.execute("SELECT ts_ms, device, level, text FROM messages ORDER BY id").fetchall()
        return [Message(*row) for row in rows]
    return []
