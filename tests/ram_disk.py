"""A block device in RAM for MicroPython's file systems, that tells of every write before it is made."""

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

    ``full`` is the error that a write raises, or None.
    """

    def __init__(self, block_bytes, blocks, content=None):
        self.block_bytes = block_bytes
        self.blocks = blocks
        self.content = bytearray(block_bytes * blocks) if content is None else content
        self.before = None
        self.writes = self.erasures = 0

    def readblocks(self, block, buffer, offset=0):
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


def mounted(kind, disk, path):
    """Mount a disk's file system."""
    file_system = kind[0](disk)
    mount(file_system, path)
    return file_system
