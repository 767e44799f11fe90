"""The kinds of values that a configuration has: what each is called, and how it is checked.

A kind's ``parse`` returns the value in the units of the code, or raises ValueError with words that
follow the key's name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from re import fullmatch
from typing import Any
from urllib.parse import urlsplit

from byteport.errors import InvalidName
from byteport.names import check as check_name
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.durations import duration_ms
from byteport_agent.keys import Secret
from byteport_agent.listen_address import listen_address

_SIZES = {"kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20}
_SIZES["GiB"] = 2**30
_LONGEST_UNIT = 20
_UNITS = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000))


@dataclass(frozen=True)
class Kind:
    """One kind of value; a path is taken from the directory of the file."""

    title: str
    parse: Callable[[object], Any]
    is_path: bool = False


def type_text(value: object) -> str:
    """Return what a TOML value is, without showing it."""
    names = (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "a text"),
        (list, "a list"),
        (dict, "a table"),
    )
    return next((name for kind, name in names if isinstance(value, kind)), "a date or time")


def must_be(wanted: str, value: object) -> ValueError:
    return ValueError(f"must be {wanted}, not {type_text(value)}")


def text_of(value: object, wanted: str = "a text") -> str:
    """Return a text that is not empty."""
    if not isinstance(value, str):
        raise must_be(wanted, value)
    if not value.strip():
        raise ValueError(f"is empty: must be {wanted}")
    if "\0" in value:
        raise ValueError("holds a NUL character")
    return value


def _name(value: object) -> str:
    text = text_of(value, "a name")
    try:
        return check_name(text)
    except InvalidName as error:
        raise ValueError(str(error).removeprefix("field name ")) from None


def secret_of(value: object, what: str = "API key") -> Secret:
    """Return one word that is never shown."""
    if not isinstance(value, str):
        raise must_be("a text", value)
    if not value or not value.isprintable() or " " in value:
        raise ValueError(f"must be one word: nothing but the {what}")
    return Secret(value)


def _yes_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise must_be("true or false", value)
    return value


def _url(value: object) -> str:
    """Return a service's URL; another is not repeated, it may hold a password."""
    text = text_of(value, 'a URL such as "https://api.byteport.se"')
    if not is_url(text, ("http", "https")):
        raise ValueError("write https://host or http://host:8080")
    return text.rstrip("/")


def is_url(text: str, schemes: tuple[str, ...]) -> bool:
    """Tell whether a text is a URL without user, query and fragment."""
    try:
        url = urlsplit(text)
        right = url.scheme in schemes and bool(url.hostname) and url.port != 0
    except ValueError:
        return False
    return right and text.isprintable() and not set(text) & set("@?# ")


def _listen(value: object) -> str:
    text = text_of(value, 'an address such as "127.0.0.1:8080"')
    listen_address(text)
    return text


def _address(value: object) -> int | str:
    wanted = "an address such as 0x76"
    if isinstance(value, str) and fullmatch(r"0[xX][0-9a-fA-F]{1,2}", value):
        return int(value, 16)
    if isinstance(value, str):
        return text_of(value, wanted)
    if isinstance(value, bool) or not isinstance(value, int):
        raise must_be(wanted, value)
    if not 0 <= value <= 0x7F:
        raise ValueError("is no address: those of I2C are 0x08 to 0x77")
    return value


def _size(value: object) -> int:
    text = text_of(value, 'a size such as "64MB"')
    parts = fullmatch(r"([0-9]{1,9})(\w+)", text)
    if parts is None or parts[2] not in _SIZES:
        raise ValueError(f"{quoted(text)} is no size: write number and unit, such as 500kB, 64MB")
    return int(parts[1]) * _SIZES[parts[2]]


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise must_be("a number", value)
    try:
        if isfinite(float(value)):
            return value
    except OverflowError:
        pass
    raise ValueError("must be a finite number")


def _table(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise must_be("a table", value)
    return value


def _tables(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        raise must_be("in [[ ]], as there may be several", value)
    return [_table(each) for each in value]


def is_unit(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and len(value) <= _LONGEST_UNIT


def _unit(value: object) -> str:
    if not is_unit(value):
        raise must_be("a unit such as Cel", value)
    return str(value)


TEXT = Kind("text", text_of)
NAME = Kind("name", _name)
SECRET = Kind("text", secret_of)
YES_NO = Kind("true or false", _yes_no)
URL = Kind("URL", _url)
LISTEN = Kind("host:port", _listen)
ADDRESS = Kind("address", _address)
PATH = Kind("path", text_of, is_path=True)
NUMBER = Kind("number", _number)
TABLE = Kind("table", _table)
TABLES = Kind("list of tables", _tables)
UNIT = Kind("unit", _unit)


def duration(least: str, most: str) -> Kind:
    """Return the kind of a duration, in ms, between two others."""
    least_ms, most_ms = duration_ms(least), duration_ms(most)

    def parse(value: object) -> int:
        text = text_of(value, 'a duration such as "30s"')
        if not least_ms <= (ms := duration_ms(text[:40])) <= most_ms:
            raise ValueError(f"{quoted(text)} is not from {least} to {most}")
        return ms

    return Kind(f"duration, {least} to {most}", parse)


def size(least: str) -> Kind:
    """Return the kind of a size, in bytes, of at least another."""

    def parse(value: object) -> int:
        if (count := _size(value)) < _size(least):
            raise ValueError(f"{quoted(str(value))} is less than {least}")
        return count

    return Kind(f"size, from {least}", parse)


def whole(least: int, most: int, odd: bool = False) -> Kind:
    """Return the kind of a whole number within bounds."""
    span = f"{'an odd' if odd else 'a whole'} number, {least} to {most}"

    def parse(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise must_be(span, value)
        if not least <= value <= most or (odd and value % 2 == 0):
            raise ValueError(f"must be {span}")
        return value

    return Kind(span.partition(" ")[2], parse)


def number(least: float, above: bool = False) -> Kind:
    """Return the kind of a number of at least, or above, another."""
    limit = f"{'above' if above else 'at least'} {least:g}"

    def parse(value: object) -> float:
        if (checked := _number(value)) < least or (above and checked == least):
            raise ValueError(f"must be {limit}")
        return checked

    return Kind(f"number, {limit}", parse)


def choice(*words: str) -> Kind:
    """Return the kind of a text that is one of a few."""
    listed = ", ".join(f'"{word}"' for word in words)

    def parse(value: object) -> str:
        text = text_of(value, f"one of {listed}")
        if text not in words:
            raise ValueError(f"{quoted(text)} is none of {listed}{did_you_mean(text, words)}")
        return text

    return Kind(" or ".join(f'`"{word}"`' for word in words), parse)


def size_text(count: int) -> str:
    """Return bytes exactly, as a configuration writes them."""
    for unit in ("GB", "GiB", "MB", "MiB", "kB"):
        if count % _SIZES[unit] == 0:
            return f"{count // _SIZES[unit]}{unit}"
    return f"{count // _SIZES['KiB']}KiB"


def ms_text(ms: int) -> str:
    """Return milliseconds exactly, as a configuration writes them."""
    for unit, unit_ms in _UNITS:
        if ms % unit_ms == 0 and (ms or unit == "s"):
            return f"{ms // unit_ms}{unit}"
    return f"{ms}ms"
