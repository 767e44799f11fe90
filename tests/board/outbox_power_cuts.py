"""The outbox after a power cut at any write: whole writes and halves, on littlefs and on FAT.

Each write of a run is a cut: a board boots from a copy of the disk as it is just then, and what it
delivers is held against what the run had been told until then.
"""

from hashlib import sha256
from os import listdir

from byteport.outbox import Outbox
from ram_disk import FAT, LITTLEFS, RamDisk, formatted, mounted, umount

READINGS = 500
MAX_BYTES = 3 * 4096
REPEATED = 10  # flush_records


def put(outbox, number):
    fields = (("temperature", number / 4), ("humidity", 50.25), ("pressure", 1013.25))
    outbox.put(fields, 800000000 + number, number)


def number_of(record):
    """Return a reading's number, if it is as it was put in."""
    number = record.seconds - 800000000
    assert record.ms == number
    assert bytes(record.body).endswith(b"&humidity=50.25&pressure=1013.25")
    assert bytes(record.body).startswith(b"&temperature=" + str(number / 4).encode() + b"&")
    return number


def drain(outbox):
    """Return the numbers of the readings that an outbox delivers."""
    numbers = []
    while True:
        record = outbox.peek()
        if record is None:
            return numbers
        numbers.append(number_of(record))
        outbox.acknowledge()


class Run:
    """An outbox at work, and what is known of it: what is below these numbers was flushed, sent."""

    def __init__(self, kind, blocks):
        self.kind = kind
        self.disk = formatted(kind, blocks)
        self.flushed = self.delivered = 0
        mounted(kind, self.disk, "/run")

    def work(self):
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
        assert outbox.dropped and self.delivered == READINGS
        umount("/run")

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
        self.copy.content[:] = disk.content
        if self.torn and data is not None:
            self.copy.apply(start, data[: len(data) // 2])
        file_system = mounted(self.run.kind, self.copy, "/cut")
        try:
            self.boot()
        finally:
            umount("/cut")

    def boot(self):
        state = self.state()
        if state not in self.seen:
            self.boots += 1
            self.seen[state] = self.use()
        dropped, numbers = self.seen[state]
        flushed = self.run.flushed
        delivered = self.run.delivered
        first = numbers[0] if numbers else delivered
        assert numbers == list(range(first, first + len(numbers))), numbers
        assert first + len(numbers) >= flushed, (first, len(numbers), flushed)
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
        assert len(numbers) == backlog, (numbers, backlog)
        put(outbox, 1)
        assert outbox.flush()
        assert drain(Outbox("/cut/outbox", max_bytes=MAX_BYTES)) == [1]
        return dropped, numbers


def cut_everywhere(kind, blocks, torn):
    cuts = Cuts(Run(kind, blocks), torn)
    cuts.run.work()
    print(cuts.cuts, "cuts,", cuts.boots, "boots, repeated at most", cuts.most_repeated)


def test_littlefs_cut_at_every_write():
    cut_everywhere(LITTLEFS, 16, False)


def test_littlefs_cut_within_every_write():
    cut_everywhere(LITTLEFS, 16, True)


def test_fat_cut_at_every_write():
    cut_everywhere(FAT, 192, False)
