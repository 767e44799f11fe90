"""A field's values as Byteport's own API answers them, so that its clients can read here too.

Source: Byteport API document v1.6, "timeseries".
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import accumulate, pairwise
from typing import Any

from byteport_agent.gateway.charts import Span, buckets, round_bucket_ms
from byteport_agent.gateway.history import History
from byteport_agent.gateway.kept_series import KeptSeries

OPERATIONS = ("diff", "smooth_diff", "cum_sum")
_SMOOTH = 3  # values to each side of a smooth difference

Points = list[tuple[int, Any]]


def timeseries(
    history: History, series: KeptSeries, path: str, span: Span, scale: float, operation: str
) -> dict[str, Any]:
    """Return the whole answer; ``operation`` is one of OPERATIONS or ""."""
    points, kind, reduced, count = _points(history, series, span)
    if kind == "number":
        points = _operated([(ts_ms, value * scale) for ts_ms, value in points], operation)
    return {
        "meta": {"path": path},
        "data": {
            "ts_data": [
                {"r": str(ts_ms), "m": {}, "t": _iso(ts_ms), "v": _shown(value)}
                for ts_ms, value in points
            ],
            "ts_meta": {
                "orig_len": count,
                "len": len(points),
                "from": _iso(span.from_ms),
                "to": _iso(span.to_ms),
                "data_type": kind,
                "seconds": (span.to_ms - span.from_ms) // 1000,
                "conversion_errors": 0,
                "path": path,
                "reduced": reduced,
            },
        },
    }


def _points(history: History, series: KeptSeries, span: Span) -> tuple[Points, str, bool, int]:
    """Return the points, what they are, whether they were thinned, and how many there were."""
    count = history.count(series, span.from_ms, span.to_ms)
    if count > 2 * span.points:
        rows = buckets(history, series, span, round_bucket_ms(span))
        if rows:
            return [(start, mean) for start, mean, *_ in rows], "number", True, count
    times: list[int] = []
    texts: list[str] = []
    numbers: Points = []
    for column in history.values(series, span.from_ms, span.to_ms):
        times += column.times
        texts += column.texts()
        numbers += zip(*column.numbers(), strict=True)
    if len(numbers) == len(times):
        return _thinned(numbers, span.points), "number", len(times) > span.points, len(times)
    pairs: Points = list(zip(times, texts, strict=True))
    return _thinned(pairs, span.points), "string", len(times) > span.points, len(times)


def _thinned(points: Points, most: int) -> Points:
    step = -(-len(points) // most) if points else 1
    return points[::step]


def _operated(points: Points, operation: str) -> Points:
    times, values = [ts_ms for ts_ms, _ in points], [value for _, value in points]
    if operation == "cum_sum":
        return list(zip(times, accumulate(values), strict=True))
    if operation == "smooth_diff":
        values = list(_smooth(values))
    if operation:
        steps = (after - before for before, after in pairwise(values))
        return list(zip(times[1:], steps, strict=True))
    return points


def _smooth(values: Sequence[float]) -> Iterable[float]:
    """Yield each value's mean with its neighbours'."""
    for place in range(len(values)):
        near = values[max(place - _SMOOTH, 0) : place + _SMOOTH + 1]
        yield sum(near) / len(near)


def _shown(value: Any) -> Any:
    """Return a whole number as one, as Byteport writes it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return int(value)
    return value


def _iso(ts_ms: int) -> str:
    seconds, ms = divmod(ts_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03d}000"
