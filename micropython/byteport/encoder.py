"""Readings to the bytes that Byteport stores: percent-encoding, numbers, time, objects, packets.

Everything is appended to a bytearray that the caller keeps, so that a board reuses one buffer for
every request. Nothing here does I/O. Sources: WHATWG URL, application/x-www-form-urlencoded
serializing; Byteport API document v1.6.
"""

from byteport.compat import FLOAT32, const, zlib_compress
from byteport.errors import InvalidValue
from byteport.names import check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

    Value = int | float | str | bool
    Fields = Mapping[str, Value] | Iterable[tuple[str, Value]]

_HEX = b"0123456789ABCDEF"
_UNIX_DAY = const(719163)  # date(1970, 1, 1).toordinal()
_MAX_NAMES = const(64)

_encoded_names: "dict[str, bytes]" = {}


def append_quoted(out: bytearray, text: "str | bytes | bytearray") -> None:
    """Append text percent-encoded as a form value, as urllib.parse.quote_plus does."""
    data = text.encode() if isinstance(text, str) else text
    for c in data:
        if 97 <= c <= 122 or 48 <= c <= 57 or 65 <= c <= 90 or c in b"-._~":
            out.append(c)
        elif c == 32:
            out.append(43)
        else:
            out.append(37)
            out.append(_HEX[c >> 4])
            out.append(_HEX[c & 15])


def append_field(out: bytearray, name: str, value: "Value") -> None:
    """Append ``&name=value``; raise InvalidName or InvalidValue before anything is appended."""
    encoded = _encoded_names.get(name)
    if encoded is None:
        check(name)
        encoded = b"&" + name.replace(":", "%3A").encode() + b"="
        if len(_encoded_names) < _MAX_NAMES:
            _encoded_names[name] = encoded
    if isinstance(value, str):
        out.extend(encoded)
        append_quoted(out, value)
    else:
        text = number_text(name, value)
        out.extend(encoded)
        out.extend(text.replace("+", "%2B").encode())


def append_fields(out: bytearray, fields: "Fields") -> None:
    """Append every field of a dict, or of pairs, which keep their order on MicroPython too."""
    if isinstance(fields, dict):
        for name in fields:
            append_field(out, name, fields[name])
    else:
        for name, value in fields:  # type: ignore[str-unpack]
            append_field(out, name, value)


def number_text(name: str, value: "int | float | bool") -> str:
    """Return a number as text; raise InvalidValue for what Byteport cannot store."""
    if isinstance(value, float):
        if value - value != 0:
            raise InvalidValue(f"field {name!r} is {value}: only finite numbers can be stored")
    elif not isinstance(value, (int, bool)):
        raise InvalidValue(
            f"field {name!r} is {type(value).__name__}: store int, float, str or bool, "
            "and bytes by store_object"
        )
    return str(value)


def decimals_text(value: float, decimals: int) -> str:
    """Return a number with that many decimals, the same digits on every interpreter."""
    return f"{value:.{decimals}f}"


def timestamp_text(timestamp: "Any") -> str:
    """Return seconds since 1970 as text for ``_ts``: up to microseconds, trailing zeros cut.

    Takes int or float seconds, a datetime (naive means UTC), or such text. Raises InvalidValue for
    anything else, and for a float where floats have 32 bits: it would be off by up to 64 s.
    """
    if isinstance(timestamp, str):
        seconds, _, decimals = timestamp.partition(".")
        if seconds.isdigit() and (decimals.isdigit() or decimals == ""):
            return timestamp
    elif isinstance(timestamp, int) and not isinstance(timestamp, bool):
        return str(timestamp)
    elif isinstance(timestamp, float):
        if FLOAT32:
            raise InvalidValue(
                "timestamp is a 32-bit float, exact to 128 s only: pass an int or text"
            )
        if timestamp - timestamp == 0:
            return _cut_zeros(f"{timestamp:.6f}")
    elif hasattr(timestamp, "toordinal") and hasattr(timestamp, "utcoffset"):
        offset = timestamp.utcoffset()
        if offset is not None:
            timestamp = timestamp.replace(tzinfo=None) - offset
        seconds = (timestamp.toordinal() - _UNIX_DAY) * 86400
        seconds += timestamp.hour * 3600 + timestamp.minute * 60 + timestamp.second
        return _cut_zeros(f"{seconds}.{timestamp.microsecond:06d}")
    raise InvalidValue(
        f"timestamp {timestamp!r} is not seconds since 1970 (int, float, text) nor a datetime"
    )


def ms_text(ts_ms: int) -> str:
    """Return integer milliseconds since 1970 as text for ``_ts``."""
    return f"{ts_ms // 1000}.{ts_ms % 1000:03d}"


def _cut_zeros(text: str) -> str:
    return text.rstrip("0").rstrip(".")


def encode_object(data: bytes, compression: "str | None" = None) -> str:
    """Return binary data as base64 text, compressed first if wanted.

    ``gzip`` is a zlib stream (RFC 1950), as in the reference client and the service; ``bzip2``
    exists on CPython alone. Raises InvalidValue for a compression that this interpreter lacks.
    """
    import binascii

    return binascii.b2a_base64(_compress(data, compression)).decode().rstrip("\n")


def _compress(data: bytes, compression: "str | None") -> bytes:
    if compression is None:
        return data
    try:
        if compression == "gzip":
            return zlib_compress(data)
        if compression == "bzip2":
            import bz2

            return bz2.compress(data)
    except ImportError:
        pass
    raise InvalidValue(f"compression {compression!r} is not available here: None, gzip or bzip2")
