"""The pages of a database and of its WAL as they lie on the disk, whatever state they are in.

File format: sqlite.org/fileformat2.html, 1.2 (pages), 1.6 (overflow), 4 (WAL).
"""

import os
import struct
from collections.abc import Iterator

from byteport_agent.outbox.schema import PAGE_SIZE

_WAL_HEADER = 32
_FRAME_HEADER = 24
_FRAME = _FRAME_HEADER + PAGE_SIZE
_MAX_LEAVES = PAGE_SIZE // 4 - 2
_ENDIAN = {0x377F0682: "<", 0x377F0683: ">"}


class RawPages:
    """A file of pages, read without SQLite; one that is not there has none."""

    def __init__(self, path: str) -> None:
        try:
            self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            self._fd = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        os.close(self._fd)

    def page(self, number: int) -> bytes:
        """Return page ``number``, which counts from 1; what lies beyond the end is missing."""
        return self._read((number - 1) * PAGE_SIZE, PAGE_SIZE)

    def pages(self) -> Iterator[bytes]:
        """Return all pages of a database."""
        for number in range(1, -(-self._size() // PAGE_SIZE) + 1):
            yield self.page(number)

    def free_pages(self) -> set[int]:
        """Return the numbers of a database's free pages, none where their list is not whole."""
        header = self._read(32, 8)
        trunk, count = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:], "big")
        free: set[int] = set()
        while trunk and trunk not in free and len(free) < count:
            page = self.page(trunk)
            leaves = int.from_bytes(page[4:8], "big")
            numbers = struct.unpack_from(f">{min(leaves, _MAX_LEAVES)}I", page.ljust(PAGE_SIZE), 8)
            free.update((trunk, *numbers))
            trunk = int.from_bytes(page[:4], "big")
        return free if len(free) == count and not trunk else set()

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """Return (page number, page) of each frame of a WAL, old ones too."""
        for start in range(_WAL_HEADER, self._size(), _FRAME):
            frame = self._read(start, _FRAME)
            yield int.from_bytes(frame[:4], "big"), frame[_FRAME_HEADER:]

    def valid_frames(self) -> int:
        """Return how many frames of a WAL SQLite will accept: whole commits before a bad sum."""
        header = self._read(0, _WAL_HEADER)
        if len(header) < _WAL_HEADER:
            return 0
        endian = _ENDIAN.get(int.from_bytes(header[:4], "big"), "")
        if not endian:
            return 0
        sums = _sums(endian, header[:24], (0, 0))
        committed = count = 0
        if sums == struct.unpack(">2I", header[24:]):
            for start in range(_WAL_HEADER, self._size() - _FRAME + 1, _FRAME):
                frame = self._read(start, _FRAME)
                sums = _sums(endian, frame[:8] + frame[_FRAME_HEADER:], sums)
                good = struct.unpack(">2I", frame[16:24])
                if frame[8:16] != header[16:24] or sums != good:
                    break
                count += 1
                if any(frame[4:8]):
                    committed = count
        return committed

    def _size(self) -> int:
        return os.fstat(self._fd).st_size

    def _read(self, start: int, size: int) -> bytes:
        try:
            return os.pread(self._fd, size, start)
        except (OSError, OverflowError):
            return b""  # a sector that cannot be read: the others can


def _sums(endian: str, data: bytes, sums: tuple[int, int]) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{endian}{len(data) // 4}I", data)
    for even, odd in zip(words[::2], words[1::2], strict=True):
        first = (first + even + second) & 0xFFFFFFFF
        second = (second + odd + first) & 0xFFFFFFFF
    return first, second
