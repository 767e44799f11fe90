"""The time that a question about a time series is for, as the parameters that Byteport takes.

Source: Byteport API document v1.6, "Get timeseries data".
"""

import time

from byteport.compat import EPOCH_OFFSET
from byteport.encoder import timestamp_text
from byteport.errors import InvalidValue

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
    year, month, day, hour, minute, second = time.gmtime(int(seconds) - EPOCH_OFFSET)[:6]
    text = f"{year:04d}-{month:02d}-{day:02d}T{hour:02d}:{minute:02d}:{second:02d}"
    return f"{text}.{decimals}" if decimals else text
