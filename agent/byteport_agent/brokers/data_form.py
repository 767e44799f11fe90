"""Byteport's text form of fields: ``temp=10;last_word="i love you";``.

The API document shows that form by this example and has no rule for what would end a value early.
So the rule here is one that every reader of such a text agrees on, whether it splits at ``;`` and
``=`` or knows of quotes:

* a value of visible characters stands as it is;
* one with white space within or an apostrophe stands in double quotes;
* ``;``, ``=``, ``"``, a backslash, line breaks and other control characters, half a surrogate pair,
  white space at an end, and no text at all are not carried: InvalidValue names field and character.

Nothing is escaped, as no reader is known to undo it. Source: Byteport API document v1.6, "packets".
"""

import re
from collections.abc import Iterable
from unicodedata import category

from byteport.errors import InvalidValue
from byteport_agent.printable import printable

Texts = Iterable[tuple[str, str]]

_REFUSED = ';="\\'
_REFUSED_KINDS = ("Cc", "Cs", "Zl", "Zp")  # control characters, halves of pairs, line breaks
_INSTEAD = {";": ",", "=": ":", '"': "'"}
_PLAIN = re.compile(r"[A-Za-z0-9.:+,_/%-]+")
_PAIR = re.compile(r'\s*([^=;"\s]+)\s*(?:=\s*("[^"]*"|[^;"\n]*?)\s*)?(?:[;\n]|$)')


def data_text(fields: Texts) -> str:
    """Return fields in Byteport's form; raise InvalidValue for one that it does not carry."""
    return "".join([f"{name}={_value(name, value)};" for name, value in fields])


def carries(fields: Texts) -> bool:
    """Tell whether `data_text` takes all of some fields."""
    return not any(_obstacle(value) for _, value in fields)


def worded(text: str) -> str:
    """Return words of our own, for people to read, with no character that is not carried."""
    kept = "".join([_INSTEAD.get(char, char) for char in printable(text.strip())])
    return kept.replace("\\", "/")


def read_data(text: str) -> list[tuple[str, str]]:
    """Return the pairs of such a text, a name alone with "" as its value; raise ValueError."""
    pairs = []
    end = 0
    text = text.strip()
    while end < len(text):
        found = _PAIR.match(text, end)
        if found is None or found.end() == end:
            raise ValueError("it is not like name=value; name=value;")
        name, value = found.groups(default="")
        pairs.append((name, value[1:-1] if value.startswith('"') else value))
        end = found.end()
    return pairs


def _value(name: str, value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    if obstacle := _obstacle(value):
        raise InvalidValue(f"field {name!r}: Byteport's form for a broker carries no {obstacle}")
    quoted = "'" in value or any(char.isspace() for char in value)
    return f'"{value}"' if quoted else value


def _obstacle(value: str) -> str:
    """Return what keeps a value from being carried, empty where nothing does."""
    if _PLAIN.fullmatch(value):
        return ""
    if not value:
        return "empty text"
    if value != value.strip():
        return "white space at an end"
    bad = (char for char in value if char in _REFUSED or category(char) in _REFUSED_KINDS)
    char = next(bad, "")
    return ascii(char) if char else ""
