"""The outbox on a file system that fails: what is lost is counted, and it heals."""

import os

from byteport import outbox_flash, outbox_record
from byteport.compat import FLOAT32, ilistdir
from byteport.outbox import Outbox
from byteport.outbox_kept import kept, restore
from outbox_folder import contents, drain, filled, new_folder, number_of, put, remove, rising

NO_SPACE = 28
EACCES = 13  # FAT: no room for one more name
EIO = 5
EVERY = 1 if FLOAT32 else 3  # which operations fail: all of them on what is most like a board


class FailingFile:
    """A file that writes only a part, and then fails."""

    def __init__(self, file, failing, written):
        self._file = file
        self._failing = failing
        self._written = written

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        if self._written:
            self._failing.check("close")

    def write(self, data):
        size = self._failing.part_of(len(data))
        written = self._file.write(bytes(data)[:size])
        self._failing.check("write")
        return written

    def seek(self, offset):
        self._failing.check("seek")
        self._file.seek(offset)

    def read(self, size):
        self._failing.check("read")
        return self._file.read(size)

    def readinto(self, buffer):
        self._failing.check("read")
        return self._file.readinto(buffer)


class Failing:
    """Makes one kind of file operations fail, from one on, for some, while it is entered."""

    def __init__(self, error, kinds, first=0, last=1 << 29, part=0):
        self.error = error
        self.kinds = kinds
        self.first = first
        self.last = last
        self.part = part
        self.operations = 0

    def __enter__(self):
        outbox_flash.open = outbox_record.open = self.open
        outbox_flash.os = self
        outbox_flash.ilistdir = self.ilistdir
        return self

    def __exit__(self, *_):
        del outbox_flash.open
        del outbox_record.open
        outbox_flash.os = os
        outbox_flash.ilistdir = ilistdir

    def fails(self):
        return self.first <= self.operations - 1 <= self.last

    def check(self, kind):
        if kind in self.kinds:
            self.operations += 1
            if self.fails():
                raise OSError(self.error, "injected")

    def part_of(self, size):
        """Return how much of a write goes into the file before it fails."""
        if "write" in self.kinds and self.first <= self.operations <= self.last:
            return size * self.part // 100
        return size

    def open(self, path, mode):
        self.check("open" if "r" in mode else "create")
        return FailingFile(open(path, mode), self, "r" not in mode)

    def ilistdir(self, path):
        self.check("list")
        return ilistdir(path)

    def remove(self, path):
        self.check("remove")
        os.remove(path)

    def mkdir(self, path):
        os.mkdir(path)

    def stat(self, path):
        return os.stat(path)


WRITING = ("create", "write", "close")
READINGS = 150


def use(path, failing):
    """Put in, deliver, boot, while files fail; return all that was delivered, and the outbox."""
    delivered = []
    with failing:
        outbox = Outbox(path)
        for number in range(READINGS):
            put(outbox, number)
            if number % 10 == 9 and number > 100:
                for _ in range(3):
                    record = outbox.peek()
                    if record:
                        delivered.append(number_of(record))
                        outbox.acknowledge()
    return delivered + drain(outbox), outbox


def check_none_uncounted(error, kinds, step=1, length=1, part=0, most_dropped=0, too_many=0):
    """Let each operation be the first of some that fail: what is lost is counted."""
    with_all = Failing(error, kinds, first=1 << 29)
    path = new_folder()
    delivered, outbox = use(path, with_all)
    assert delivered == list(range(READINGS)), outbox.problem
    remove(path)
    for first in range(0, with_all.operations, step * EVERY):
        path = new_folder()
        delivered, outbox = use(path, Failing(error, kinds, first, first + length - 1, part))
        assert rising(delivered), (first, delivered)
        lost = READINGS - len(delivered)
        assert lost <= outbox.dropped <= lost + too_many, (first, delivered, outbox.dropped)
        assert delivered[-1] == READINGS - 1
        assert outbox.dropped <= most_dropped
        remove(path)


def test_D1_no_space_at_any_write():
    check_none_uncounted(NO_SPACE, WRITING, most_dropped=130)


def test_D1_no_space_after_half_of_any_write():
    check_none_uncounted(NO_SPACE, ("write",), part=50, most_dropped=130)
    check_none_uncounted(NO_SPACE, ("write",), 2, part=100, most_dropped=130)


def test_D1_no_space_after_a_few_bytes_of_any_write():
    # what is not whole before a segment's first record counts as one
    check_none_uncounted(NO_SPACE, ("write",), part=2, most_dropped=131, too_many=1)
    check_none_uncounted(NO_SPACE, ("write",), part=9, most_dropped=131, too_many=1)


def test_D1_no_space_for_a_while():
    check_none_uncounted(NO_SPACE, WRITING, 9, 20, part=70, most_dropped=READINGS)


def test_D1_no_space_within_a_long_reading_at_a_segments_beginning():
    path = new_folder()
    outbox = Outbox(path)
    outbox.put({"text": "x" * 900}, 1)
    with Failing(NO_SPACE, ("write",), part=60):
        assert not outbox.flush()
    for number in range(30):
        put(outbox, number)
    assert outbox.in_ram == 0 or outbox.flush()
    assert outbox.peek().seconds == 1
    outbox.acknowledge()
    for number in range(30, 40):
        put(outbox, number)
    assert drain(outbox) == list(range(40))
    assert len(outbox) == outbox.dropped == 0
    remove(path)


def test_D1_no_room_for_another_name():
    check_none_uncounted(EACCES, ("create",), most_dropped=130)


def test_D3_writing_that_fails_for_a_while_loses_nothing():
    check_none_uncounted(EIO, WRITING, 2)
    check_none_uncounted(EIO, WRITING, 5, 4, part=50)


def test_reading_that_fails_for_a_while_loses_nothing():
    check_none_uncounted(EIO, ("open", "read"), 2)
    check_none_uncounted(EIO, ("open", "list"), 5, 4)


def test_D1_a_disk_that_others_filled_leaves_the_newest_readings_and_heals():
    path = new_folder()
    with Failing(NO_SPACE, WRITING):
        outbox = Outbox(path)
        for number in range(400):
            put(outbox, number)
        assert outbox.problem.errno == NO_SPACE
        assert 25 < len(outbox) == outbox.in_ram
        assert outbox.dropped == 400 - len(outbox)
        assert number_of(outbox.peek()) == outbox.dropped
    for number in range(400, 420):
        put(outbox, number)
    assert outbox.in_ram < 20
    assert drain(Outbox(path))[-1] >= 409
    assert drain(outbox) == list(range(outbox.dropped, 420))
    remove(path)


def test_a_reading_that_goes_from_ram_while_it_is_sent():
    path = new_folder()
    with Failing(NO_SPACE, WRITING):
        outbox = Outbox(path)
        number = 0
        while not outbox.dropped:
            outbox.peek()
            put(outbox, number)
            number += 1
        outbox.acknowledge()
        assert drain(outbox) == list(range(outbox.dropped, number))
    remove(path)


def test_what_was_kept_while_no_card_was_in_is_restored_when_it_is():
    path = new_folder()
    filled(path, 40)
    with Failing(EIO, ("open", "read", "list", "create")):
        outbox = Outbox(path)
        put(outbox, 40)
        memory = kept(outbox)
    outbox = Outbox(path)
    restore(outbox, memory)
    assert drain(outbox) == list(range(41))
    remove(path)


def test_a_file_where_the_folder_should_be():
    path = new_folder()
    with open(path, "wb") as file:
        file.write(b"no folder")
    outbox = Outbox(path)
    assert outbox.problem is not None
    for number in range(20):
        put(outbox, number)
    assert drain(outbox) == list(range(20))
    os.remove(path)
    for number in range(20, 40):
        put(outbox, number)
    assert outbox.in_ram == 0
    assert drain(outbox) == list(range(20, 40))
    remove(path)


def test_a_card_that_is_put_in_later():
    path = new_folder()
    filled(path, 40)
    with Failing(EIO, ("open", "read", "list", "create")):
        outbox = Outbox(path)
        for number in range(40, 60):
            put(outbox, number)
        assert outbox.in_ram == 20
        assert number_of(outbox.peek()) == 40
    assert drain(outbox) == list(range(60))
    remove(path)


def test_a_segment_that_stays_unreadable_is_passed_over():
    path = new_folder()
    filled(path, 300)
    names = sorted([name for name in contents(path) if len(name) == 8])
    second, third = int(names[1], 16), int(names[2], 16)

    class Unreadable(Failing):
        def open(self, path, mode):
            if path.endswith(names[1]):
                raise OSError(EIO, "injected")
            return Failing.open(self, path, mode)

    with Unreadable(EIO, ()):
        outbox = Outbox(path)
        numbers = []
        for _ in range(30):
            numbers.extend(drain(outbox))
    assert numbers == list(range(second)) + list(range(third, 300))
    assert outbox.dropped == third - second
    assert outbox.problem.errno == EIO
    remove(path)


def test_files_that_cannot_be_deleted_are_not_delivered_again():
    path = new_folder()
    filled(path, 300)
    with Failing(EIO, ("remove",)):
        outbox = Outbox(path)
        assert drain(outbox) == list(range(300))
        assert len(contents(path)) > 3
    outbox = Outbox(path)
    assert len(outbox) == 0
    assert len(contents(path)) == 2
    remove(path)
