"""The values of one field, in the order of their times."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from byteport.store_call import RefusalError

MAX_VALUES = 100_000
_UUID_EPOCH = 0x01B21DD213814000  # 1970 in the time of a UUID, 100 ns from 1582 (RFC 9562 §6.1)


@dataclass(frozen=True, order=True)
class Value:
    """A value as it was stored; ``number`` counts the values of its series."""

    ts_ms: int
    number: int
    text: str

    @property
    def ref(self) -> str:
        """The ``r`` of the value: a UUID of its time, as Byteport's are."""
        time = self.ts_ms * 10_000 + _UUID_EPOCH
        low, middle, high = time & 0xFFFFFFFF, time >> 32 & 0xFFFF, time >> 48 & 0x0FFF
        return f"{low:08x}-{middle:04x}-1{high:03x}-8000-{self.number:012x}"

    @property
    def meta(self) -> Mapping[str, Any]:
        """What an answer says of the value beside it."""
        return {"trv": "False", "vlen": str(len(self.text)), "hdts": f"{self.ts_ms}000"}


class Series:
    """The newest ``MAX_VALUES`` values of a field; equal ones at one time are all kept."""

    def __init__(self) -> None:
        self._values: list[Value] = []
        self._count = 0

    def add(self, ts_ms: int, text: str) -> None:
        self._count += 1
        insort(self._values, Value(ts_ms, self._count, text))
        del self._values[:-MAX_VALUES]

    def between(self, from_ms: int, to_ms: int) -> list[Value]:
        """Return the values of a time, both ends included."""
        start = bisect_left(self._values, from_ms, key=_time)
        return self._values[start : bisect_right(self._values, to_ms, key=_time)]

    def all(self) -> list[Value]:
        return list(self._values)

    def last(self) -> Value:
        return self._values[-1]

    def by_ref(self, ref: str) -> Value:
        """Return the value that has a ref; RefusalError 404 where there is none."""
        try:
            ts_ms = (UUID(ref).time - _UUID_EPOCH) // 10_000
        except ValueError:
            raise RefusalError(404, "a value's ref is a UUID, as in a time series") from None
        for value in self.between(ts_ms, ts_ms):
            if value.ref == ref:
                return value
        raise RefusalError(404, "there is no value with this ref")


def time_text(ts_ms: int) -> str:
    """Return a time as answers have it: 2015-10-08T18:41:46.460000, in UTC."""
    seconds, ms = divmod(ts_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC).isoformat()[:19]}.{ms:03d}000"


def _time(value: Value) -> int:
    return value.ts_ms
