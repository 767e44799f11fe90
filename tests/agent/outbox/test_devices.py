"""What an output has delivered out of order: known by device, through restarts and damage."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from outbox_rig import Rig, SetClock, reading

from byteport_agent.outbox import Limits


class Devices(Rig):
    """An outbox for readings of several devices, whose values are their numbers in the log."""

    def put_of(self, devices: str) -> None:
        for device in devices:
            self.outbox.append([reading(self.made, self.clock.ticks, f"dev-{device}")])
            self.made += 1
            self.clock.ticks += 1

    def waiting(self, output: str = "one") -> list[int]:
        """Return the numbers that an output which reads on its own is yet to deliver."""
        last, ahead = self.outbox.delivered(output)
        look = self.outbox.look(
            last, 100_000, lambda number, device: number > ahead.get(device, last)
        )
        assert look.ended
        return [entry.id for entry in look.entries]


@pytest.fixture
def rig(tmp_path: Path) -> Devices:
    return Devices(tmp_path / "outbox.db")


def test_what_a_device_is_ahead_is_known_after_a_restart(rig: Devices) -> None:
    rig.put_of("abababc")
    rig.outbox.acknowledge("one", 4, "dev-b")
    rig.outbox.acknowledge("one", 7, "dev-c")
    rig.outbox.acknowledge("one", 2, "dev-b")  # late, and no step back
    for _ in range(2):
        assert rig.waiting() == [1, 3, 5, 6]
        assert rig.waiting("two") == [1, 2, 3, 4, 5, 6, 7]
        assert rig.outbox.delivered("one") == (0, {"dev-b": 4, "dev-c": 7})
        assert (rig.outbox.backlog("one"), rig.outbox.backlog("two")) == (4, 7)
        rig.reopen()
    rig.outbox.acknowledge("one", 5)
    assert rig.outbox.delivered("one") == (5, {"dev-c": 7})
    assert rig.waiting() == [6]
    assert rig.outbox.backlog("one") == 1
    rig.reopen()
    with closing(sqlite3.connect(rig.path)) as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM outputs")}
    assert names == {"one", "two", "one/dev-c"}  # what lies behind is not kept


def test_a_row_stays_while_one_device_waits_for_it(rig: Devices) -> None:
    rig.put_of("a" + "b" * 99)
    rig.outbox.acknowledge("one", 100, "dev-b")
    rig.deliver("two")
    rig.reopen()
    assert len(rig.outbox.entries()) == 100
    assert rig.waiting() == [1]
    rig.outbox.acknowledge("one", 100)
    rig.reopen()
    assert rig.outbox.entries() == []


def test_look_goes_on_over_what_is_not_wanted(rig: Devices) -> None:
    rig.put_of("aabba")
    wanted = lambda number, device: device == "dev-b"  # noqa: E731
    first = rig.outbox.look(0, 2, wanted)
    assert (first.entries, first.to, first.ended) == ([], 2, False)
    then = rig.outbox.look(first.to, 10, wanted)
    assert ([entry.id for entry in then.entries], then.to, then.ended) == ([3, 4], 5, True)
    assert rig.outbox.look(5, 10, wanted) == ([], 5, True)


def test_look_ends_where_batch_does(tmp_path: Path) -> None:
    rig = Devices(tmp_path / "outbox.db", clock=SetClock(unix_ms=10_000))
    rig.outbox.append([reading(0)._replace(ts_ms=1_800_000_000_000)])
    rig.made += 1
    rig.put_of("a")
    look = rig.outbox.look(0, 10, lambda number, device: True)
    assert ([entry.id for entry in look.entries], look.to, look.ended) == ([1], 1, True)


def test_what_a_device_is_ahead_is_not_lost(tmp_path: Path) -> None:
    rig = Devices(tmp_path / "outbox.db", limits=Limits(max_bytes=64 * 1024))
    rig.put_of("ab" * 150)
    rig.outbox.acknowledge("one", 200, "dev-b")
    rig.put_of("a" * 1500)
    gone = rig.outbox.entries()[0].id - 1
    assert gone > 300
    assert rig.outbox.lost("two") == gone
    assert rig.outbox.lost("one") == gone - 100
    assert rig.outbox.delivered("one") == (gone, {})


def test_what_a_device_is_ahead_is_not_lost_from_memory(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()
    rig = Devices(tmp_path / "outbox.db", "one", limits=Limits(max_ring_bytes=4096))
    rig.put_of("abab")
    first, *_, last = rig.waiting()
    rig.outbox.acknowledge("one", last, "dev-b")
    assert rig.waiting() == [first, first + 2]
    rig.put_of("a" * 100)
    kept = rig.waiting()
    assert rig.outbox.lost("one") == 104 - len(kept) - 2
    assert rig.outbox.backlog("one") == len(kept)


def test_nothing_comes_again_when_the_file_can_be_opened(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()
    rig = Devices(tmp_path / "outbox.db", "one")
    rig.put_of("ababb")
    rig.outbox.acknowledge("one", rig.waiting()[-2], "dev-b")
    before = rig.outbox.numbering
    (tmp_path / "outbox.db").rmdir()
    rig.heal()
    assert rig.outbox.numbering != before
    devices = [entry.device for entry in rig.outbox.entries()]
    assert devices == ["dev-a", "dev-a", "dev-b"]
    assert rig.waiting() == [1, 2, 3]
    rig.reopen()
    assert rig.waiting() == [1, 2, 3]


def test_progress_in_memory_goes_into_the_file(rig: Devices) -> None:
    rig.put_of("abab")
    rig.ops.error = OSError(5, "EIO")
    assert not rig.outbox.sync()
    rig.outbox.acknowledge("one", 4, "dev-b", dead=[])
    rig.ops.error = None
    rig.heal()
    rig.reopen()
    assert rig.waiting() == [1, 3]


def test_a_dead_letter_is_kept_with_the_cursor(rig: Devices) -> None:
    rig.put_of("aab")
    refused = rig.outbox.entries()[0]
    rig.outbox.acknowledge("one", 2, "dev-a", dead=[(refused, "status 400")])
    for _ in range(2):
        assert rig.outbox.dead_letters() == [("one", "status 400", refused)]
        assert rig.waiting() == [3]
        rig.reopen()


@pytest.mark.parametrize("damage", ["cursor = cursor + 2", "name = 'one/dev-x'", "name = 'x'"])
@pytest.mark.parametrize("row", ["one", "one/dev-b"])
def test_D5_a_damaged_row_repeats_and_never_passes_over(
    rig: Devices, damage: str, row: str
) -> None:
    rig.put_of("ababaaab")
    rig.outbox.acknowledge("two", 8)
    rig.outbox.acknowledge("one", 3)
    rig.outbox.acknowledge("one", 4, "dev-b")
    rig.outbox.close()
    with closing(sqlite3.connect(rig.path)) as connection:
        changed = connection.execute(f"UPDATE outputs SET {damage} WHERE name = ?", (row,))
        assert changed.rowcount == 1
        connection.commit()
    rig.outbox = rig.open()
    expected = [1, 2, 3, 5, 6, 7, 8] if row == "one" else [4, 5, 6, 7, 8]
    waiting = rig.waiting()
    assert {5, 6, 7, 8} <= set(waiting)
    assert set(waiting) <= {*expected, 4}
    rig.outbox.acknowledge("one", 8)
    rig.reopen()
    assert rig.waiting() == []
