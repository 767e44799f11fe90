"""D1, D3: an outbox on a disk that has no room, by its own doing or another program's."""

from pathlib import Path

import pytest
from outbox_rig import Rig
from small_disk import SmallDisk, run_on_small_disk

from byteport_agent.outbox import Limits


def rig_on(disk: SmallDisk, **limits: int) -> Rig:
    return Rig(disk.folder / "outbox.db", ops=disk.ops, limits=Limits(**limits))


def put_for_hours(rig: Rig, count: int) -> None:
    """Append readings, with upkeep every six seconds."""
    for _ in range(count // 100):
        rig.put(100)
        rig.clock.ticks += 5900
        rig.outbox.upkeep()


def its_own_file(disk: SmallDisk) -> None:
    """Once it is delivered the outbox goes on in what it has, without more space."""
    rig = rig_on(disk)
    for lap in (1, 2):
        put_for_hours(rig, 5000)
        assert "the disk is full" in rig.outbox.trouble
        assert rig.outbox.in_memory > 500
        expected = list(range(5000 * (lap - 1), 5000 * lap))
        assert rig.values("one") == rig.values("two") == expected
        rig.deliver("one")
        rig.deliver("two")
        rig.heal()
        assert (rig.outbox.trouble, rig.outbox.in_memory) == ("", 0)
    assert rig.outbox.lost("one") == rig.outbox.lost("two") == 0
    assert len(rig.told) == 4  # full, in the file again
    rig.put(10)
    assert rig.outbox.in_memory == 0
    rig.reopen()
    assert rig.values("two") == list(range(10_000, 10_010))


def its_own_file_until_space_comes(disk: SmallDisk) -> None:
    rig = rig_on(disk)
    put_for_hours(rig, 5000)
    assert "the disk is full" in rig.outbox.trouble
    rig.deliver("one", 1000)
    disk.resize(64 << 10)
    rig.heal()
    assert (rig.outbox.trouble, rig.outbox.in_memory) == ("", 0)
    assert rig.values("one") == list(range(1000, 5000))
    rig.reopen()
    assert rig.values("one") == list(range(1000, 5000))
    assert rig.values("two") == list(range(5000))
    assert len(rig.told) == 2


def its_own_file_and_memory_too(disk: SmallDisk) -> None:
    """Where both are full the oldest go, which are those in the file, and are counted."""
    rig = rig_on(disk, max_ring_bytes=240_000)
    for _ in range(40):
        rig.put(100)
        rig.heal()
    kept = rig.values("two")
    assert kept == list(range(kept[0], 4000))
    assert len(kept) > 500
    assert rig.outbox.lost("one") == rig.outbox.lost("two") == kept[0] > 1000
    rig.deliver("one")
    rig.deliver("two")
    rig.heal()
    assert rig.outbox.trouble == ""


def another_program(disk: SmallDisk) -> None:
    rig = rig_on(disk)
    rig.put(50)
    disk.fill()
    rig.put(1000)
    entry = rig.outbox.batch("one")[0]
    rig.outbox.reject("one", entry, "no")
    rig.heal()
    assert "the disk is full" in rig.outbox.trouble
    assert rig.values("two") == list(range(1050))
    assert rig.deliver("one", 500) == list(range(1, 501))
    assert [letter[2] for letter in rig.outbox.dead_letters()] == [entry]
    (disk.folder / "of another program").unlink()
    rig.heal()
    assert (rig.outbox.trouble, rig.outbox.in_memory) == ("", 0)
    rig.reopen()
    assert rig.values("one") == list(range(501, 1050))
    assert rig.values("two") == list(range(1050))
    assert [letter[2] for letter in rig.outbox.dead_letters()] == [entry]
    assert len(rig.told) == 2


def full_before_it_starts(disk: SmallDisk) -> None:
    disk.fill()
    rig = rig_on(disk)
    rig.put(1000)
    assert rig.values("two") == list(range(1000))
    assert rig.deliver("one", 500) == list(range(500))
    rig.heal()
    (disk.folder / "of another program").unlink()
    rig.heal()
    rig.heal()
    assert (rig.outbox.trouble, rig.outbox.in_memory) == ("", 0)
    rig.reopen()
    assert rig.values("one") == list(range(500, 1000))
    assert rig.values("two") == list(range(1000))


def read_only(disk: SmallDisk) -> None:
    rig = rig_on(disk)
    rig.put(5)
    rig.outbox.close()
    if not disk.remount("ro"):
        return  # what strace makes of EROFS is in test_outbox_injected
    rig.outbox = rig.open()
    rig.put(5)
    assert "read-only" in rig.outbox.trouble
    rig.heal()
    assert len(rig.told) == 1
    disk.remount("rw")
    rig.heal()
    assert rig.outbox.trouble == ""
    assert rig.values() == list(range(10))
    rig.outbox.close()


def no_file_can_be_made(disk: SmallDisk) -> None:
    if not disk.remount("nr_inodes=2"):
        return  # handles run out in test_outbox_disk
    rig = rig_on(disk)
    rig.put(5)
    assert "the disk is full" in rig.outbox.trouble
    rig.heal()
    disk.remount("nr_inodes=100")
    rig.heal()
    assert (rig.outbox.trouble, rig.outbox.in_memory) == ("", 0)
    assert rig.values() == list(range(5))
    assert len(rig.told) == 2


@pytest.mark.parametrize("kib", [64, 256])
def test_D1_its_own_file_fills_the_disk(tmp_path: Path, kib: int) -> None:
    run_on_small_disk(__file__, "its_own_file", tmp_path, kib)


@pytest.mark.parametrize(
    ("case", "kib"),
    [
        ("its_own_file_until_space_comes", 64),
        ("another_program", 256),
        ("full_before_it_starts", 256),
        ("full_before_it_starts", 1024),
    ],
)
def test_D1_the_disk_is_full(tmp_path: Path, case: str, kib: int) -> None:
    run_on_small_disk(__file__, case, tmp_path, kib)


def test_D1_D2_disk_and_memory_are_full(tmp_path: Path) -> None:
    run_on_small_disk(__file__, "its_own_file_and_memory_too", tmp_path, 256)


def test_D7_a_disk_with_no_inode_left(tmp_path: Path) -> None:
    run_on_small_disk(__file__, "no_file_can_be_made", tmp_path, 1024)


def test_D3_a_read_only_file_system(tmp_path: Path) -> None:
    run_on_small_disk(__file__, "read_only", tmp_path, 4096)
