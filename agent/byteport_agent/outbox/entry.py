"""One row of the log: what it holds, and the checksum that tells a changed row from a true one.

SQLite checks its pages' structure, not their content: a digit that flipped on the disk would be
sent as a reading. The checksum covers the number too, so a salvage mistakes no row for another.
"""

import json
import zlib
from typing import Any, NamedTuple

Fields = tuple[tuple[str, str], ...]
Row = tuple[Any, ...]  # of the table, in the order of its columns

_to_json = json.JSONEncoder().encode
_from_json = json.JSONDecoder().raw_decode


class Reading(NamedTuple):
    """What a sensor measured ``ticks_ms`` after boot; a board that has a clock states ``ts_ms``."""

    device: str
    sensor: str
    fields: Fields
    ticks_ms: int
    ts_ms: int | None = None


class Entry(NamedTuple):
    """A reading in the log.

    ``ts_ms`` is None where the clock was wrong: until it is right, or for ever where ``boot`` (the
    kernel's id) is an earlier one; ``ticks_ms`` after that boot is then all that is known.
    """

    id: int
    ts_ms: int | None
    boot: str | None
    ticks_ms: int | None
    device: str
    sensor: str
    fields: Fields

    def row(self) -> Row:
        """Return the values in the order of the table's columns."""
        content = (*self[:6], _json_of(self.fields))
        return (self.id, checksum(content), *content[1:])

    def size(self) -> int:
        """Return about how many bytes the reading needs in the file, or in a call."""
        texts = sum(len(name) + len(value) + 6 for name, value in self.fields)
        return 48 + len(self.device) + len(self.sensor) + texts

    def memory(self) -> int:
        """Return about how many bytes of memory the reading needs; its names are others' too."""
        return 256 + sum(128 + len(value) for _, value in self.fields)


def _json_of(fields: Fields) -> str:
    """Return fields as JSON; text by text, as a list would make the encoder make another."""
    pairs = [f"[{_to_json(name)},{_to_json(value)}]" for name, value in fields]
    return f"[{','.join(pairs)}]"


def checksum(content: tuple[Any, ...]) -> int:
    """Return the CRC-32 of a row's values other than the checksum."""
    return zlib.crc32(repr(content).encode("utf-8", "surrogatepass"))


def is_true(row: Row) -> bool:
    """Tell whether a row that was read is as it was written."""
    return bool(checksum((row[0], *row[2:])) == row[1])


def entry_of(row: Row) -> Entry | None:
    """Return the entry of a row as it was read, or None where it is not as it was written."""
    content = (row[0], *row[2:])
    try:
        if checksum(content) != row[1]:
            return None
        fields = tuple(map(tuple, _from_json(content[6])[0]))
    except (TypeError, ValueError):
        return None
    number, ts_ms, boot, ticks_ms, device, sensor, _ = content
    return Entry(number, ts_ms, boot, ticks_ms, device, sensor, fields)
