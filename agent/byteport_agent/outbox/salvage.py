"""Finds the rows of the log in raw bytes, whatever became of the structure around them.

A row is looked for by how its header must begin, anywhere in a page, and is believed if its
checksum is right. So a page whose own header is lost still yields its rows, and a changed row none.

File format: sqlite.org/fileformat2.html, 1.6 (cells) and 2.1 (records).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import islice

from byteport_agent.outbox.entry import Entry, entry_of
from byteport_agent.outbox.pages import RawPages
from byteport_agent.outbox.schema import PAGE_SIZE

# size of the header, id (NULL: it is the row's number), crc, ts_ms, boot
_HEADER = re.compile(rb"[\x09-\x10]\x00[\x01-\x06\x08\x09][\x00-\x06\x08\x09](?=[\x00\x0d-\xff])")
_INTEGER_SIZES = (0, 1, 2, 3, 4, 6, 8)
_MAX_LOCAL = PAGE_SIZE - 35
_MIN_LOCAL = (PAGE_SIZE - 12) * 32 // 255 - 23
_MAX_PAYLOAD = 1 << 20
_COLUMNS = 8

Overflow = Callable[[int], bytes]
_Value = int | str | None


def rows_of_file(path: str) -> Iterator[Entry]:
    """Return every true row in a database and its WAL, some of them more than once."""
    with closing(RawPages(path)) as database, closing(RawPages(path + "-wal")) as wal:
        for page in database.pages():
            yield from rows_of_page(page, database.page)
        yield from _rows_of_wal(database, wal, 0)


def rows_sqlite_will_not_see(path: str) -> list[Entry]:
    """Return the true rows of the WAL that lie behind damage, where SQLite stops reading."""
    with closing(RawPages(path)) as database, closing(RawPages(path + "-wal")) as wal:
        return list(_rows_of_wal(database, wal, wal.valid_frames()))


def _rows_of_wal(database: RawPages, wal: RawPages, first: int) -> Iterator[Entry]:
    newest = dict(wal.frames())

    def overflow(number: int) -> bytes:
        return newest.get(number) or database.page(number)

    for _, page in islice(wal.frames(), first, None):
        yield from rows_of_page(page, overflow)


def rows_of_page(page: bytes, overflow: Overflow) -> Iterator[Entry]:
    """Return the true rows whose cell begins in a page."""
    position = 0
    while (found := _HEADER.search(page, position)) is not None:
        position = found.start() + 1
        for start in range(found.start() - 2, max(found.start() - 13, -1), -1):
            entry = _entry_at(page, start, found.start(), overflow)
            if entry is not None:
                yield entry
                break


def _entry_at(page: bytes, start: int, header: int, overflow: Overflow) -> Entry | None:
    """Return the row whose cell begins at ``start`` and whose record begins at ``header``."""
    try:
        size, after_size = _varint(page, start)
        number, after_number = _varint(page, after_size)
        if after_number != header or size > _MAX_PAYLOAD:
            return None
        values = _values(_payload(page, header, size, overflow))
        return entry_of((number, *values[1:])) if len(values) == _COLUMNS else None
    except (IndexError, ValueError):
        return None


def _payload(page: bytes, start: int, size: int, overflow: Overflow) -> bytes:
    if size <= _MAX_LOCAL:
        return page[start : start + size]
    local = _MIN_LOCAL + (size - _MIN_LOCAL) % (PAGE_SIZE - 4)
    if local > _MAX_LOCAL:
        local = _MIN_LOCAL
    parts = [page[start : start + local]]
    following = int.from_bytes(page[start + local : start + local + 4], "big")
    for _ in range(-(-(size - local) // (PAGE_SIZE - 4))):
        data = overflow(following) if following else b""
        parts.append(data[4:])
        following = int.from_bytes(data[:4], "big")
    return b"".join(parts)[:size]


def _values(payload: bytes) -> list[_Value]:
    end, position = _varint(payload, 0)
    types = []
    while position < end:
        kind, position = _varint(payload, position)
        types.append(kind)
    values = []
    for kind in types:
        value, position = _value(payload, position, kind)
        values.append(value)
    return values


def _value(payload: bytes, position: int, kind: int) -> tuple[_Value, int]:
    if kind in (8, 9):
        return kind - 8, position
    if kind >= 13 and kind % 2:
        end = position + (kind - 13) // 2
        return payload[position:end].decode(), end
    if kind == 0:
        return None, position
    end = position + _INTEGER_SIZES[kind]
    return int.from_bytes(payload[position:end], "big", signed=True), end


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for index in range(position, position + 8):
        byte = data[index]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, index + 1
    return value << 8 | data[position + 8], position + 9
