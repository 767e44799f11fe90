"""Questions about a time series, and Byteport's answers to them.

An answer's shape: Byteport API document v1.6, "Get timeseries data". Of ``operation`` and ``scale``
it gives the names alone; here a scale is a factor, diff the change from the value before,
smooth_diff that of the mean of three, and cum_sum the sum so far.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from re import ASCII, fullmatch
from statistics import fmean, median, pstdev
from typing import Any

from byteport.store_call import RefusalError
from byteport_mocks.service.series import Value, time_text

_DAY_MS = 86_400_000
_MAX_MS = 253_402_300_799_999  # the end of the year 9999
_UNITS_MS = {"timedelta_minutes": 60_000, "timedelta_hours": 3_600_000, "timedelta_days": _DAY_MS}

Number = int | float
Pairs = list[tuple[Value, Any]]


@dataclass(frozen=True)
class Question:
    """What is asked for; without a time, it is the last day."""

    from_ms: int
    to_ms: int
    scale: float | None = None
    operation: str = ""


def read_question(query: Mapping[str, str], now_ms: int) -> Question:
    """Return the question of a query; RefusalError 400 for a time or an operation that is none."""
    to_ms = _moment_ms(query["to"]) if "to" in query else now_ms
    from_ms = to_ms - _DAY_MS
    for name, unit_ms in _UNITS_MS.items():
        if name in query:
            from_ms = to_ms - int(_number(name, query[name]) * unit_ms)
    if "from" in query:
        from_ms = _moment_ms(query["from"])
    operation = query.get("operation", "")
    if operation not in _OPERATIONS:
        raise RefusalError(400, f"operation is none of {', '.join(filter(None, _OPERATIONS))}")
    scale = _number("scale", query["scale"]) if "scale" in query else None
    return Question(_in_time(from_ms), _in_time(to_ms), scale, operation)


def answer(path: str, values: Sequence[Value], question: Question, data_type: str) -> Any:
    """Return what Byteport answers; ``data_type`` is that of the field's definition, or ""."""
    pairs, data_type = _converted(values, data_type)
    errors = len(values) - len(pairs)
    if data_type == "number":
        pairs = _calculated(pairs, question)
    elif question.operation or question.scale is not None:
        raise RefusalError(400, "the values are no numbers to calculate with")
    data = [
        {"r": value.ref, "m": value.meta, "t": time_text(value.ts_ms), "v": shown}
        for value, shown in pairs
    ]
    meta = {
        "orig_len": len(values),
        "from": time_text(question.from_ms),
        "data_type": data_type,
        "seconds": (question.to_ms - question.from_ms) // 1000,
        "len": len(data),
        "to": time_text(question.to_ms),
        "conversion_errors": errors,
        "path": path,
        "reduced": False,
    }
    return {"meta": {"path": path}, "data": {"ts_data": data, "ts_meta": meta}}


def statistics(path: str, values: Sequence[Value], question: Question) -> Any:
    """Return figures of the values that are numbers, None where there are none."""
    found = answer(path, values, question, "number")["data"]
    numbers = [point["v"] for point in found["ts_data"]]
    figures = {
        "count": len(numbers),
        "min": min(numbers, default=None),
        "max": max(numbers, default=None),
        "mean": fmean(numbers) if numbers else None,
        "median": median(numbers) if numbers else None,
        "std": pstdev(numbers) if numbers else None,
        "sum": sum(numbers),
    }
    return {"meta": {"path": path}, "data": {"statistics": figures, "ts_meta": found["ts_meta"]}}


def distance_to_typical(path: str, values: Sequence[Value], question: Question) -> Any:
    """Return each value's distance to the typical one, the median, as a series."""
    found = answer(path, values, question, "number")
    points = found["data"]["ts_data"]
    typical = median([point["v"] for point in points]) if points else None
    for point in points:
        point["v"] = abs(point["v"] - typical)
    found["data"]["typical"] = typical
    return found


def number_of(text: str) -> Number | None:
    """Return the number that a text is, in any common format; None for none."""
    if fullmatch(r"[+-]?\d{1,18}", text, ASCII):
        return int(text)
    if not fullmatch(r"[+-]?[0-9.]+([eE][+-]?\d{1,5})?", text, ASCII):
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if _is_finite(number) else None


def _converted(values: Sequence[Value], data_type: str) -> tuple[Pairs, str]:
    """Return the values as their type has them, those left out that are not of it."""
    if data_type not in ("", "number"):
        return [(value, value.text) for value in values], data_type
    numbers = [(value, number_of(value.text)) for value in values]
    pairs = [pair for pair in numbers if pair[1] is not None]
    if data_type or len(pairs) == len(values):
        return pairs, "number"
    return [(value, value.text) for value in values], "string"


def _calculated(pairs: Pairs, question: Question) -> Pairs:
    scale = question.scale
    scaled = pairs if scale is None else [(value, number * scale) for value, number in pairs]
    done = _OPERATIONS[question.operation](scaled)
    return [pair for pair in done if _is_finite(pair[1])]


def _diff(pairs: Pairs) -> Pairs:
    return [(pairs[at][0], pairs[at][1] - pairs[at - 1][1]) for at in range(1, len(pairs))]


def _smooth_diff(pairs: Pairs) -> Pairs:
    numbers = [number for _, number in pairs]
    means = [fmean(numbers[at - 1 : at + 2]) for at in range(1, len(numbers) - 1)]
    return _diff([(pairs[at + 1][0], mean) for at, mean in enumerate(means)])


def _cum_sum(pairs: Pairs) -> Pairs:
    sums = accumulate(number for _, number in pairs)
    return [(value, total) for (value, _), total in zip(pairs, sums, strict=True)]


_OPERATIONS: dict[str, Callable[[Pairs], Pairs]] = {
    "": lambda pairs: pairs,
    "diff": _diff,
    "smooth_diff": _smooth_diff,
    "cum_sum": _cum_sum,
}


def _is_finite(number: Number) -> bool:
    return number - number == 0


def _moment_ms(text: str) -> int:
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise RefusalError(400, "from and to are ISO 8601, such as 2015-04-01T13:14:15") from None
    if time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return (time - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _in_time(ms: int) -> int:
    return min(max(ms, 0), _MAX_MS)


def _number(name: str, text: str) -> Number:
    number = number_of(text)
    if number is None:
        raise RefusalError(400, f"{name} is no number")
    return number
