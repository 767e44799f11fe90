"""The outbox: what sensors measured, until every output has delivered it.

Whatever the disk does, `append` keeps the reading and returns: in the file, else in a bounded ring
in memory, which goes to the file as soon as that is possible. Order is that of the calls.
"""

from collections.abc import Callable, Iterable, Sequence
from threading import RLock

from byteport_agent.clock import Clock
from byteport_agent.outbox.boot_time import BootTime, after_release, kernel_boot_id
from byteport_agent.outbox.entry import Entry, Reading
from byteport_agent.outbox.file_ops import FileOps
from byteport_agent.outbox.keeping import UNOPENED, Keeping, count_undelivered
from byteport_agent.outbox.limits import Limits
from byteport_agent.outbox.log_file import Letter, LogFile, Look, Wanted
from byteport_agent.outbox.progress import Progress
from byteport_agent.outbox.retention import Retention
from byteport_agent.outbox.ring import Ring
from byteport_agent.outbox.room import Room
from byteport_agent.outbox.syncing import Syncing
from byteport_agent.outbox.timestamps import Timestamps
from byteport_agent.outbox.trouble import Trouble

_REMEMBERED = 1000
_STAMPED_AT_ONCE = 500


class Outbox:
    """One log for several outputs; safe to use from several threads.

    ``tell`` gets a line when the disk fails, when it works again, and when a file was damaged.
    Raises InUse and NewerSchema; a disk that takes nothing is no error.
    """

    def __init__(
        self,
        path: str,
        outputs: Iterable[str],
        clock: Clock,
        tell: Callable[[str], None],
        limits: Limits = Limits(),  # noqa: B008 (it is a tuple)
        ops: FileOps | None = None,
        boot: str | None = None,
        is_sane: Callable[[int], bool] = after_release,
    ) -> None:
        ops = ops or FileOps()
        self._mutex = RLock()
        self._time = BootTime(clock, kernel_boot_id() if boot is None else boot, is_sane)
        self._times = Timestamps()
        self._progress = Progress(outputs, UNOPENED)
        self._retention = Retention(limits, self._progress, self._time, Room(path, ops))
        self._syncing = Syncing(clock, ops, limits)
        self._sync_each = not limits.sync_interval_ms
        self._trouble = Trouble(clock, tell, path)
        ring = Ring(limits.max_ring_bytes)
        self._keeping = Keeping(
            path, ops, self._progress, ring, self._trouble, self._syncing, tell, self._retention
        )
        self._unstamped = True  # until it was looked for
        self._ring_unstamped = False
        self._stamped_to = 0
        self._keeping.start()
        self._keeping.with_file(self._remember_times)

    def append(self, readings: Sequence[Reading]) -> None:
        """Keep readings, in one commit: after this a kill of the process loses none of them."""
        with self._mutex:
            self._stamp_waiting()
            offset = self._time.offset()
            entries = [self._entry(reading, offset) for reading in readings]
            if entries:
                self._keeping.put(entries)
        if self._sync_each:
            self.sync()

    def batch(self, output: str, limit: int = 100) -> list[Entry]:
        """Return the next entries for an output, the oldest first; the same until `acknowledge`.

        For an output that delivers in this order; one that does not uses `look` and `delivered`.
        None behind one that waits for its time. The time of one from an earlier boot may be None
        for ever: the output says so, or sends it without.
        """
        with self._mutex:
            self._stamp_waiting()
            entries = self._keeping.after(self._progress[output].last, limit)
            for index, entry in enumerate(entries):
                if self._time.waits(entry):
                    return entries[:index]
            return entries

    def look(self, after: int, rows: int, wanted: Wanted) -> Look:
        """Return what is wanted of the rows behind a number, for an output that reads on its own.

        As `batch`, it ends before an entry that waits for its time.
        """
        with self._mutex:
            self._stamp_waiting()
            found = self._keeping.look(after, rows, wanted)
            for index, entry in enumerate(found.entries):
                if self._time.waits(entry):
                    return Look(found.entries[:index], entry.id - 1, True)
            return found

    def delivered(self, output: str) -> tuple[int, dict[str, int]]:
        """Return the number up to which an output has all, and by device what it has beyond."""
        with self._mutex:
            return self._progress[output].last, self._progress.ahead(output)

    def cursor(self, output: str) -> int:
        """Return the number up to which an output has all, or lost it; costs nothing."""
        return self._progress[output].last

    @property
    def numbering(self) -> int:
        """Changes when entries that are not acknowledged got other numbers, so read them anew."""
        return self._keeping.numbering

    def acknowledge(
        self,
        output: str,
        number: int,
        device: str | None = None,
        dead: Iterable[tuple[Entry, str]] = (),
    ) -> None:
        """Note that an output has delivered everything up to that number, or all of one device.

        ``dead`` are entries that its service refuses for good, with reasons: in the same commit
        they are put among the dead letters.
        """
        with self._mutex:
            known = number < self._keeping.next_number
            moved = self._progress.acknowledge(output, number, device) if known else {}
            letters = [(output, reason, entry) for entry, reason in dead]
            if output in moved and self._keeping.ring:
                self._keeping.ring.drop_to(self._progress.delivered(number))
            if moved or letters:
                self._keeping.note(moved, letters)

    def reject(self, output: str, entry: Entry, reason: str) -> None:
        """Put an entry that an output's service refuses for good among the dead letters; go on."""
        self.acknowledge(output, entry.id, dead=[(entry, reason)])

    def entries(self, after: int = 0, limit: int = 1000) -> list[Entry]:
        """Return what the log holds behind a number, delivered or not."""
        with self._mutex:
            return self._keeping.after(after, limit)

    def dead_letters(self) -> list[Letter]:
        """Return (output, reason, entry) of what was rejected, the oldest first."""
        with self._mutex:
            return self._keeping.dead()

    def lost(self, output: str) -> int:
        """Return how many readings were ever dropped before this output had them."""
        with self._mutex:
            return self._progress[output].lost

    def backlog(self, output: str) -> int:
        """Return how many readings an output is yet to deliver."""
        with self._mutex:
            last, ahead = self.delivered(output)
            counts = [count_undelivered(self._keeping.ring, last, ahead)]

            def count(log: LogFile) -> None:
                counts.append(log.count(last, self._keeping.next_number, ahead))

            self._keeping.with_file(count, reading=True)
            return sum(counts)

    def used_bytes(self) -> int:
        """Return the bytes in use in the file, 0 where it cannot be read."""
        used = [0]
        with self._mutex:
            self._keeping.with_file(lambda log: used.append(log.used_bytes()), reading=True)
        return used[-1]

    @property
    def trouble(self) -> str:
        """What keeps readings in memory, "" while they are in the file."""
        return self._trouble.text

    @property
    def in_memory(self) -> int:
        """How many readings are in memory only."""
        return len(self._keeping.ring)

    def use_outputs(self, outputs: Iterable[str]) -> None:
        """Serve these outputs from now on; what only others wait for is no longer kept."""
        with self._mutex:
            self._progress.use(outputs)
            self._keeping.with_file(lambda log: log.save(self._progress.all()))

    def upkeep(self) -> int:
        """Heal, stamp, expire and sync as far as each is due; return the ms until the next call."""
        with self._mutex:
            if self._trouble.retry_due():
                self._keeping.heal()
                self._unstamped, self._stamped_to = True, 0
            self._stamp_waiting()
            if self._syncing.expire_due():
                self._keeping.with_file(self._retention.expire)
        if self._syncing.due():
            self.sync()
        return self._syncing.wait_ms()

    def sync(self) -> bool:
        """Put everything that was appended on the disk; return False where some is in memory."""
        with self._syncing.one_at_a_time:
            with self._mutex:
                self._keeping.save_acks()
                log = self._keeping.log
                if not self._keeping.with_file(self._syncing.begin, reading=True):
                    return False
            error = self._syncing.finish()
            with self._mutex:
                if error is not None and self._keeping.log is log:
                    self._keeping.fail(error, sync_failed=True)
                return error is None and not self._keeping.ring

    def close(self) -> None:
        """Put everything on the disk and let another process open the file."""
        with self._syncing.one_at_a_time, self._mutex:
            self._keeping.with_file(lambda log: self._retention.expire(log, all_of_it=True))
            self._keeping.close()

    def _entry(self, reading: Reading, offset: int | None) -> Entry:
        device, sensor, fields, ticks_ms, ts_ms = reading
        number, fields = self._keeping.next_number, tuple(fields)
        self._keeping.next_number += 1
        if ts_ms is None and offset is None:
            self._unstamped = self._ring_unstamped = True
            return Entry(number, None, self._time.boot, ticks_ms, device, sensor, fields)
        ts_ms = ticks_ms + (offset or 0) if ts_ms is None else ts_ms
        ts_ms = self._times.free(device, fields, ts_ms)
        return Entry(number, ts_ms, None, None, device, sensor, fields)

    def _remember_times(self, log: LogFile) -> None:
        for _, entry in reversed(log.before(self._keeping.next_number, _REMEMBERED)):
            if entry is not None:
                self._times.remember(entry)

    def _stamp_waiting(self) -> None:
        """Give what was read before the clock was right its time."""
        offset = self._time.offset() if self._unstamped else None
        if offset is None:
            return
        if self._keeping.with_file(lambda log: self._stamp_file(log, offset)):
            return
        if self._ring_unstamped and not self._file_waits():
            self._ring_unstamped = False
            ring = self._keeping.ring
            ring.replace([self._with_time(entry, offset) for entry in ring])

    def _file_waits(self) -> bool:
        """Tell whether the file may have entries without time, whose turn is before the ring's."""
        waiting: list[object] = []
        unopened = self._keeping.next_number < 0
        read = self._keeping.with_file(
            lambda log: waiting.extend(log.unstamped(self._time.boot, self._stamped_to, 1)),
            reading=True,
        )
        return not unopened and (not read or bool(waiting))

    def _stamp_file(self, log: LogFile, offset: int) -> None:
        """Stamp some; the rest in later calls, as no reading is to wait for an hour of others."""
        rows = log.unstamped(self._time.boot, self._stamped_to, _STAMPED_AT_ONCE)
        if rows:
            log.add([self._with_time(entry, offset) for _, entry in rows if entry is not None])
            self._stamped_to = rows[-1][0]
        self._unstamped = len(rows) == _STAMPED_AT_ONCE

    def _with_time(self, entry: Entry, offset: int) -> Entry:
        if not self._time.waits(entry) or entry.ticks_ms is None:
            return entry
        ts_ms = self._times.free(entry.device, entry.fields, entry.ticks_ms + offset)
        return entry._replace(ts_ms=ts_ms, boot=None, ticks_ms=None)
