"""The board's outbox: readings in RAM and in flash until the service has them.

    outbox = Outbox("/outbox")
    outbox.put({"temperature": 21.5}, seconds, ms)      # seconds since 2000
    outbox.upkeep()                                     # between readings
    while record := outbox.peek():
        client.store(record.body, record.timestamp(), record.device)
        outbox.acknowledge()
    outbox.flush()                                      # before a reset

A power cut loses what is in RAM alone: less than ``flush_records`` readings, none older than
``flush_ms``. What is in flash it never loses; up to ``flush_records`` that were acknowledged last
come again. What is acknowledged while it is in RAM never goes to flash, so a board that is online
wears none. Offline, 1,000 readings of three fields take 10 blocks of littlefs, and erase 102 at the
default settings, which it spreads over all that are free.

Nothing is refused but what Byteport does not store: where flash is full the oldest segment goes,
where flash cannot be written the oldest readings in RAM; `dropped` counts them. Whatever is in the
files, the outbox opens, and delivers every intact record in them and no other.
"""

from byteport.compat import const, ticks_diff, ticks_ms
from byteport.outbox_flash import Segments
from byteport.outbox_record import Record, random_number, size_at

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable

    from byteport.encoder import Fields


class Outbox:
    """Opens a folder, on whatever file system, and mends what is there; raises nothing for it.

    It takes up to ``max_bytes`` of flash, at least two segments of 4,096, and ``ram_bytes`` of
    RAM. ``boot`` is this boot's number where the caller kept it because time since then still
    counts, as over deep sleep. ``flush_ms`` is at most 6 days, ``now`` returns ticks. ``in_ram``
    readings are not in flash.
    """

    def __init__(
        self,
        folder: str,
        max_bytes: int = 262144,
        flush_records: int = 10,
        flush_ms: int = 600000,
        ram_bytes: int = 2000,
        now: "Callable[[], int] | None" = None,
        boot: int = 0,
    ) -> None:
        self.in_ram = 0
        self.boot = boot or random_number()
        self._boot_counts = boot != 0  # readings are counted from it
        self.flash = Segments(folder, max(2, max_bytes // 4096))
        self._flush_records = self._flush_at = flush_records
        self._flush_ms = flush_ms
        self._ram_bytes = min(ram_bytes, 4096)
        self._now = now or ticks_ms
        self._since = self._now()
        self.ram = bytearray(ram_bytes)
        self.ram[:] = b""  # and a board keeps the memory
        self._scratch = bytearray()
        self._record = Record()
        self.flash.open()

    @property
    def dropped(self) -> int:
        """How many readings were lost since the counter was set back by `reported`."""
        return self.flash.dropped

    @property
    def problem(self) -> "OSError | None":
        """The last error of the file system."""
        return self.flash.problem

    def __len__(self) -> int:
        """Return how many readings are not acknowledged."""
        return max(0, self.flash.next - self.flash.index) + self.in_ram

    def put(
        self,
        fields: "Fields",
        seconds: int,
        ms: int = 0,
        device: "str | None" = None,
        since_boot: bool = False,
    ) -> None:
        """Add what was measured at one time: seconds since 2000, and milliseconds, of any number.

        Where the clock is not known, ``since_boot``: since a moment that `learn` will tell. Raises
        InvalidName or InvalidValue for what Byteport does not store, or is above 1,000 bytes.
        """
        boot = self.boot if since_boot else 0
        self._boot_counts = self._boot_counts or since_boot
        record = self._scratch
        self.flash.records.encode(record, fields, seconds, ms, boot, device)
        self.add(record)
        if self.in_ram >= self._flush_at:
            self.flush()
        self.upkeep()

    def upkeep(self) -> int:
        """Flush if it is time; return the milliseconds until it is."""
        left = self._flush_ms - ticks_diff(self._now(), self._since)
        if self.in_ram and 0 < left <= self._flush_ms:
            return left
        if self.in_ram:
            self.flush()
        return self._flush_ms

    def flush(self) -> bool:
        """Write what is in RAM, and what was acknowledged; return whether it all is in flash."""
        flash = self.flash
        self._since = self._now()
        done = flash.open()
        if done:
            flash.teach()
            done = flash.append(self.ram)
            self._count()
            if flash.unsaved:
                done = flash.save() and done
        self._flush_at = self._flush_records + self.in_ram
        return done

    def peek(self) -> "Record | None":
        """Return the oldest reading that is not acknowledged, None where there is none.

        Also None, for a few times, where what is in flash cannot be read. One whose ``boot`` is
        `boot` gets its time by `learn`; one of another boot that never learned it, never.
        """
        flash = self.flash
        record = self._record
        try:
            flash.open()
            if not flash.peek(record):
                if not self.ram:
                    return None
                flash.peeked = size_at(self.ram, 0)
                flash.records.decode(self.ram, 0, flash.peeked, record)
        except OSError as error:
            flash.problem = error
            return None
        record.find_time(flash.boots)
        return record

    def acknowledge(self) -> None:
        """Take the reading that was peeked as delivered, unless it was dropped meanwhile."""
        flash = self.flash
        if flash.peeked:
            if flash.is_empty():
                self._take_from_ram()
            else:
                flash.acknowledge()
                if flash.unsaved >= self._flush_records:
                    flash.save()
        flash.peeked = 0

    def reported(self, dropped: int) -> None:
        """Subtract what was told, or put in as a reading; it is saved after that reading is."""
        self.flash.dropped -= dropped
        self.flash.unsaved += 1

    def learn(self, seconds: int, ms: int) -> None:
        """Take the time since 2000 of the moment that this boot's readings are counted from.

        What is learned first is kept. Where none was put in yet, there is nothing to learn.
        """
        if self._boot_counts:
            self.flash.learn(self.boot, seconds, ms)

    def add(self, record: "bytes | bytearray") -> None:
        """Add a reading as its record."""
        ram = self.ram
        most = self._ram_bytes - len(record)
        if len(ram) > most and not self.flush():
            while ram and len(ram) > most:
                self._drop_from_ram()
        if not ram:
            self._since = self._now()
            self._flush_at = self._flush_records
        ram.extend(record)
        self.in_ram += 1

    def _drop_from_ram(self) -> None:
        flash = self.flash
        flash.dropped += 1
        flash.unsaved += 1
        if flash.is_empty():
            flash.peeked = 0
        self._take_from_ram()

    def _take_from_ram(self) -> None:
        self.ram[: size_at(self.ram, 0)] = b""
        self.in_ram -= 1

    def _count(self) -> None:
        at = self.in_ram = 0
        while at < len(self.ram):
            at += size_at(self.ram, at)
            self.in_ram += 1
