"""The outbox after a power cut at any write: whole writes and halves, on littlefs and on FAT.

Each write of a run is a cut: a board boots from a copy of the disk as it is just then, and what it
delivers is held against what the run had been told until then.
"""

from hashlib import sha256
from os import listdir

from byteport.compat import FLOAT32
from byteport.outbox import Outbox
from outbox_folder import drain, number_of, put
from ram_disk import FAT, LITTLEFS, Mounted, RamDisk, formatted

READINGS = 500
MAX_BYTES = 3 * 4096
REPEATED = 10  # flush_records
EVERY = 1 if FLOAT32 else 6  # which cuts: all of them on what is most like a board


class Run:
    """An outbox at work, and what is known of it: what is below these numbers was flushed, sent."""

    def __init__(self, kind, blocks):
        self.kind = kind
        self.disk = formatted(kind, blocks)
        self.flushed = self.delivered = 0

    def work(self):
        with Mounted(self.kind, self.disk, "/run"):
            self.fill_and_deliver()

    def fill_and_deliver(self):
        outbox = Outbox("/run/outbox", max_bytes=MAX_BYTES)
        for number in range(READINGS):
            put(outbox, number)
            self.flushed = max(self.flushed, number + 1 - outbox.in_ram)
            if number % 30 == 29:
                outbox.flush()
                self.flushed = number + 1
            if number % 9 == 8:
                self.deliver(outbox, 30 if number > 440 else 1)
        self.deliver(outbox, READINGS)
        assert outbox.problem is None
        assert outbox.dropped
        assert self.delivered == READINGS

    def deliver(self, outbox, most):
        for _ in range(most):
            record = outbox.peek()
            if record is None:
                return
            self.delivered = number_of(record) + 1
            outbox.acknowledge()


class Cuts:
    """Boots from the disk at every write of a run, torn or not at all made."""

    def __init__(self, run, torn):
        self.run = run
        self.torn = torn
        self.copy = RamDisk(run.disk.block_bytes, run.disk.blocks)
        self.cuts = self.boots = self.unreadable = self.most_repeated = 0
        self.seen = {}
        run.disk.before = self.cut

    def cut(self, disk, start, data):
        self.cuts += 1
        if self.cuts % EVERY == 0:
            self.boot_after(disk, start, data)

    def boot_after(self, disk, start, data):
        self.copy.content[:] = disk.content
        if self.torn and data is not None:
            self.copy.apply(start, data[: len(data) // 2])
        with Mounted(self.run.kind, self.copy, "/cut"):
            self.boot()

    def boot(self):
        state = self.state()
        if state not in self.seen:
            self.boots += 1
            self.seen[state] = self.use()
        dropped, first, end = self.seen[state]
        flushed = self.run.flushed
        delivered = self.run.delivered
        if first == end:
            first = end = delivered
        assert end >= flushed, (first, end, flushed)
        assert first - dropped <= delivered, (first, dropped, delivered)
        self.most_repeated = max(self.most_repeated, delivered - first)
        assert self.most_repeated <= REPEATED, (delivered, first)

    def state(self):
        """Return what tells the files of the copy from those of another."""
        files = sha256()
        for name in sorted(listdir("/cut/outbox")) if "outbox" in listdir("/cut") else ():
            files.update(name.encode())
            with open("/cut/outbox/" + name, "rb") as file:
                files.update(file.read())
        return files.digest()

    def use(self):
        """Boot, deliver all, and see that what is new is kept too."""
        outbox = Outbox("/cut/outbox", max_bytes=MAX_BYTES)
        assert outbox.problem is None
        backlog = len(outbox)
        dropped = outbox.dropped
        numbers = drain(outbox)
        first = numbers[0] if numbers else 0
        assert numbers == list(range(first, first + backlog)), (numbers, backlog)
        put(outbox, 1)
        assert outbox.flush()
        assert drain(Outbox("/cut/outbox", max_bytes=MAX_BYTES)) == [1]
        return dropped, first, first + backlog


def cut_everywhere(kind, blocks, torn):
    cuts = Cuts(Run(kind, blocks), torn)
    cuts.run.work()
    cuts.seen.clear()  # all over the heap, where the next disk must go
    print(cuts.cuts, "cuts,", cuts.boots, "boots, repeated at most", cuts.most_repeated)


def test_littlefs_cut_at_every_write():
    cut_everywhere(LITTLEFS, 16, False)


def test_littlefs_cut_within_every_write():
    cut_everywhere(LITTLEFS, 16, True)


def test_fat_cut_at_every_write():
    cut_everywhere(FAT, 192, False)
