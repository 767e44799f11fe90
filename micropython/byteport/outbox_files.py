"""The board's outbox as files: segments that are only appended to, and a state that is kept twice.

A segment is called by the number of its first reading, in hexadecimal. Power may be lost at any
write, on littlefs or FAT: what was being appended is then there or not or in part, which the CRCs
of the records tell. The state is written into two files in turn, with a sequence number and a CRC,
as FAT's rename over a file deletes that first: one of them is always whole.

Source: MicroPython's extmod/vfs_fat.c (rename) and vfs_lfsx.c; littlefs's DESIGN.md.
"""

import os
from errno import ENOENT
from struct import pack, unpack_from

from byteport.compat import const, ilistdir
from byteport.outbox_record import Shorthand, seal, sealed, size_at

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

NO_SPACE = const(28)  # MicroPython's errno has no name for it
_TRIES = const(10)
_LEAST = const(12)  # bytes of a record
_WINDOW_BYTES = const(1024)  # more than a record has
_LONGEST = const(4096)


class Folder:
    """One folder. Methods raise OSError where the file system fails, unless they say otherwise.

    What cannot be read raises nine times, as a card may be out, and is then taken as not there.
    """

    def __init__(self, path: str) -> None:
        self._path = path + "/"
        self._failures = 0
        self._sequence = 0
        # the window shows so many bytes of a segment, from a start on
        self.window = bytearray(_WINDOW_BYTES)
        self._segment = -1
        self._start = self._filled = 0
        # what was found last: a record of this size at this place of the window, 0 for none
        self.at = self.size = 0
        # after a listing
        self.count = 0
        self.newest = -1

    def after(self, number: int) -> int:
        """Return the oldest segment that is newer, -1 for none; set count and newest of all."""
        found = self.newest = -1
        self.count = 0
        entries = ilistdir(self._path[:-1])
        while True:
            try:
                segment = _number(next(entries)[0])
            except StopIteration:
                return found
            except UnicodeError:
                continue  # what a damaged FAT makes of a name
            if segment >= 0:
                self.count += 1
                self.newest = max(self.newest, segment)
                if segment > number and (found < 0 or segment < found):
                    found = segment

    def append(self, segment: int, data: bytearray) -> None:
        """Write to the end of a segment; if this raises, a part of it may be there."""
        self._segment = -1
        self._write(_name(segment), "ab", data)

    def remove(self, segment: int) -> bool:
        """Delete a segment; return whether that could be done."""
        try:
            os.remove(self._path + _name(segment))
            return True
        except OSError:
            return False

    def ends_at(self, segment: int, offset: int) -> bool:
        """Return whether a segment has so many bytes."""
        try:
            return os.stat(self._path + _name(segment))[6] == offset
        except OSError:
            return not offset

    def find(self, segment: int, offset: int, shorthand: Shorthand) -> int:
        """Return where the next intact record of a segment begins; set its ``size``, 0 for none.

        It is in the window, from ``at`` on.
        """
        while True:
            left = self._load(segment, offset, _LEAST)
            if left <= 0:
                self.size = 0
                return offset
            size = self.size = size_at(self.window, self.at) if left >= _LEAST else 0
            if (
                size
                and size <= self._load(segment, offset, size)
                and shorthand.intact(self.window, self.at, size)
            ):
                return offset
            offset += 1

    def load(self) -> bytes:
        """Return the state that was saved last, b"" for none; make the folder if need be."""
        try:
            os.mkdir(self._path[:-1])
        except OSError:
            pass  # it is there, or the next call fails
        best = b"\0\0\0\0"
        for name in ("state0", "state1"):
            data = self._read(name)
            if sealed(data) and unpack_from("<I", data) >= unpack_from("<I", best):
                best = data[:-4]
        self._sequence = unpack_from("<I", best)[0]
        return best[4:]

    def save(self, state: bytes) -> None:
        """Replace the state; if this raises, the old one is still there."""
        sequence = self._sequence + 1
        self._write(
            "state1" if sequence & 1 else "state0", "wb", seal(pack("<I", sequence) + state)
        )
        self._sequence = sequence

    def _load(self, segment: int, offset: int, count: int) -> int:
        """Have so many bytes in the window, from ``at`` on; return how many there are."""
        at = offset - self._start
        ended = self._filled < len(self.window) and at <= self._filled
        if segment != self._segment or at < 0 or (at + count > self._filled and not ended):
            self._segment = -1
            self._filled = self._read(_name(segment), offset, self.window)
            self._segment = segment
            self._start = offset
            at = 0
        self.at = at
        return self._filled - at

    def _read(self, name: str, offset: int = 0, buffer: "bytearray | None" = None) -> "Any":
        """Return a file's content, or fill a buffer and return how many bytes; nothing if none."""
        try:
            with open(self._path + name, "rb") as file:
                file.seek(offset)
                content = file.readinto(buffer) if buffer else file.read(_LONGEST)
            self._failures = 0
            return content
        except OSError as error:
            if error.errno != ENOENT:
                self._failures += 1
                if self._failures < _TRIES:
                    raise
            self._failures = 0
            return 0 if buffer else b""

    def _write(self, name: str, mode: str, data: "bytes | bytearray") -> None:
        with open(self._path + name, mode) as file:
            if file.write(data) != len(data):
                raise OSError(NO_SPACE, "")


def _name(segment: int) -> str:
    return f"{segment:08x}"


def _number(name: str) -> int:
    try:
        number = int(name, 16)
        return number if name == _name(number) else -1
    except ValueError:
        return -1
