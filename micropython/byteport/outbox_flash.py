"""The part of the board's outbox that is in flash: records in segments, the oldest first.

A segment's name is how many readings were put in before it, so what was lost between two is known.
What is delivered, and whatever else must outlast a boot, is the state, which is written before the
segment that it counts as delivered or lost is deleted: no power cut leaves one uncounted.
"""

from struct import pack, unpack_from

from byteport.compat import const
from byteport.outbox_files import NO_SPACE, Folder
from byteport.outbox_record import BOOT_BYTES, Record, Shorthand, boot_at, size_at

_SEGMENT_BYTES = const(4096)  # an erase block of most flash chips
_FULL = (NO_SPACE, 13)  # 13: FAT has no room for one more name
_STATE = "<IHIIB"  # segment, offset and index of the head, dropped, number of boots
_STATE_BYTES = const(15)
_BOOTS_BYTES = const(160)


class Segments:
    """A queue of records in one folder, at most ``most`` segments.

    ``index`` readings were ever taken out or lost, ``next`` put in; ``dropped`` were lost since
    the counter was set back. ``peeked`` is the size of the record at the head, 0 where there is
    another one since. ``boots`` is what Record.find_time takes. Where the state is to be saved,
    ``unsaved`` is not 0. ``problem`` is the last OSError.
    """

    def __init__(self, folder: str, most: int) -> None:
        self.shorthand = Shorthand()
        self.boots = b""
        self.problem: "OSError | None" = None
        self.index = self.next = self.dropped = self.peeked = self.unsaved = 0
        self._files = Folder(folder)
        self._most = most
        # the head, and the newest segment with its size
        self._segment = self._offset = self._tail = self._size = 0
        self._opened = False

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

    def append(self, records: bytearray) -> bool:
        """Take records from the front of a buffer; return whether that are all.

        Where there is no room the oldest segment goes, where writing fails the rest stays.
        """
        full = False
        while records:
            size = self._fitting(records)
            if not size:
                self._begin()
                continue
            try:
                if full or self._is_crowded():
                    full = False
                    if not self._drop_oldest():
                        return False
                    continue
                self._files.append(self._tail, records[:size] if size < len(records) else records)
                self._take(records, size)
            except OSError as error:
                self.problem = error
                self._salvage(records)
                full = error.errno in _FULL
                if not full:
                    return False
        return True

    def peek(self, record: Record) -> bool:
        """Fill in the oldest record; return False where there is none. May raise OSError."""
        files = self._files
        self.peeked = 0
        while self.index < self.next:
            offset = files.find(self._segment, self._offset, self.shorthand)
            if not files.size:
                self._leave()
                continue
            if offset != self._offset:  # damaged bytes were at least one reading
                self._lose_until(self.index + 1)
                self._offset = offset
            if self.shorthand.decode(files.window, files.at, files.size, record):
                self.peeked = files.size
                return True
            self._lose_until(self.index + 1)
            self._offset += files.size
        return False

    def acknowledge(self) -> None:
        """Take the record that was peeked as delivered."""
        self.index += 1
        self.unsaved += 1
        self._offset += self.peeked
        if self.index == self.next:
            self._leave()

    def learn(self, boot: int, seconds: int, ms: int) -> None:
        """Take the time that a boot's readings are counted from."""
        if boot_at(self.boots, boot) < 0:
            self.boots = (self.boots + pack("<IIH", boot, seconds, ms))[-_BOOTS_BYTES:]
            self.unsaved += 1
            if self._opened and self.save():
                self.save()  # twice, as readings in flash depend on it

    def teach(self) -> None:
        """Let the names that are new be shortened from now on."""
        if self.shorthand.incomplete() and self._opened and self.save() and self.save():
            self.shorthand.learn(self.shorthand.content())

    def save(self) -> bool:
        """Save the state; return whether that could be done."""
        boots = len(self.boots) // BOOT_BYTES
        state = pack(_STATE, self._segment, self._offset, self.index, self.dropped, boots)
        try:
            self._files.save(state + self.boots + self.shorthand.content())
            self.unsaved = 0
        except OSError as error:
            self.problem = error
            self.unsaved += 1
        return not self.unsaved

    def _fitting(self, records: bytearray) -> int:
        """Return how many bytes at the front are whole records for which the segment has room."""
        size = 0
        while size < len(records):
            more = size + size_at(records, size)
            if self._size + more > _SEGMENT_BYTES:
                break
            size = more
        return size

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
        files = self._files
        try:
            while files.find(self._tail, self._size, self.shorthand) == self._size and files.size:
                self._take(records, files.size)
        except OSError:
            pass  # if it was written, it comes twice
        if not files.ends_at(self._tail, self._size):
            self._begin()

    def _begin(self) -> None:
        """Let what is appended next be a new segment."""
        if self._tail == self.next and not self._files.ends_at(self._tail, 0):
            self.next += 1  # that name is used, though nothing in it is whole
        if self.index == self.next:
            self._segment = self.next
            self._offset = 0
        self._tail = self.next
        self._size = 0

    def _is_crowded(self) -> bool:
        return not self._size and self._files.after(-1) >= 0 and self._files.count >= self._most

    def _drop_oldest(self) -> bool:
        oldest = self._files.after(-1)
        if oldest < 0 or (oldest == self._tail and not self._size):
            return False
        if oldest == self._tail:
            self._begin()
        if self._segment <= oldest:
            self.peeked = 0
            self._segment = oldest
            self._move_on()
            self.save()
        return self._files.remove(oldest)

    def _leave(self) -> None:
        """Delete the head's segment, which was read to its end."""
        if self._segment == self._tail:
            self._lose_until(self.next)
            self._begin()
        else:
            self._move_on()
        self.save()
        self._clear()

    def _move_on(self) -> None:
        following = self._files.after(self._segment)
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
            while 0 <= (oldest := self._files.after(-1)) < self._segment:
                if not self._files.remove(oldest):
                    return
        except OSError as error:
            self.problem = error

    def _find_ends(self) -> None:
        files = self._files
        state = files.load()
        segment = offset = index = dropped = boots = 0
        if len(state) >= _STATE_BYTES:
            segment, offset, index, dropped, boots = unpack_from(_STATE, state)
            boots = _STATE_BYTES + boots * BOOT_BYTES
            self.shorthand.learn(state[boots:])
        oldest = files.after(segment - 1)
        if oldest != segment:
            offset = 0
            segment = index = index if oldest < 0 else oldest
        tail = max(segment, files.newest)
        end, count = (offset, index) if tail == segment else (0, tail)
        while True:
            found = files.find(tail, end, self.shorthand)
            count += found != end  # damaged bytes were at least one reading
            if not files.size:
                break
            count += 1
            end = found + files.size
        self.boots = state[_STATE_BYTES:boots] + self.boots
        self.dropped += dropped
        self.index = index
        self.next = count
        self._segment = segment
        self._offset = offset
        self._tail = tail
        self._size = end
        if index == count or not files.ends_at(tail, end):
            self._begin()
