"""Acknowledgements beside the log: what a kill keeps, what damage and a power cut may do to it."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outbox_rig import Rig

from byteport_agent.outbox.ack_file import AckFile


def killed(rig: Rig) -> None:
    """Begin anew as after a kill: nothing is closed, and the kernel takes the lock back."""
    rig.outbox._keeping._lock.release()
    rig.outbox = rig.open()


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "outbox.db")


def acks_of(rig: Rig) -> Path:
    return rig.path.with_name("outbox.db.acks")


def test_P2_each_acknowledgement_survives_a_kill(rig: Rig) -> None:
    rig.put(20)
    for expected in range(10):
        entry = rig.outbox.batch("one", 1)[0]
        assert entry.fields[0][1] == str(expected)
        rig.outbox.acknowledge("one", entry.id)
        killed(rig)
    assert rig.values("one") == list(range(10, 20))
    assert rig.values("two") == list(range(20))


def test_a_sync_puts_them_into_the_log(rig: Rig) -> None:
    rig.put(20)
    rig.deliver("one", 5)
    rig.outbox.acknowledge("two", rig.outbox.batch("two", 3)[-1].id)
    assert acks_of(rig).stat().st_size > 0
    assert rig.outbox.sync()
    assert acks_of(rig).stat().st_size == 0
    acks_of(rig).unlink()
    killed(rig)
    assert (rig.values("one")[0], rig.values("two")[0]) == (5, 3)


def test_they_go_into_the_log_when_there_are_many(rig: Rig) -> None:
    rig.put(2000)
    for entry in rig.outbox.batch("one", 2000):
        rig.outbox.acknowledge("one", entry.id)
    assert 0 < acks_of(rig).stat().st_size < 33_000
    killed(rig)
    assert rig.values("one") == []
    assert rig.values("two") == list(range(2000))


def test_the_first_line_tells_of_every_output(rig: Rig) -> None:
    """The cursors in the log may be damaged: an output without one would begin where others are."""
    rig.put(20)
    rig.deliver("one", 15)
    damaged = bytearray(rig.path.read_bytes())
    damaged[:100] = bytes(100)
    rig.path.write_bytes(damaged)
    killed(rig)
    assert rig.values("one") == list(range(15, 20))
    assert rig.values("two") == list(range(20))


def test_old_lines_that_come_back_take_nothing_back(rig: Rig) -> None:
    rig.put(10)
    rig.deliver("one", 3)
    old = acks_of(rig).read_bytes()
    rig.deliver("one", 6)
    rig.deliver("two", 6)
    rig.reopen()
    rig.put(2)
    rig.outbox.close()
    acks_of(rig).write_bytes(old)
    rig.outbox = rig.open()
    assert rig.values("one") == [9, 10, 11]


def test_lines_of_readings_that_a_power_cut_took_pass_nothing_over(rig: Rig) -> None:
    rig.put(5)
    rig.outbox.sync()
    paths = [rig.path, rig.path.with_name("outbox.db-wal")]
    contents = [path.read_bytes() for path in paths]
    rig.put(5)
    rig.deliver("one", 8)
    acks = acks_of(rig).read_bytes()
    rig.outbox.close()
    for path, content in zip(paths, contents, strict=True):
        path.write_bytes(content)
    acks_of(rig).write_bytes(acks)
    rig.outbox = rig.open()
    rig.made = 20
    rig.put(3)
    assert rig.values("one") == [20, 21, 22]
    assert rig.values("two") == [*range(5), 20, 21, 22]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_D5_damaged_lines_are_passed_over(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("acks") / "outbox.db"
    acks = AckFile(str(path))
    names = data.draw(st.lists(st.text(max_size=8), min_size=1, max_size=4, unique=True))
    noted = dict.fromkeys(names, 0)
    for number in range(1, 20):
        name = data.draw(st.sampled_from(names))
        noted[name] = number
        assert acks.note({name: number})
    assert {name: number for name, number in noted.items() if number} == acks.read()
    file = path.with_name("outbox.db.acks")
    content = bytearray(file.read_bytes())
    start = data.draw(st.integers(0, len(content) - 1))
    rubbish = data.draw(st.binary(max_size=30))
    content[start : start + len(rubbish)] = rubbish
    file.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    for name, number in acks.read().items():
        assert 0 < number <= noted[name]
    assert acks.note({"after": 1000})
    assert acks.read()["after"] == 1000
    acks.close()


def test_a_disk_that_takes_no_line_costs_a_commit(rig: Rig) -> None:
    acks_of(rig).mkdir()
    rig.put(10)
    rig.deliver("one", 4)
    assert rig.outbox.trouble == ""
    acks_of(rig).rmdir()
    killed(rig)
    assert rig.values("one") == list(range(4, 10))


def test_while_the_log_takes_nothing_the_lines_are_bounded(tmp_path: Path) -> None:
    acks = AckFile(str(tmp_path / "outbox.db"))
    for number in range(100_000):
        if not acks.note({"one" * 10: number}):
            break
    assert 1 << 20 < os.path.getsize(tmp_path / "outbox.db.acks") < (1 << 20) + 100
    assert acks.read() == {"one" * 10: number - 1}
    acks.close()


def test_X4_the_file_is_closed_to_others(rig: Rig) -> None:
    rig.put(1)
    rig.deliver("one")
    assert acks_of(rig).stat().st_mode & 0o777 == 0o600
