"""Directories of small text files as readings: a file's name is the field, its content the value.

Whoever writes such files should write a hidden one and rename it: none is then seen half-written.
"""

import os

from byteport.errors import InvalidValue
from byteport.names import check

_REGULAR_FILE = 0x8000


def read_text(path: str) -> str:
    """Return a file's content; raise InvalidValue where it is not UTF-8, OSError as open()."""
    with open(path, "rb") as file:
        content = file.read()
    try:
        return content.decode()
    except UnicodeError:
        pass
    raise InvalidValue(f"{path} is not UTF-8 text: store it as an object")


def read_fields(path: str) -> "dict[str, str]":
    """Return name and content of a directory's files, hidden files and directories left out.

    Raises InvalidName or InvalidValue for a file that cannot be stored, OSError for no directory.
    """
    fields = {}
    for name in sorted(os.listdir(path)):
        file = f"{path.rstrip('/')}/{name}"
        try:
            if name[0] != "." and os.stat(file)[0] & 0xF000 == _REGULAR_FILE:
                fields[check(name, "file")] = read_text(file)
        except OSError:
            if name in os.listdir(path):
                raise  # it is there but cannot be read; one that vanished meanwhile is no fault
    return fields


class Watch:
    """Tells which files of a directory appeared or changed since they were last stored."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._stored: "dict[str, str]" = {}

    def changed(self) -> "dict[str, str]":
        """Return the fields whose content is not the one that was stored last."""
        fields = read_fields(self._path)
        for name in list(self._stored):
            if name not in fields:
                del self._stored[name]  # when it comes back it has appeared
        return {name: fields[name] for name in fields if self._stored.get(name) != fields[name]}

    def stored(self, fields: "dict[str, str]") -> None:
        """Take note that these were stored."""
        self._stored.update(fields)
