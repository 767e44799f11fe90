"""JSON as both interpreters read it; apart, because a board that only stores reads none.

MicroPython takes each half of a surrogate pair for a character. Source: RFC 8259 §7.
"""

import json
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def loads(data: "bytes | bytearray") -> "Any":
    """Return what JSON stands for; raise ValueError, or RuntimeError for too deep a nesting."""
    if sys.implementation.name == "micropython":
        data = joined(data)
    return json.loads(data)


def joined(data: "bytes | bytearray") -> "bytes | bytearray":
    """Return JSON with escaped surrogate pairs as the characters that they stand for."""
    at = data.find(b"\\u")
    while 0 <= at <= len(data) - 12:
        backslashes = 1
        while at >= backslashes and data[at - backslashes] == 92:
            backslashes += 1
        if backslashes % 2 and data[at + 2] | 32 == 100 and data[at + 6 : at + 8] == b"\\u":
            high = int(data[at + 2 : at + 6].decode(), 16) - 0xD800
            low = int(data[at + 8 : at + 12].decode(), 16) - 0xDC00
            if 0 <= high < 0x400 and 0 <= low < 0x400:
                character = chr(0x10000 + (high << 10) + low).encode()
                data = data[:at] + character + data[at + 12 :]
        at = data.find(b"\\u", at + 1)
    return data
