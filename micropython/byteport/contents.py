"""Where the content of an answer goes, part by part: dropped or kept; see also `byteport.pieces`.

One of these stands in place of a `byteport.connection.Connection`'s ``content``, so that memory
does not depend on what a server sends.
"""

import json

from byteport.compat import const
from byteport.errors import Unreachable

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    Part = bytes | bytearray

_NO_LIMIT = const(0x3FFFFFFF)
_LESS = const(60)


class Content:
    """Takes up to ``max_bytes`` and drops them; ``failure`` is the OSError of whoever takes them.

    ``page`` tells whether it begins as an HTML page does, which is never Byteport's.
    """

    def __init__(self, max_bytes: int = _NO_LIMIT) -> None:
        self._max_bytes = max_bytes
        self._size = 0
        self.page = False
        self.failure: "OSError | None" = None

    def __len__(self) -> int:
        return self._size

    def extend(self, part: "Part") -> None:
        """Take the next part; raise AnswerTooLarge beyond the limit."""
        if not self._size:
            self.page = part[0] == _LESS
        self._size += len(part)
        limit(self._size, self._max_bytes)
        try:
            self.take(part)
        except OSError as error:
            self.failure = error
            raise

    def take(self, part: "Part") -> None:
        """Do with a part what this content is for."""


class KeptContent(Content):
    """Keeps them in ``data``."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self.data = bytearray()

    def take(self, part: "Part") -> None:
        self.data.extend(part)

    def parsed(self) -> "Any":
        """Return what they stand for as JSON; raise Unreachable where they are none."""
        return parsed(self.data)


def parsed(data: "Part") -> "Any":
    """Return what JSON stands for; raise Unreachable where it is none."""
    try:
        if data.find(b"\\u") >= 0:
            from byteport.compat_json import loads

            return loads(data)
        return json.loads(data)
    except (ValueError, RuntimeError):  # the latter where it is nested too deeply
        pass
    raise Unreachable("the answer is not what Byteport answers")


def limit(size: int, most: int) -> None:
    """Raise AnswerTooLarge where a size is beyond the most that is allowed."""
    if size > most:
        from byteport.meaning import AnswerTooLarge

        raise AnswerTooLarge(f"the answer has more than {most} bytes: ask for less, or allow more")
