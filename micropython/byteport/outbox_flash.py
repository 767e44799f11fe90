"""The part of the board's outbox that is in flash: segments of records, and a state kept twice.

A segment is only appended to. Its name is how many readings were put in before it, in hexadecimal,
so what was lost between two is known. Power may be lost at any write, on littlefs or FAT: what was
being appended is then there or not or in part, as the CRCs of the records tell. FAT itself loses
a directory where a cut leaves nothing of the sector being written, as on flash without a card's
controller: what can still be found is then delivered.

The state is what is delivered, and whatever else must outlast a boot. It is written into two files
in turn, with a sequence number and a CRC, as FAT's rename over a file deletes that first: one is
always whole. It is written before a segment is deleted that it counts as delivered or lost.

Source: MicroPython's extmod/vfs_fat.c (rename) and vfs_lfsx.c; littlefs's DESIGN.md.
"""

import os
from struct import pack, unpack_from

from byteport.compat import const, ilistdir
from byteport.outbox_record import NO_SPACE, Record, Records, boot_at, seal, sealed, size_at

_SEGMENT_BYTES = const(4096)  # an erase block of most flash chips
_FULL = (NO_SPACE, 13)  # 13: FAT has no room for another name
_STATE = "<IIHIIB"  # sequence; segment, offset and index of the head; dropped; number of boots
_STATE_BYTES = const(19)
_BOOT_BYTES = const(10)
_BOOTS_BYTES = const(160)


class Segments:
    """A queue of records in one folder, of at most so many segments.

    ``index`` readings were ever taken out or lost, ``next`` put in; ``dropped`` were lost since
    the counter was set back. ``peeked`` is the size of the record at the head, 0 where it went.
    ``boots`` is what Record.find_time takes. ``unsaved`` counts what the state in flash lacks.
    """

    def __init__(self, folder: str, most: int) -> None:
        self.records = Records(folder)
        self.boots = b""
        self.problem: "OSError | None" = None
        self.index = self.next = self.dropped = self.peeked = self.unsaved = 0
        self._most = most
        self._opened = False
        # the head, and the newest segment with its size
        self._segment = self._offset = self._tail = self._size = 0
        # of the state; and after a listing: how many segments there are, and the newest
        self._sequence = self._count = self._newest = 0

    def open(self) -> bool:
        """Find where reading and writing go on, if that was not possible yet; return if it was."""
        if not self._opened:
            try:
                self._find_ends()
                self._opened = True
                self._clear()
            except OSError as error:
                self.problem = error
        return self._opened

    def is_empty(self) -> bool:
        """Return whether all that was put in was taken out."""
        return self._segment == self._tail and self._offset >= self._size

    def append(self, records: bytearray) -> bool:
        """Take the records of a buffer, up to 4,096 bytes; return whether none had to stay.

        Where there is no room, the oldest segment goes.
        """
        full = False
        while records:
            if not self._make_room(len(records), full):
                return False
            try:
                self.records.segment = -1  # it will have more than was read
                self.records.write(self.records.path(self._tail), "ab", records)
                self._take(records, len(records))
            except OSError as error:
                self.problem = error
                self._salvage(records)
                full = error.errno in _FULL
                if not full:
                    return False
        return True

    def peek(self, record: Record) -> bool:
        """Fill in the oldest record; return False where there is none. May raise OSError."""
        records = self.records
        self.peeked = 0
        while not self.is_empty():
            offset = records.find(self._segment, self._offset)
            if not records.size:
                self._leave()
                continue
            # damaged bytes were at least one reading
            self._lose_until(self.index + (offset != self._offset))
            self._offset = offset
            if records.decode(records.window, records.at, records.size, record):
                self.peeked = records.size
                return True
            self._lose_until(self.index + 1)
            self._offset += records.size
        return False

    def acknowledge(self) -> None:
        """Take the record that was peeked as delivered."""
        self.index += 1
        self.unsaved += 1
        self._offset += self.peeked
        if self.is_empty():
            self._leave()

    def learn(self, boot: int, seconds: int, ms: int) -> None:
        """Take the time that a boot's readings are counted from."""
        if boot_at(self.boots, boot) < 0:
            known = pack("<IIH", boot, seconds + ms // 1000, ms % 1000)
            self.boots = (self.boots + known)[-_BOOTS_BYTES:]
            self.unsaved += 1
            if self._opened and self.save():
                self.save()  # twice, as readings in flash depend on it

    def teach(self) -> None:
        """Let the names that are new be shortened from now on."""
        if self.records.incomplete() and self._opened and self.save() and self.save():
            self.records.learn(self.records.names())

    def save(self) -> bool:
        """Save the state; return whether that could be done."""
        records = self.records
        sequence = self._sequence + 1
        head = self._segment, self._offset, self.index, self.dropped
        state = pack(_STATE, sequence, *head, len(self.boots) // _BOOT_BYTES)
        state = seal(state + self.boots + records.names())
        try:
            records.write(f"{records.folder}/state{sequence & 1}", "wb", state)
            self._sequence = sequence
            self.unsaved = 0
        except OSError as error:
            self.problem = error
            self.unsaved += 1
        return not self.unsaved

    def _after(self, number: int) -> int:
        """Return the oldest segment that is newer, -1 for none; set count and newest of all."""
        found = self._newest = -1
        self._count = 0
        records = self.records
        entries = ilistdir(records.folder)
        while True:
            try:
                segment = records.segment_of(next(entries)[0])
            except StopIteration:
                return found
            except UnicodeError:
                continue  # what a damaged FAT makes of a name
            if segment >= 0:
                self._count += 1
                self._newest = max(self._newest, segment)
                if segment > number and (found < 0 or segment < found):
                    found = segment

    def _size_of(self, segment: int) -> int:
        try:
            return os.stat(self.records.path(segment))[6]
        except OSError:
            return 0

    def _make_room(self, size: int, full: bool) -> bool:
        if self._size and self._size + size > _SEGMENT_BYTES:
            self._begin()
        try:
            while full or (not self._size and self._after(-1) >= 0 and self._count >= self._most):
                if not self._drop_oldest():
                    return False
                full = False
            return True
        except OSError as error:
            self.problem = error
            return False

    def _take(self, records: bytearray, size: int) -> None:
        """Count so many bytes at the front as appended."""
        self._size += size
        at = 0
        while at < size:
            at += size_at(records, at)
            self.next += 1
        records[:size] = b""

    def _salvage(self, records: bytearray) -> None:
        """Count what a write that failed did write; append nothing to a part of a record."""
        file = self.records
        try:
            while file.find(self._tail, self._size) == self._size and file.size:
                self._take(records, file.size)
        except OSError:
            pass  # if it was written, it comes twice
        if self._size_of(self._tail) != self._size:
            self._begin()

    def _begin(self) -> None:
        """Let what is appended next be a new segment."""
        empty = self.is_empty()
        self._tail = self.next
        self._size = self._size_of(self.next)  # not 0 after a part of a first record
        if empty:
            self._segment, self._offset = self._tail, self._size
            self._lose_until(self.next)

    def _drop_oldest(self) -> bool:
        oldest = self._after(-1)
        if oldest == self._tail and self._size:
            self._begin()
        if oldest in (-1, self._tail):
            return False
        if self._segment <= oldest:
            self.peeked = 0
            self._segment = oldest
            self._move_on()
            self.save()
        os.remove(self.records.path(oldest))
        return True

    def _leave(self) -> None:
        """Delete the head's segment, which was read to its end."""
        if self._segment == self._tail:
            self._offset = self._size
            self._begin()
        else:
            self._move_on()
        self.save()
        self._clear()

    def _move_on(self) -> None:
        following = self._after(self._segment)
        self._segment = self._tail if following < 0 else following
        self._offset = 0
        self._lose_until(self._segment)

    def _lose_until(self, index: int) -> None:
        if index > self.index:
            self.dropped += index - self.index
            self.unsaved += 1
        self.index = index

    def _clear(self) -> None:
        """Delete the segments before the head's."""
        try:
            while 0 <= (oldest := self._after(-1)) < self._segment:
                os.remove(self.records.path(oldest))
        except OSError as error:
            self.problem = error

    def _load(self) -> bytes:
        """Return the state that was saved last, b"" for none; make the folder if need be."""
        try:
            os.mkdir(self.records.folder)
        except OSError:
            pass  # it is there, or the next call fails
        best = b""
        for sequence in (0, 1):
            size = self.records.read(f"{self.records.folder}/state{sequence}")
            state = bytes(self.records.window[:size])
            if sealed(state) and (not best or unpack_from("<I", state) > unpack_from("<I", best)):
                best = state[:-4]
        return best

    def _find_ends(self) -> None:
        state = self._load()
        sequence = segment = offset = index = dropped = boots = 0
        if len(state) > _STATE_BYTES:
            sequence, segment, offset, index, dropped, boots = unpack_from(_STATE, state)
            boots = _STATE_BYTES + boots * _BOOT_BYTES
            if len(state) > boots + 4:
                self.records.learn(state[boots:])
        oldest = self._after(segment - 1)
        if oldest != segment:
            offset = 0
            segment = index = index if oldest < 0 else oldest
        tail = max(segment, self._newest)
        start, count = (offset, index) if tail == segment else (0, tail)
        size, count = self._scan(tail, start, count)
        self.boots = state[_STATE_BYTES:boots] + self.boots
        self.dropped += dropped
        self._sequence = sequence
        self._segment, self._offset, self.index = segment, offset, index
        self._tail, self._size, self.next = tail, size, count
        if self.is_empty() or self._size_of(tail) != size:
            self._begin()

    def _scan(self, segment: int, offset: int, count: int) -> "tuple[int, int]":
        """Count on through a segment; return where its last record ends, and the count."""
        records = self.records
        while True:
            found = records.find(segment, offset)
            count += found != offset  # damaged bytes were at least one reading
            if not records.size:
                return offset, count
            offset = found + records.size
            count += 1
