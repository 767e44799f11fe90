"""Readings to the bytes that Byteport stores: percent-encoding and numbers.

Everything is appended to a bytearray that the caller keeps, so that a board reuses one buffer for
every request. Nothing here does I/O. Sources: WHATWG URL, application/x-www-form-urlencoded
serializing; Byteport API document v1.6.
"""

from byteport.compat import const
from byteport.errors import InvalidValue
from byteport.names import check

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Value = int | float | str | bool
    Fields = Mapping[str, Value] | Iterable[tuple[str, Value]] | bytes | bytearray

_MAX_NAMES = const(64)

_encoded_names: "dict[str, bytes]" = {}


def append_quoted(out: bytearray, text: "str | bytes | bytearray") -> None:
    """Append text percent-encoded as a form value, as urllib.parse.quote_plus does."""
    try:
        data = text.encode() if isinstance(text, str) else text
    except UnicodeError:
        raise InvalidValue("a text has half a surrogate pair, which is no character")
    for c in data:
        if 97 <= c <= 122 or 48 <= c <= 57 or 65 <= c <= 90 or c in b"-._~":
            out.append(c)
        elif c == 32:
            out.append(43)
        else:
            out.append(37)
            out.append(b"0123456789ABCDEF"[c >> 4])
            out.append(b"0123456789ABCDEF"[c & 15])


def append_fields(
    out: bytearray, fields: "Fields", prefixes: "dict[str, bytes]" = _encoded_names
) -> None:
    """Append ``&name=value`` for every field of a dict, or of pairs, which keep their order.

    Bytes are what this appended before. ``prefixes`` has what comes before a name's value, and
    gets what it lacks. Raises InvalidName or InvalidValue for what Byteport does not store.
    """
    if isinstance(fields, (bytes, bytearray)):
        out.extend(fields)
        return
    item: "Any"
    for item in fields:
        if isinstance(item, str) or isinstance(fields, dict):
            name, value = item, fields[item]  # type: ignore[index]
        else:
            name, value = item
        encoded = prefixes.get(name)
        if encoded is None:
            check(name)
            encoded = b"&" + name.replace(":", "%3A").encode() + b"="
            if len(prefixes) < _MAX_NAMES:
                prefixes[name] = encoded
        out.extend(encoded)
        if isinstance(value, str):
            append_quoted(out, value)
        elif (isinstance(value, float) and value - value == 0) or isinstance(value, (int, bool)):
            text = str(value)
            if "+" in text:
                text = text.replace("+", "")  # 1e+20 is 1e20, and + would be a space
            out.extend(text.encode())
        else:
            raise InvalidValue(
                f"field {name!r} is {type(value).__name__} {str(value)[:40]}: only text and finite "
                "numbers can be stored, bytes by store_object"
            )
