"""What a chart draws of a field: its values where they are few, else buckets with mean and range.

Of long times the file's sums of hours and days are enough, which SQL adds up; of shorter ones the
values are read and shared out.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from byteport_agent.gateway.blocks import HOUR_MS, Column
from byteport_agent.gateway.history import History
from byteport_agent.gateway.history_file import DAY_MS, Bucket
from byteport_agent.gateway.kept_series import KeptSeries

_MOST_READ = 300_000  # values of one field
_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
_HOURS = (1, 2, 3, 4, 6, 8, 12)
_DAYS = (1, 2, 7, 14, 30, 90, 365, 3650)
_ROUND_MS = (
    *(1000 * seconds for seconds in _SECONDS),
    *(HOUR_MS * hours for hours in _HOURS),
    *(DAY_MS * days for days in _DAYS),
)


@dataclass(frozen=True)
class Span:
    """The time of a chart, its end included, and how many points are wanted at most."""

    from_ms: int
    to_ms: int
    points: int


@dataclass
class Buckets:
    """Means and ranges by the start of a bucket, rising."""

    bucket_ms: int
    sums: dict[int, list[float]] = field(default_factory=dict)  # start: total, low, high, numbers

    def add(self, start: int, total: float, low: float, high: float, numbers: int) -> None:
        found = self.sums.get(start)
        if found is None:
            self.sums[start] = [total, low, high, numbers]
            return
        self.sums[start] = [
            found[0] + total,
            min(found[1], low),
            max(found[2], high),
            found[3] + numbers,
        ]

    def add_column(self, column: Column) -> None:
        times, numbers = column.numbers()
        at = 0
        while at < len(times):
            start = times[at] // self.bucket_ms * self.bucket_ms
            end = bisect_left(times, start + self.bucket_ms, at)
            part = numbers[at:end]
            self.add(start, sum(part), min(part), max(part), len(part))
            at = end

    def rows(self) -> list[Bucket]:
        return [
            (start, total / numbers, low, high, int(numbers))
            for start, (total, low, high, numbers) in sorted(self.sums.items())
        ]


def round_bucket_ms(span: Span) -> int:
    """Return the least round length of which no more than the points wanted cover a time."""
    least = (span.to_ms - span.from_ms) / span.points
    return next((each for each in _ROUND_MS if each >= least), _ROUND_MS[-1])


def buckets(history: History, series: KeptSeries, span: Span, bucket_ms: int) -> list[Bucket]:
    """Return means and ranges of the numbers; a bucket without any has no row."""
    found = Buckets(bucket_ms)
    if bucket_ms % HOUR_MS:
        for column in history.values(series, span.from_ms, span.to_ms):
            found.add_column(column)
        return found.rows()
    filed, fresh = history.long_buckets(series, span.from_ms, span.to_ms, bucket_ms)
    for start, mean, low, high, numbers in filed:
        found.add(start, mean * numbers, low, high, numbers)
    for column in fresh:
        found.add_column(column)
    return found.rows()


def chart(history: History, wanted: Sequence[KeptSeries], span: Span) -> dict[str, Any]:
    """Return the charts of some fields as the API gives them, with the same buckets for all."""
    most = max((history.count(each, span.from_ms, span.to_ms) for each in wanted), default=0)
    bucket_ms = 0
    if most > span.points:
        bucket_ms = round_bucket_ms(span)
        if most > _MOST_READ:
            bucket_ms = max(bucket_ms, HOUR_MS)
    return {
        "from_ms": span.from_ms,
        "to_ms": span.to_ms,
        "bucket_ms": bucket_ms,
        "series": [_series(history, each, span, bucket_ms) for each in wanted],
    }


def _series(history: History, series: KeptSeries, span: Span, bucket_ms: int) -> dict[str, Any]:
    about = {"device": series.device, "field": series.field, "kind": "number"}
    if not bucket_ms:
        return {**about, **_all_values(history, series, span)}
    rows = buckets(history, series, span, bucket_ms)
    if not rows and (texts := _texts(history, series, span)):
        return {**about, "kind": "text", "interval_ms": 0, **texts}
    columns: tuple[Iterable[Any], ...] = tuple(zip(*rows, strict=True)) or ((),) * 5
    names = ("t", "mean", "min", "max", "n")
    many = max((row[4] for row in rows), default=0)
    return {
        **about,
        "interval_ms": bucket_ms // many if many else 0,
        **{name: list(each) for name, each in zip(names, columns, strict=True)},
    }


def _all_values(history: History, series: KeptSeries, span: Span) -> dict[str, Any]:
    times: list[int] = []
    numbers: list[float] = []
    for column in history.values(series, span.from_ms, span.to_ms):
        its_times, its_numbers = column.numbers()
        times += its_times
        numbers += its_numbers
    if times:
        return {"interval_ms": usual_gap(times), "t": times, "v": numbers}
    texts = _texts(history, series, span)
    if texts:
        return {"kind": "text", "interval_ms": usual_gap(texts["t"]), **texts}
    return {"interval_ms": 0, "t": [], "v": []}


def _texts(history: History, series: KeptSeries, span: Span) -> dict[str, Any]:
    """Return the newest values as texts."""
    times: list[int] = []
    texts: list[str] = []
    for column in history.values(series, span.from_ms, span.to_ms):
        times = (times + column.times)[-span.points :]
        texts = (texts + column.texts())[-span.points :]
    return {"t": times, "v": texts} if times else {}


def usual_gap(times: Sequence[int]) -> int:
    """Return the median of the times between values, 0 where there are none."""
    gaps = sorted(after - before for before, after in pairwise(times))
    return gaps[len(gaps) // 2] if gaps else 0
