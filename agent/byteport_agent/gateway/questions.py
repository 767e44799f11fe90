"""What callers of the API may ask: the parameters of a query, each with its bounds."""

from collections.abc import Callable
from datetime import UTC, datetime
from re import ASCII, fullmatch
from typing import TypeVar

from bottle import request

from byteport_agent.durations import duration_ms
from byteport_agent.gateway.charts import Span
from byteport_agent.gateway.web import refusal

DAY_MS = 86_400_000
_MOST_MS = 1 << 53
_SPANS = (("timedelta_minutes", 60_000), ("timedelta_hours", 3_600_000), ("timedelta_days", DAY_MS))

T = TypeVar("T")


def given(name: str, default: str = "") -> str:
    """Return a parameter's text."""
    text = request.query.getunicode(name)
    return default if text is None else str(text)


def several(name: str) -> list[str]:
    """Return all texts of a parameter that may come more than once."""
    return [text for key, text in request.query.decode("utf-8").allitems() if key == name]


def whole(name: str, default: int, least: int, most: int) -> int:
    """Return a whole number within bounds; raises an answer."""
    text = given(name, str(default))
    if fullmatch(r"\d{1,16}", text, ASCII) is None or not least <= int(text) <= most:
        raise refusal(400, f"{name} is no whole number from {least} to {most}")
    return int(text)


def number(name: str, default: float) -> float:
    text = given(name, str(default))
    if fullmatch(r"[-+]?\d{1,15}(\.\d{1,15})?", text, ASCII) is None:
        raise refusal(400, f"{name} is no number")
    return float(text)


def span(now_ms: int, points: int = 500, default: str = "-24h") -> Span:
    """Return the time that `from` and `to` ask for."""
    from_ms = _checked("from", default, lambda text: moment_ms(text, now_ms))
    to_ms = _checked("to", "-0s", lambda text: moment_ms(text, now_ms))
    if from_ms >= to_ms:
        raise refusal(400, "from is not before to")
    return Span(from_ms, to_ms, whole("points", points, 2, 5000))


def byteport_span(now_ms: int) -> Span:
    """Return the time that Byteport's own parameters ask for."""
    for name, unit_ms in _SPANS:
        if text := given(name):
            if fullmatch(r"\d{1,9}(\.\d{1,9})?", text, ASCII) is None or not float(text):
                raise refusal(400, f"{name} is no number above 0")
            return Span(max(now_ms - int(float(text) * unit_ms), 0), now_ms, 10_000)
    found = span(now_ms)
    return Span(found.from_ms, found.to_ms, 10_000)


def moment_ms(text: str, now_ms: int) -> int:
    """Return a time that is given in milliseconds, in ISO 8601, or back from now as ``-24h``."""
    if fullmatch(r"\d{1,16}", text, ASCII):
        ms = int(text)
    elif text.startswith("-"):
        ms = now_ms - duration_ms(text[1:40])
    else:
        when = datetime.fromisoformat(text[:40])
        ms = int((when if when.tzinfo else when.replace(tzinfo=UTC)).timestamp() * 1000)
    if not 0 <= ms <= _MOST_MS:
        raise ValueError(text)
    return ms


def _checked(name: str, default: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(given(name, default))
    except (ValueError, OverflowError):
        text = f"{name} is no time: write milliseconds, 2026-10-08T18:41:46Z, or -24h"
        raise refusal(400, text) from None
