"""The time that a question about a time series is for, as the parameters that Byteport takes.

Source: Byteport API document v1.6, "Get timeseries data".
"""

from byteport.errors import InvalidValue
from byteport.timestamp import timestamp_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def range_parameters(
    start: "Any" = None,
    end: "Any" = None,
    minutes: "float | None" = None,
    hours: "float | None" = None,
    days: "float | None" = None,
    scale: "float | None" = None,
    operation: "str | None" = None,
) -> "dict[str, Any]":
    """Return the parameters of a question.

    From ``start`` to ``end`` (see `moment_text`), or so many minutes, hours or days back from now.
    ``operation`` is diff, smooth_diff or cum_sum; ``scale`` is a factor. Raises InvalidValue for a
    time that is none.
    """
    return {
        "from": moment_text(start),
        "to": moment_text(end),
        "timedelta_minutes": minutes,
        "timedelta_hours": hours,
        "timedelta_days": days,
        "scale": scale,
        "operation": operation,
    }


def moment_text(moment: "Any") -> "str | None":
    """Return a time as ISO 8601 in UTC, without a zone as Byteport has it; None for None.

    Takes seconds since 1970 (int, or float where it has 64 bits), a datetime (naive means UTC), or
    text that is ISO 8601 already.
    """
    if moment is None or isinstance(moment, str):
        return moment
    seconds, _, decimals = timestamp_text(moment).partition(".")
    if seconds[0] == "-":
        raise InvalidValue(f"{moment!r} is before 1970, where Byteport's time begins")
    days, second = divmod(int(seconds), 86400)
    text = f"{_date(days)}T{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}"
    return f"{text}.{decimals}" if decimals else text


def _date(days: int) -> str:
    """Return the date of a day counted from 1970; a board's own gmtime may end in 2038."""
    days += 719468  # in years from March on, so that a leap day comes last
    era, day = divmod(days, 146097)
    year = (day - day // 1460 + day // 36524 - day // 146096) // 365
    day -= 365 * year + year // 4 - year // 100
    month = (5 * day + 2) // 153
    day -= (153 * month + 2) // 5 - 1
    year += 400 * era
    if month > 9:
        year += 1
        month -= 12
    return f"{year:04d}-{month + 3:02d}-{day:02d}"
