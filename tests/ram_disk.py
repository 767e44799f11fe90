"""A block device in RAM for MicroPython's file systems; it tells of a write before it is made."""

try:
    from vfs import VfsFat, VfsLfs2, mount, umount
except ImportError:  # before 1.24
    from os import VfsFat, VfsLfs2, mount, umount

LITTLEFS = (VfsLfs2, 4096)  # as ESP32 and RP2 have it in flash
FAT = (VfsFat, 512)  # as on a card

_SYNC = 3
_BLOCKS = 4
_BLOCK_BYTES = 5
_ERASE = 6


class RamDisk:
    """``before(disk, position, data)`` is called for each write and erasure (data is None).

    A ``dead`` one does nothing: what a program that is over left open is closed by the collector.
    """

    def __init__(self, block_bytes, blocks, content=None):
        self.block_bytes = block_bytes
        self.blocks = blocks
        self.content = bytearray(block_bytes * blocks) if content is None else content
        self.before = None
        self.dead = False
        self.writes = self.erasures = 0

    def readblocks(self, block, buffer, offset=0):
        if not self.dead:
            start = block * self.block_bytes + offset
            buffer[:] = memoryview(self.content)[start : start + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        self._change(block * self.block_bytes + offset, buffer)

    def ioctl(self, request, block):
        if request == _BLOCKS:
            return self.blocks
        if request == _BLOCK_BYTES:
            return self.block_bytes
        if request == _ERASE:
            self.erasures += 1
            self._change(block * self.block_bytes, None)
        return 0

    def _change(self, start, data):
        if self.dead:
            return
        self.writes += 1
        if self.before:
            self.before(self, start, data)
        self.apply(start, data)

    def apply(self, start, data):
        size = self.block_bytes if data is None else len(data)
        memoryview(self.content)[start : start + size] = b"\xff" * size if data is None else data


def formatted(kind, blocks):
    """Return a disk with an empty file system of one kind."""
    file_system, block_bytes = kind
    disk = RamDisk(block_bytes, blocks)
    file_system.mkfs(disk)
    return disk


class Mounted:
    """A disk's file system under a path, while this is entered."""

    def __init__(self, kind, disk, path):
        self._file_system = kind[0](disk)
        self._path = path

    def __enter__(self):
        mount(self._file_system, self._path)

    def __exit__(self, *_):
        umount(self._path)
