"""Byteport's text form of fields for a broker: ``temp=10;last_word="i love you";``.

The API document shows that form by this example and has no rule for what would end a value early.
So the rule here is one that every reader of such a text agrees on, whether it splits at ``;`` and
``=`` or knows of quotes:

* a value of visible characters stands as it is;
* one with white space within or an apostrophe stands in double quotes;
* ``;``, ``=``, ``"``, a backslash, line breaks and other control characters, half a surrogate pair,
  white space at an end, and no text at all are not carried: InvalidValue names field and character.

Nothing is escaped, as no reader is known to undo it. All is bytes of UTF-8, in which a board reads
without memory. Source: Byteport API document v1.6, "packets".
"""

from byteport.compat import const
from byteport.errors import InvalidValue

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    Bytes = bytes | bytearray

_REFUSED = b';="\\'
_NAMES = ("semicolon", "equals sign", "double quote", "backslash")
_INSTEAD = b",:'/"
_LINE_BREAKS = b"\xe2\x80\xa8\xe2\x80\xa9"  # U+2028, U+2029
# U+1680, U+2000 to U+200A, U+202F, U+205F and U+3000, each of three bytes
_SPACES = (
    b"\xe1\x9a\x80\xe2\x80\x80\xe2\x80\x81\xe2\x80\x82\xe2\x80\x83\xe2\x80\x84\xe2\x80\x85\xe2\x80"
    b"\x86\xe2\x80\x87\xe2\x80\x88\xe2\x80\x89\xe2\x80\x8a\xe2\x80\xaf\xe2\x81\x9f\xe3\x80\x80"
)


def append_data(out: bytearray, name: "Bytes", value: "Bytes", quote: bytes = b'"') -> None:
    """Append ``name=value;`` to UTF-8; raise InvalidValue for what the form does not carry.

    ``quote`` is written for a double quote: ``\\\\"`` within JSON, where nothing else needs more.
    """
    size = len(value)
    bad = "" if size else "empty text"
    quoted = False
    for i in range(size):
        c = value[i]
        space = 1 if c == 32 else _space(value, i, c) if c > 127 else 0
        quoted = quoted or space > 0 or c == 39
        if bad:
            break
        if space < 0 or c < 32 or c == 127:
            bad = "line break, control character or half a surrogate pair"
        elif c in _REFUSED:
            bad = _NAMES[_REFUSED.find(bytes((c,)))]
        elif space and (i == 0 or i + space == size):
            bad = "white space at an end"
    if bad:
        text = f"field {bytes(name).decode()!r}: Byteport's form for a broker carries no {bad}"
        raise InvalidValue(text)
    out.extend(name)
    out.append(61)
    if quoted:
        out.extend(quote)
    out.extend(value)
    if quoted:
        out.extend(quote)
    out.append(59)


def make_worded(value: bytearray) -> None:
    """Change words for people to read, such as an error's, to ones that are carried."""
    for i in range(len(value)):
        c = value[i]
        if c in _REFUSED:
            value[i] = _INSTEAD[_REFUSED.find(bytes((c,)))]
        elif c < 32 or c == 127:
            value[i] = 32
    value[:] = bytes(value).strip() or b"-"


def _space(value: "Bytes", at: int, c: int) -> int:
    """Return the size of white space that is there, 0 for others, -1 for what is refused."""
    if c == 0xC2:
        second = value[at + 1]
        return -1 if second < 0xA0 else 2 if second == 0xA0 else 0
    if c == 0xED:
        return -1 if value[at + 1] > 0x9F else 0
    if 0xE1 <= c <= 0xE3:
        three = bytes(value[at : at + 3])
        return -1 if three in _LINE_BREAKS else 3 if three in _SPACES else 0
    return 0
