"""The content of an answer in pieces, for what is larger than a board's memory: files, series."""

import os

from byteport.compat import const
from byteport.contents import Content, limit, parsed
from byteport.errors import Unreachable

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from byteport.contents import Part

_QUOTE = const(34)
_LIST = const(91)
_BACKSLASH = const(92)
_OBJECT = const(123)
_OBJECT_END = const(125)


class FileContent(Content):
    """Writes them to a file, which has its name once `keep` is called, and another until then."""

    def __init__(self, path: str, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self._path = path
        self._file: "Any" = open(path + ".part", "wb")  # noqa: SIM115 (closed by keep or exit)

    def take(self, part: "Part") -> None:
        self._file.write(part)

    def keep(self) -> None:
        """Give the file its name, in place of another that has it."""
        self._file.close()
        self._file = None
        os.rename(self._path + ".part", self._path)

    def __enter__(self) -> "FileContent":
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            os.remove(self._path + ".part")


class PointContent(Content):
    """Calls ``on_point`` with each object of a time series' list as it comes.

    ``max_bytes`` limits a single point, and what is beside them; there may be any number.
    """

    def __init__(self, on_point: "Callable[[dict[str, Any]], object]", max_bytes: int) -> None:
        super().__init__()
        self._on_point = on_point
        self._max_point = max_bytes
        self._point = bytearray()
        self._rest = bytearray()
        self._in_list = False
        self._in_text = False
        self._escaped = False
        self._depth = 0  # of objects in the list

    def take(self, part: "Part") -> None:
        for c in part:
            before = self._depth
            self._follow(c)
            if before or self._depth:
                self._point.append(c)
                if not self._depth:
                    self._end_point()
            elif not self._in_list or c == _LIST:
                self._rest.append(c)
        limit(len(self._point), self._max_point)
        limit(len(self._rest), self._max_point)

    def ts_meta(self) -> "dict[str, Any]":
        """Return what the answer says of the series as a whole."""
        try:
            meta: "dict[str, Any]" = parsed(self._rest)["data"]["ts_meta"]
            return meta
        except (KeyError, TypeError, IndexError):
            pass
        raise Unreachable("the answer is no time series")

    def _end_point(self) -> None:
        point = parsed(self._point)
        self._point[:] = b""
        self._on_point(point)

    def _follow(self, c: int) -> None:
        """Note where in the answer a character is."""
        if self._escaped:
            self._escaped = False
        elif self._in_text:
            self._escaped = c == _BACKSLASH
            self._in_text = c != _QUOTE
        elif c == _QUOTE:
            self._in_text = True
        elif c == _OBJECT and self._in_list:
            self._depth += 1
        elif c == _OBJECT_END and self._depth:
            self._depth -= 1
        elif c in b"[]" and not self._depth:
            self._in_list = c == _LIST
