"""The outbox on real file systems: what it takes of one, when one is full, when one is wrecked."""

import os

from byteport.outbox import Outbox
from outbox_folder import drain, put
from ram_disk import FAT, LITTLEFS, Mounted, RamDisk, formatted

NO_SPACE = 28
BLOCK_BYTES = 4096


def blocks_used(path, before):
    """Return how many blocks of 4,096 bytes are used that were free."""
    status = os.statvfs(path)
    return (before[3] - status[3]) * status[0] // BLOCK_BYTES


def fields(number):
    return (
        ("temperature", 20 + number % 128 / 64),
        ("humidity", 50.25),
        ("pressure", 101325 + number % 100),
    )


def test_3000_readings_of_3_fields_take_30_blocks_of_littlefs():
    disk = formatted(LITTLEFS, 128)
    with Mounted(LITTLEFS, disk, "/flash"):
        before = os.statvfs("/flash")
        disk.erasures = 0
        outbox = Outbox("/flash/outbox")
        for number in range(3000):
            outbox.put(fields(number), 800000000 + number * 60, number % 1000)
        outbox.flush()
        assert len(outbox) == 3000
        used = blocks_used("/flash", before)
        erased = disk.erasures
        while outbox.peek():
            outbox.acknowledge()
    print(used, "blocks,", erased, "erasures,", disk.erasures - erased, "more to deliver")
    assert used <= 30
    assert erased <= 3 * 110  # see byteport.outbox
    assert disk.erasures - erased < 15


def test_what_is_delivered_at_once_wears_nothing():
    disk = formatted(LITTLEFS, 16)
    with Mounted(LITTLEFS, disk, "/flash"):
        outbox = Outbox("/flash/outbox")
        writes = disk.writes
        for number in range(1000):
            put(outbox, number)
            assert drain(outbox) == [number]
    assert disk.writes == writes


def fill(path, free):
    """Fill a disk with a file but for so many bytes; return the file's name."""
    status = os.statvfs(path)
    size = status[0] * status[3] - free
    with open(path + "/others", "wb") as file:
        while size > 0:
            file.write(bytes(min(size, 1024)))
            size -= 1024
    return path + "/others"


def fill_up(kind, blocks, free):
    """Let others take a disk but for some bytes, and give it back 360 readings later."""
    with Mounted(kind, formatted(kind, blocks), "/disk"):
        outbox = Outbox("/disk/outbox")
        for number in range(140):
            put(outbox, number)
        others = fill("/disk", free)
        for number in range(140, 500):
            put(outbox, number)
        assert outbox.problem.errno == NO_SPACE
        assert 50 < len(outbox) == 500 - outbox.dropped
        assert len(Outbox("/disk/outbox")) == len(outbox) - outbox.in_ram
        os.remove(others)
        for number in range(500, 520):
            put(outbox, number)
        assert outbox.flush()
        assert drain(Outbox("/disk/outbox")) == list(range(outbox.dropped, 520))


def test_D1_a_full_littlefs():
    for free in (0, BLOCK_BYTES):
        fill_up(LITTLEFS, 16, free)


def test_D1_a_full_fat():
    for free in (0, 512, 4096):
        fill_up(FAT, 192, free)


class Wrecks:
    """Boots a board after a cut that left nothing of the sector that was written."""

    def __init__(self, disk, filling):
        self.filling = filling
        self.copy = RamDisk(disk.block_bytes, disk.blocks)
        self.cuts = self.unmountable = self.emptied = 0
        disk.before = self.cut

    def cut(self, disk, start, data):
        self.cuts += 1
        self.copy.content[:] = disk.content
        self.copy.apply(start, self.filling * len(data))
        try:
            wreck = Mounted(FAT, self.copy, "/cut")
        except OSError:
            self.unmountable += 1
            return
        with wreck:
            self.boot()

    def boot(self):
        outbox = Outbox("/cut/outbox", max_bytes=2 * 4096)
        numbers = []
        for number in range(1000, 1030):
            put(outbox, number)
        for _ in range(30):  # what cannot be read is tried ten times
            numbers.extend(drain(outbox))
        new = [number for number in numbers if number >= 1000]
        assert numbers == sorted(numbers), numbers
        assert new == list(range(1030 - len(new), 1030)), numbers
        # a wrecked FAT may say that it is full
        assert len(new) == 30 or outbox.dropped >= 30 - len(new)
        self.emptied += numbers == new


def test_a_wrecked_fat_is_booted_from_and_delivers_what_is_new():
    for filling in (b"\xff", b"\x00"):
        disk = formatted(FAT, 192)
        wrecks = Wrecks(disk, filling)
        with Mounted(FAT, disk, "/disk"):
            outbox = Outbox("/disk/outbox", max_bytes=2 * 4096)
            for number in range(300):
                put(outbox, number)
                if number % 40 == 39:
                    outbox.peek()
                    outbox.acknowledge()
        print(wrecks.cuts, "cuts,", wrecks.unmountable, "unmountable,", wrecks.emptied, "emptied")
