"""Finds the rows of the log in raw bytes, whatever became of the structure around them.

Where a page is a whole leaf of the log its rows are read as they are listed. In any other a row is
looked for by how its header must begin, anywhere in the page. It is believed if its checksum is
right. So a page whose own header is lost still yields its rows, and a changed row none.

File format: sqlite.org/fileformat2.html, 1.6 (cells) and 2.1 (records).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from byteport_agent.outbox.entry import Row, is_true
from byteport_agent.outbox.pages import RawPages
from byteport_agent.outbox.schema import PAGE_SIZE

# size of the header, id (NULL: it is the row's number), crc, ts_ms, boot
_HEADER = re.compile(rb"[\x09-\x10]\x00[\x01-\x06\x08\x09][\x00-\x06\x08\x09](?=[\x00\x0d-\xff])")
_LEAF = 0x0D
_INTEGER_SIZES = (0, 1, 2, 3, 4, 6, 8, 0, 0, 0)
_CONSTANTS = {0: None, 8: 0, 9: 1}
_MAX_LOCAL = PAGE_SIZE - 35
_MIN_LOCAL = (PAGE_SIZE - 12) * 32 // 255 - 23
_MAX_PAYLOAD = 1 << 20
_COLUMNS = 8

Overflow = Callable[[int], bytes]
_Column = tuple[int, int, int]  # what it is, where it begins and ends


class _Cell(NamedTuple):
    """A row, and how many bytes of the page are its own."""

    row: Row
    size: int


def rows_of_file(path: str) -> Iterator[Row]:
    """Return every true row of a database and its WAL, some of them more than once.

    Not those of pages that are free: they were deleted, and are most of a file that is mostly sent.
    """
    with closing(RawPages(path)) as database, closing(RawPages(path + "-wal")) as wal:
        free = database.free_pages()
        for number, page in enumerate(database.pages(), 1):
            if number not in free:
                yield from rows_of_page(page, database.page)
        yield from _rows_of_wal(database, wal, 0)


def rows_sqlite_will_not_see(path: str) -> list[Row]:
    """Return the true rows of the WAL that lie behind damage, where SQLite stops reading."""
    with closing(RawPages(path)) as database, closing(RawPages(path + "-wal")) as wal:
        return list(_rows_of_wal(database, wal, wal.valid_frames()))


def _rows_of_wal(database: RawPages, wal: RawPages, first: int) -> Iterator[Row]:
    newest = dict(wal.frames())

    def overflow(number: int) -> bytes:
        return newest.get(number) or database.page(number)

    for _, page in islice(wal.frames(), first, None):
        yield from rows_of_page(page, overflow)


def rows_of_page(page: bytes, overflow: Overflow) -> Iterator[Row]:
    """Return the true rows whose cell begins in a page."""
    listed = _listed(page, overflow)
    yield from _looked_for(page, overflow) if listed is None else listed


def _listed(page: bytes, overflow: Overflow) -> list[Row] | None:
    """Return the rows that a whole leaf lists; None where bytes of it are in no true row."""
    if len(page) < PAGE_SIZE or page[0] != _LEAF or page[1] or page[2] or page[7]:
        return None  # no leaf, or one with holes
    rows, unused = [], PAGE_SIZE - (page[5] << 8 | page[6])
    for place in range(8, 8 + 2 * (page[3] << 8 | page[4]), 2):
        cell = _cell_at(page, page[place] << 8 | page[place + 1], overflow)
        if cell is None:
            return None
        rows.append(cell.row)
        unused -= cell.size
    return None if unused else rows


def _looked_for(page: bytes, overflow: Overflow) -> Iterator[Row]:
    position = 0
    while (found := _HEADER.search(page, position)) is not None:
        position = found.start() + 1
        for start in range(found.start() - 2, max(found.start() - 13, -1), -1):
            cell = _cell_at(page, start, overflow, found.start())
            if cell is not None:
                yield cell.row
                break


def _cell_at(page: bytes, start: int, overflow: Overflow, header: int = 0) -> _Cell | None:
    """Return the true row whose cell begins at ``start``, and its record at ``header`` if known."""
    try:
        size, after_size = _varint(page, start)
        number, begin = _varint(page, after_size)
        if (header and begin != header) or size > _MAX_PAYLOAD:
            return None
        payload, end = _payload(page, begin, size, overflow)
        row = _row(number, payload)
    except (IndexError, KeyError, ValueError):
        return None
    return _Cell(row, end - start) if len(row) == _COLUMNS and is_true(row) else None


def _payload(page: bytes, start: int, size: int, overflow: Overflow) -> tuple[bytes, int]:
    """Return the record, and where what this page has of it ends."""
    if size <= _MAX_LOCAL:
        return page[start : start + size], start + size
    local = _MIN_LOCAL + (size - _MIN_LOCAL) % (PAGE_SIZE - 4)
    if local > _MAX_LOCAL:
        local = _MIN_LOCAL
    parts = [page[start : start + local]]
    following = int.from_bytes(page[start + local : start + local + 4], "big")
    for _ in range(-(-(size - local) // (PAGE_SIZE - 4))):
        data = overflow(following) if following else b""
        parts.append(data[4:])
        following = int.from_bytes(data[:4], "big")
    return b"".join(parts)[:size], start + local + 4


def _row(number: int, payload: bytes) -> Row:
    return (
        number,
        *(
            payload[begin:end].decode()
            if kind >= 13
            else int.from_bytes(payload[begin:end], "big", signed=True)
            if 0 < kind < 8
            else _CONSTANTS[kind]
            for kind, begin, end in _columns(payload[: payload[0]])
        ),
    )


@lru_cache(maxsize=1024)  # most rows of a log have one of a few headers
def _columns(header: bytes) -> list[_Column]:
    """Return the columns behind the id, which is the row's number."""
    columns, position, begin = [], 2, len(header)
    while position < len(header):
        kind, position = _varint(header, position)
        size = (kind - 13) // 2 if kind >= 13 else _INTEGER_SIZES[kind]
        columns.append((kind, begin, begin + size))
        begin += size
    return columns


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = data[position]
    if value < 0x80:
        return value, position + 1
    value = 0
    for index in range(position, position + 8):
        byte = data[index]
        if byte < 0x80:
            return value << 7 | byte, index + 1
        value = value << 7 | byte & 0x7F
    return value << 8 | data[position + 8], position + 9
