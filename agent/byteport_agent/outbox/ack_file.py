"""Where an acknowledgement goes at once: a line in a file beside the log.

A commit of the log writes a page for it, as much as for a reading. A line survives a kill of the
process as a commit does, and is forgotten when the log has the cursors, which is before each sync.
So a power cut, which may lose lines or bring old ones back, has sent again what was acknowledged
since the last sync. Cursors only move forward: a line too many does no harm.
"""

import json
import os
import zlib
from contextlib import suppress
from functools import lru_cache

_FULL = 1 << 20  # while the log takes no cursors


class AckFile:
    """``<outbox>.acks``; a disk that takes no line is no error."""

    def __init__(self, path: str) -> None:
        self._path = path + ".acks"
        self._fd = -1
        self.size = 0

    def note(self, numbers: dict[str, int]) -> bool:
        """Keep how far outputs are, in one write; return whether a kill would not lose it."""
        lines = b"".join(_line(name, number) for name, number in numbers.items())
        if self.size > _FULL:
            return False
        try:
            if self._fd < 0:
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
                self._fd = os.open(self._path, flags, 0o600)
            self.size += len(lines)
            return os.write(self._fd, lines) == len(lines)
        except OSError:
            return False

    def read(self) -> dict[str, int]:
        """Return how far each output is that has a line."""
        newest: dict[str, int] = {}
        for line in self._content().split(b"\n"):
            with suppress(ValueError):
                if int(line[:8], 16) == zlib.crc32(line[9:]):
                    number, name = json.loads(line[9:])
                    newest[name] = max(number, newest.get(name, 0))
        return newest

    def clear(self) -> None:
        """Forget all lines: the log has them."""
        with suppress(OSError):
            if self.size:
                os.truncate(self._path, 0)
        self.size = 0

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _content(self) -> bytes:
        try:
            with open(self._path, "rb") as file:
                content = file.read(2 * _FULL)
        except OSError:
            return b""
        self.size = len(content)
        return content


_quoted = lru_cache(json.dumps)  # of the same few outputs and devices again and again


def _line(name: str, number: int) -> bytes:
    body = f"[{number}, {_quoted(name)}]".encode()
    return b"\n%08x %s" % (zlib.crc32(body), body)  # first the end of a line that was cut off
