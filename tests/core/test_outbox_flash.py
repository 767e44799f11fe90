"""The outbox whose files are damaged: it opens, and delivers what is whole, in order."""

import os

from byteport.outbox import Outbox
from outbox_folder import (
    contents,
    drain,
    filled,
    new_folder,
    number_of,
    put,
    remove,
    restore,
    rising,
)


def segment_of(files):
    (name,) = [name for name in files if len(name) == 8]
    return name


def ends_of(segment):
    """Return where each record of a segment ends, by the lengths in it."""
    ends = [0]
    while ends[-1] < len(segment):
        at = ends[-1]
        ends.append(at + ((segment[at] & 3) << 8 | segment[at + 1]))
    return ends[1:]


def flipped(data, at, mask):
    return data[:at] + bytes((data[at] ^ mask,)) + data[at + 1 :]


def boots_with(path, files):
    """Boot from files and deliver, also what is put in then."""
    restore(path, files)
    outbox = Outbox(path)
    put(outbox, 100000)
    assert outbox.flush()
    numbers = drain(Outbox(path))
    assert numbers.pop() == 100000
    return numbers


def test_D5_any_byte_of_a_segment_costs_the_reading_it_is_in():
    path = new_folder()
    filled(path, 8)
    files = contents(path)
    name = segment_of(files)
    whole = files[name]
    ends = ends_of(whole)
    assert len(ends) == 8
    for at in range(len(whole)):
        lost = [at < end for end in ends].index(True)
        expected = [number for number in range(8) if number != lost]
        files[name] = flipped(whole, at, (1 << at % 8, 0xFF)[at // 8 % 2])
        assert boots_with(path, files) == expected, at
    remove(path)


def test_D5_a_segment_that_is_cut_off_keeps_what_is_before():
    path = new_folder()
    filled(path, 8)
    files = contents(path)
    name = segment_of(files)
    whole = files[name]
    ends = ends_of(whole)
    for size in range(len(whole)):
        files[name] = whole[:size]
        assert boots_with(path, files) == list(range(len([end for end in ends if end <= size])))
    remove(path)


def test_D5_any_byte_of_the_state_loses_nothing():
    path = new_folder()
    filled(path, 25, acknowledged=12)
    files = contents(path)
    for name in ("state0", "state1"):
        whole = files[name]
        for at in range(len(whole)):
            for wrong in (whole[:at], flipped(whole, at, 1), flipped(whole, at, 0xFF)):
                files[name] = wrong
                numbers = boots_with(path, files)
                assert numbers == list(range(numbers[0], 25))
                assert 2 <= numbers[0] <= 12
        files[name] = whole
    remove(path)


def test_D5_without_any_state_no_reading_is_given_other_names():
    path = new_folder()
    filled(path, 40)
    for name in ("state0", "state1"):
        os.remove(path + "/" + name)
    outbox = Outbox(path)
    for name in ("wrong", "names", "here"):
        outbox.put({name: 1}, 1)
    outbox.flush()
    outbox = Outbox(path)
    numbers = []
    for _ in range(10):
        numbers.append(number_of(outbox.peek()))  # the first ten have their names written out
        outbox.acknowledge()
    assert numbers == list(range(10))
    assert bytes(outbox.peek().body) == b"&wrong=1"
    outbox.acknowledge()
    assert outbox.dropped >= 1
    remove(path)


class Dice:
    """Numbers that are the same in each run."""

    def __init__(self, seed):
        self.state = seed

    def roll(self, sides):
        self.state = (self.state * 1103515245 + 12345) & 0x3FFFFFFF
        return (self.state >> 12) % sides

    def bytes(self, size):
        return bytes([self.roll(256) for _ in range(size)])


def worse(dice, data):
    """Return a file's content with one of the things that happen to files."""
    at = dice.roll(len(data) + 1)
    size = dice.roll(100)
    kinds = (
        data[:at] + dice.bytes(size) + data[at + size :],
        data[:at] + data[at + size :],
        data[:at] + dice.bytes(size) + data[at:],
        data[:at] + b"\xff" * size + data[at + size :],
        data[:at] + bytes(size) + data[at + size :],
        data + data,
        b"",
        data[at:] + data[:at],
    )
    return kinds[dice.roll(len(kinds))]


def test_D5_whatever_is_in_the_files():
    path = new_folder()
    filled(path, 300, acknowledged=20)
    files = contents(path)
    for seed in range(20):
        dice = Dice(seed)
        damaged = {}
        for name in sorted(files):
            data = files[name]
            for _ in range(dice.roll(3)):
                data = worse(dice, data)
            damaged[name] = data
        restore(path, damaged)
        outbox = Outbox(path)
        assert outbox.problem is None
        for number in range(300, 320):
            put(outbox, number)
        numbers = drain(outbox)
        assert numbers[-20:] == list(range(300, 320))
        if all(data in (b"", files[name]) for name, data in damaged.items()):
            assert rising(numbers)
    remove(path)


def test_files_that_are_none_of_the_outboxs():
    path = new_folder()
    filled(path, 40)
    files = contents(path)
    for name in ("boot.py", "0000000A", "12345678 ", "-0000001", "state2", "0x000001", "123"):
        files[name] = b"not a segment"
    restore(path, files)
    outbox = Outbox(path)
    assert drain(outbox) == list(range(40))
    assert "boot.py" in contents(path)
    remove(path)


def test_a_segment_of_erased_flash():
    path = new_folder()
    filled(path, 200)
    files = contents(path)
    names = sorted([name for name in files if len(name) == 8])
    for content in (b"\xff" * 4096, bytes(4096), b"\xf8" * 4096):
        files[names[0]] = content
        restore(path, files)
        outbox = Outbox(path)
        assert drain(outbox) == list(range(int(names[1], 16), 200))
        assert outbox.dropped == int(names[1], 16)
    remove(path)


def test_a_file_that_vanishes_while_it_is_read():
    path = new_folder()
    outbox = filled(path, 300)
    names = sorted([name for name in contents(path) if len(name) == 8])
    assert number_of(outbox.peek()) == 0
    os.remove(path + "/" + names[0])
    outbox.acknowledge()
    numbers = drain(outbox)
    assert numbers[-1] == 299
    assert outbox.dropped == 300 - 1 - len(numbers)
    remove(path)
