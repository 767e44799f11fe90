"""Times as the text of ``_ts``, of whatever a program has: seconds, text or a datetime."""

from byteport.compat import FLOAT32, const, datetime_text
from byteport.errors import InvalidValue

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any


def timestamp_text(timestamp: "Any") -> str:
    """Return seconds since 1970 as text for ``_ts``: up to microseconds, trailing zeros cut.

    Takes int or float seconds, a datetime (naive means UTC), or digits as text. Raises InvalidValue
    for anything else, and for a float where floats have 32 bits: it would be off by up to 64 s.
    """
    if isinstance(timestamp, bool):
        timestamp = None
    if isinstance(timestamp, int):
        return str(timestamp)
    text = ""
    if isinstance(timestamp, str):
        # as bytes, where only 0 to 9 are digits
        if timestamp.encode("utf-8", "replace").replace(b".", b"", 1).isdigit():
            return timestamp
    elif isinstance(timestamp, float):
        if timestamp - timestamp == 0 and not FLOAT32:
            text = f"{timestamp:.6f}"
    else:
        text = datetime_text(timestamp)
    if text:
        return text.rstrip("0").rstrip(".")
    raise InvalidValue(
        f"timestamp {timestamp!r} is not seconds since 1970 (int, text, or float if it has 64 bits)"
    )
