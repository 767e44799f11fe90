"""One hour of one field as bytes: exact texts and milliseconds, in one or two bytes a value.

What sensors send are numbers with few digits at nearly equal times. So times and numbers are kept
as differences, the lowest bytes of all first, then the next: the higher ones are nearly all the
same, and zlib makes little of them. Anything else is kept as texts. zlib's sum tells a damaged
block from a true one.
"""

import json
import re
import struct
import zlib
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from itertools import accumulate, pairwise
from math import isfinite
from typing import NamedTuple

HOUR_MS = 3_600_000
_HEAD = struct.Struct("<ccBcI")  # kind, type of times, decimals, type of numbers, how many
_NUMBERS, _TEXTS = b"N", b"T"
_MIXED = 255  # decimals that differ, a byte each
_PLAIN = re.compile(r"(-?(?:0|[1-9][0-9]{0,15}))(?:\.([0-9]{1,15}))?", re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?", re.ASCII)
_MOST_DIGITS = 17
_TYPES = (("b", 7), ("h", 15), ("i", 31), ("q", 63))
_SCALES = tuple(10**places for places in range(16))

Values = Mapping[int, str]  # by milliseconds since 1970


class Damaged(ValueError):  # noqa: N818
    """A block is not as it was written."""


class Summary(NamedTuple):
    """How many values there are, how many of them are numbers, and what charts need of those."""

    values: int
    numbers: int
    low: float | None
    high: float | None
    total: float


class Column(NamedTuple):
    """Values in order of time: as integers with so many decimals each, or as texts."""

    times: list[int]
    integers: list[int]
    decimals: bytes
    texts_: list[str] | None = None

    def texts(self) -> list[str]:
        """Return the values exactly as they were stored."""
        if self.texts_ is not None:
            return self.texts_
        return [_text(*pair) for pair in zip(self.integers, self.decimals, strict=True)]

    def text_at(self, ts_ms: int) -> str | None:
        """Return the value of one time."""
        place = bisect_left(self.times, ts_ms)
        if place == len(self.times) or self.times[place] != ts_ms:
            return None
        if self.texts_ is not None:
            return self.texts_[place]
        return _text(self.integers[place], self.decimals[place])

    def between(self, from_ms: int, to_ms: int) -> "Column":
        """Return the values of a time, the end included."""
        first, end = bisect_left(self.times, from_ms), bisect_right(self.times, to_ms)
        if (first, end) == (0, len(self.times)):
            return self
        texts = None if self.texts_ is None else self.texts_[first:end]
        part = slice(first, end)
        return Column(self.times[part], self.integers[part], self.decimals[part], texts)

    def numbers(self) -> tuple[list[int], list[float]]:
        """Return the times and values of what is a number."""
        if self.texts_ is None:
            pairs = zip(self.integers, self.decimals, strict=True)
            return self.times, [integer / _SCALES[places] for integer, places in pairs]
        found = zip(self.times, map(number_of, self.texts_), strict=True)
        both = [(ts_ms, number) for ts_ms, number in found if number is not None]
        return [ts_ms for ts_ms, _ in both], [number for _, number in both]

    def summary(self) -> Summary:
        numbers = self.numbers()[1]
        if not numbers:
            return Summary(len(self.times), 0, None, None, 0.0)
        low, high = min(numbers), max(numbers)
        return Summary(len(self.times), len(numbers), low, high, sum(numbers))

    def with_(self, newer: "Column") -> "Column":
        """Return this and others; of two values with one time, the newer."""
        if self.texts_ is None and newer.texts_ is None and newer.times[0] > self.times[-1]:
            return Column(
                self.times + newer.times,
                self.integers + newer.integers,
                self.decimals + newer.decimals,
            )
        values = dict(zip(self.times, self.texts(), strict=True))
        values.update(zip(newer.times, newer.texts(), strict=True))
        return column_of(values)


def number_of(text: str) -> float | None:
    """Return the number that a value is, None where it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if isfinite(number) else None


def column_of(values: Values) -> Column:
    """Return values, at least one, in order."""
    times = sorted(values)
    texts = [values[ts_ms] for ts_ms in times]
    return _plain_column(times, texts) or Column(times, [], b"", texts)


def pack(column: Column, start_ms: int) -> bytes:
    """Return a column of the hour that begins at ``start_ms`` as bytes."""
    count = len(column.times)
    time_type, times = _differences([ts_ms - start_ms for ts_ms in column.times])
    if column.texts_ is not None:
        head = _HEAD.pack(_TEXTS, time_type, 0, b"-", count)
        return zlib.compress(head + times + _json(column.texts_))
    number_type, numbers = _differences(column.integers)
    places = column.decimals[0]
    if column.decimals.count(places) != count:
        head = _HEAD.pack(_NUMBERS, time_type, _MIXED, number_type, count)
        return zlib.compress(head + times + column.decimals + numbers)
    head = _HEAD.pack(_NUMBERS, time_type, places, number_type, count)
    return zlib.compress(head + times + numbers)


def unpack(data: bytes, start_ms: int) -> Column:
    """Return what was packed; raises Damaged."""
    try:
        content = zlib.decompress(data)
        kind, time_type, places, number_type, count = _HEAD.unpack_from(content)
        end = _HEAD.size + count * array(time_type.decode()).itemsize
        times = [start_ms + offset for offset in _sums(content[_HEAD.size : end], time_type)]
        if kind == _TEXTS:
            texts = json.loads(content[end:].decode("utf-8", "surrogatepass"))
            return Column(times, [], b"", texts)
        if places != _MIXED:
            return Column(times, _sums(content[end:], number_type), bytes([places]) * count)
        numbers = _sums(content[end + count :], number_type)
        return Column(times, numbers, content[end : end + count])
    except (zlib.error, struct.error, ValueError) as error:
        raise Damaged(f"a block is damaged: {error}") from None


def _plain_column(times: list[int], texts: Iterable[str]) -> Column | None:
    """Return texts as integers that give them exactly, None where some cannot be so."""
    integers, decimals = [], bytearray()
    for text in texts:
        found = _PLAIN.fullmatch(text)
        if found is None or len(text) > _MOST_DIGITS:
            return None
        whole, fraction = found.groups(default="")
        integer = int(whole + fraction)
        if not integer and whole[0] == "-":
            return None  # -0 is another text than 0
        integers.append(integer)
        decimals.append(len(fraction))
    return Column(times, integers, bytes(decimals))


def _text(integer: int, places: int) -> str:
    if not places:
        return str(integer)
    digits = str(abs(integer)).zfill(places + 1)
    return f"{'-' if integer < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _json(texts: list[str]) -> bytes:
    return json.dumps(texts, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _differences(numbers: list[int]) -> tuple[bytes, bytes]:
    """Return the type and bytes of a first number and the steps from each to the next."""
    steps = numbers[:1] + [after - before for before, after in pairwise(numbers)]
    most = max(max(steps), -min(steps))
    kind = next(kind for kind, bits in _TYPES if most < 1 << bits)
    flat = array(kind, steps)
    size, data = flat.itemsize, flat.tobytes()
    return kind.encode(), b"".join([data[place::size] for place in range(size)])


def _sums(planes: bytes, kind: bytes) -> list[int]:
    """Return the numbers again."""
    steps = array(kind.decode())
    size = steps.itemsize
    count = len(planes) // size
    data = bytearray(count * size)
    for place in range(size):
        data[place::size] = planes[place * count : (place + 1) * count]
    steps.frombytes(bytes(data))
    return list(accumulate(steps))
