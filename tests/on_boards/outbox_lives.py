"""The outbox over many lives, each ended by a power cut anywhere, on one and the same disk."""

from byteport.outbox import Outbox
from outbox_folder import number_of, put
from ram_disk import FAT, LITTLEFS, Mounted, RamDisk, formatted

LIVES = 60
MAX_BYTES = 4 * 4096
FLUSH_RECORDS = 4


class PowerCut(BaseException):
    """Raised out of a write that is not made."""


class Dice:
    """Numbers that are the same in each run."""

    def __init__(self, seed):
        self.state = seed

    def roll(self, sides):
        self.state = (self.state * 1103515245 + 12345) & 0x3FFFFFFF
        return (self.state >> 12) % sides


class Lives:
    """What a series of boots was told, and what it delivered."""

    def __init__(self, kind, blocks, seed):
        self.kind = kind
        self.disk = formatted(kind, blocks)
        self.dice = Dice(seed)
        self.next = 0
        self.in_flash = []  # flushed, and not delivered
        self.in_ram = []
        self.delivered = set()
        self.lost = self.dropped = self.most_repeated = 0

    def live(self, writes):
        """Boot and work until the power is cut within a write."""
        disk = self.disk
        self.writes_left = writes
        disk.before = self.count
        with Mounted(self.kind, disk, "/life"):
            try:
                self.work()
            except PowerCut:
                pass

    def count(self, disk, start, data):
        self.writes_left -= 1
        if self.writes_left < 0:
            disk.dead = True
            self.disk = RamDisk(disk.block_bytes, disk.blocks, bytearray(disk.content))
            if data is not None:
                self.disk.apply(start, bytes(data)[: self.dice.roll(len(data))])
            raise PowerCut

    def work(self):
        outbox = Outbox("/life/outbox", max_bytes=MAX_BYTES, flush_records=FLUSH_RECORDS)
        self.in_ram = []
        self.latest = -1
        self.repeated = 0
        while True:
            for _ in range(self.dice.roll(60)):
                self.put(outbox)
            for _ in range(self.dice.roll(60)):
                self.deliver(outbox)

    def check_power(self):
        # closing a file may have raised another error instead
        if self.writes_left < 0:
            raise PowerCut

    def put(self, outbox):
        self.check_power()
        assert outbox.problem is None, outbox.problem
        self.in_ram.append(self.next)
        self.next += 1
        put(outbox, self.next - 1)
        flushed = len(self.in_ram) - outbox.in_ram
        self.in_flash.extend(self.in_ram[:flushed])
        self.in_ram = self.in_ram[flushed:]
        self.check_power()
        self.dropped = outbox.dropped

    def deliver(self, outbox):
        record = outbox.peek()
        self.check_power()
        assert outbox.problem is None, outbox.problem
        if record is None:
            assert not self.in_flash, self.in_flash
            return
        number = number_of(record)
        assert number > self.latest
        self.latest = number
        self.lost += len([each for each in self.in_flash if each < number])
        assert self.lost <= outbox.dropped, (self.lost, outbox.dropped)
        self.in_flash = [each for each in self.in_flash if each > number]
        self.in_ram = [each for each in self.in_ram if each != number]
        self.repeated += number in self.delivered
        assert self.repeated <= FLUSH_RECORDS
        self.most_repeated = max(self.most_repeated, self.repeated)
        self.delivered.add(number)
        outbox.acknowledge()
        self.check_power()
        self.dropped = outbox.dropped


def live(kind, blocks, seed):
    lives = Lives(kind, blocks, seed)
    for _ in range(LIVES):
        lives.live(lives.dice.roll(600))
    # what a cut tore counts as one reading
    assert lives.lost <= lives.dropped <= lives.lost + LIVES
    print(
        f"{LIVES} lives, {lives.next} readings, {lives.lost} lost of {lives.dropped} dropped,",
        f"{lives.most_repeated} repeated at most",
    )


def test_littlefs():
    live(LITTLEFS, 16, 1)


def test_fat():
    live(FAT, 256, 2)
