"""A time series' answer as times and values; on PCs alone, which have `datetime`."""

from datetime import UTC, datetime
from typing import Any, NamedTuple

from byteport.errors import Unreachable


class TimePoint(NamedTuple):
    """A value and its time, in UTC."""

    time: datetime
    value: int | float | str


def time_points(answer: Any) -> list[TimePoint]:
    """Return the points of what `UserSession.time_series` returns, in their order.

    Raises Unreachable for an answer that has none.
    """
    try:
        return [TimePoint(_time(point["t"]), point["v"]) for point in answer["data"]["ts_data"]]
    except (KeyError, TypeError, ValueError, IndexError):
        raise Unreachable("the answer is no time series") from None


def _time(text: str) -> datetime:
    time = datetime.fromisoformat(text)
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
