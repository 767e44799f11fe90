"""The outbox as a log with cursors: order, outputs, clocks, bounds, dead letters, permissions."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from agent_rig import KEY
from hypothesis import given, settings
from hypothesis import strategies as st
from outbox_rig import BOOT, NOW_MS, Rig, SetClock, reading

from byteport_agent.outbox import InUse, Limits, NewerSchema, OutboxError
from byteport_agent.outbox.measure import damaged_start_s, measure


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path / "outbox.db")


def test_a_dead_output_delays_no_other(rig: Rig) -> None:
    rig.put(10)
    assert rig.deliver("one", 4) == [0, 1, 2, 3]
    assert rig.deliver("one") == [4, 5, 6, 7, 8, 9]
    assert rig.deliver("one") == []
    assert (rig.outbox.backlog("one"), rig.outbox.backlog("two")) == (0, 10)
    rig.reopen()
    assert rig.deliver("one") == []
    assert rig.values("two") == list(range(10))


def test_a_batch_is_the_same_until_it_is_acknowledged(rig: Rig) -> None:
    rig.put(5)
    first = rig.outbox.batch("one", 3)
    assert rig.outbox.batch("one", 3) == first
    rig.reopen()
    assert rig.outbox.batch("one", 3) == first
    rig.outbox.acknowledge("one", first[1].id)
    rig.outbox.acknowledge("one", first[0].id)  # late, and no step back
    assert rig.values() == [2, 3, 4]


def test_a_group_is_one_commit(rig: Rig) -> None:
    rig.outbox.append([reading(n, n) for n in range(50)])
    assert rig.values() == list(range(50))
    rig.outbox.append([])
    assert rig.outbox.backlog("one") == 50


def test_rows_are_deleted_when_every_output_has_them(rig: Rig) -> None:
    rig.put(200)
    rig.deliver("one")
    rig.heal()
    assert len(rig.outbox.entries()) == 200
    rig.deliver("two", 150)
    rig.heal()
    assert len(rig.outbox.entries()) == 50
    rig.deliver("two")
    rig.reopen()
    assert rig.outbox.entries() == []
    rig.put(1)  # numbers go on although the log was empty: it would be passed over else
    assert rig.values() == rig.values("two") == [200]


def test_another_name_gets_what_the_slowest_waits_for(rig: Rig) -> None:
    rig.put(10)
    rig.deliver("one", 7)
    rig.deliver("two", 3)
    rig.outbox.use_outputs(["one", "three"])
    assert rig.values("three") == [3, 4, 5, 6, 7, 8, 9]
    rig.deliver("three")
    rig.deliver("one")
    rig.outbox.use_outputs(["two"])
    assert rig.values("two") == [3, 4, 5, 6, 7, 8, 9]


def test_rejected_entries_are_dead_letters_and_the_rest_goes_on(rig: Rig) -> None:
    rig.put(3)
    first = rig.outbox.batch("one")[0]
    rig.outbox.reject("one", first, "HTTP 406: temp is no number")
    rig.reopen()
    assert rig.outbox.dead_letters() == [("one", "HTTP 406: temp is no number", first)]
    assert rig.values() == [1, 2]
    assert rig.values("two") == [0, 1, 2]


def test_dead_letters_are_bounded(rig: Rig) -> None:
    rig.put(1)
    entry = rig.outbox.batch("one")[0]
    for number in range(1010):
        rig.outbox.reject("one", entry, str(number))
    reasons = [reason for _, reason, _ in rig.outbox.dead_letters()]
    assert reasons == [str(number) for number in range(10, 1010)]


def test_C1_readings_wait_for_their_time(tmp_path: Path) -> None:
    clock = SetClock(unix_ms=10_000)
    rig = Rig(tmp_path / "outbox.db", clock=clock)
    rig.put(3)
    clock.ticks += 500
    rig.reopen()  # the process may start again, as long as the machine does not
    rig.put(1)
    assert rig.values() == []
    clock.offset = NOW_MS - clock.ticks
    rig.put(1)
    times = [entry.ts_ms for entry in rig.outbox.batch("one")]
    assert times == [NOW_MS - 504, NOW_MS - 503, NOW_MS - 502, NOW_MS - 1, NOW_MS]
    assert rig.values("two") == [0, 1, 2, 3, 4]


def test_C1_an_earlier_boot_is_flagged_and_never_guessed(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    rig = Rig(path, clock=SetClock(unix_ms=10_000))
    rig.put(2)
    rig.outbox.close()
    later = Rig(path, boot="another boot", clock=SetClock(ticks_ms=77))
    later.made = 2
    later.put(1)
    entries = later.outbox.batch("one")
    assert [(e.ts_ms, e.boot, e.ticks_ms) for e in entries] == [
        (None, BOOT, 10_000),
        (None, BOOT, 10_001),
        (NOW_MS, None, None),
    ]
    later.deliver("one")
    later.deliver("two")
    later.reopen()
    assert later.outbox.entries() == []


def test_C1_a_full_disk_and_no_clock(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()
    rig = Rig(tmp_path / "outbox.db", clock=SetClock(unix_ms=10_000))
    rig.put(3)
    assert rig.values() == []
    rig.clock.offset = NOW_MS - rig.clock.ticks
    assert rig.values() == [0, 1, 2]
    (tmp_path / "outbox.db").rmdir()
    rig.heal()
    assert rig.outbox.trouble == ""
    rig.put(1)
    assert rig.values() == [0, 1, 2, 3]


def test_C2_a_step_forward_drops_nothing(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_age_ms=86_400_000))
    rig.put(100)
    rig.clock.offset += 10 * 366 * 86_400_000
    rig.put(1)
    rig.heal()
    assert rig.values() == list(range(101))
    assert rig.outbox.lost("one") == 0


def test_C3_order_is_that_of_the_readings_and_no_time_comes_twice(rig: Rig) -> None:
    rig.put(100)
    rig.clock.offset -= 50
    rig.put(100)
    rig.clock.offset -= 3_600_000
    rig.put(1)
    rig.reopen()
    rig.clock.offset += 3_600_000 - 60
    rig.put(100)
    entries = rig.outbox.batch("one", 1000)
    assert rig.values() == list(range(301))
    assert len({entry.ts_ms for entry in entries}) == 301


@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from("ab"), st.sampled_from("xy"))))
@settings(max_examples=25, deadline=None)
def test_C3_equal_times_of_one_field_move_by_a_millisecond(
    tmp_path_factory: pytest.TempPathFactory, made: list[tuple[int, str, str]]
) -> None:
    rig = Rig(tmp_path_factory.mktemp("equal") / "outbox.db")
    for ts_ms, device, field in made:
        whole = reading(0)._replace(device=device, fields=((field, "1"),), ts_ms=NOW_MS + ts_ms)
        rig.outbox.append([whole])
    found = [(e.device, e.fields[0][0], e.ts_ms) for e in rig.outbox.batch("one", 1000)]
    rig.outbox.close()
    assert len(set(found)) == len(made)
    assert [one[:2] for one in found] == [one[1:] for one in made]
    if len(set(made)) == len(made) < 3:
        assert [one[2] for one in found] == [NOW_MS + one[0] for one in made]


def test_D2_the_oldest_are_lost_in_blocks_and_counted(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_bytes=64 * 1024, max_wal_bytes=16384))
    rig.put(100)
    rig.deliver("one")
    for _ in range(20):
        rig.put(100)
        rig.clock.ticks += 5000
        rig.outbox.upkeep()
    kept = rig.values("two")
    assert kept == list(range(kept[0], 2100))
    assert rig.outbox.lost("two") == kept[0] > 1000
    assert rig.outbox.lost("one") == kept[0] - 100
    assert rig.values("one") == kept
    assert rig.path.stat().st_size <= 80 * 1024
    rig.reopen()
    assert rig.outbox.lost("two") == kept[0]


def test_D2_too_old_is_lost_and_counted(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_age_ms=60_000))
    rig.put(30)
    rig.clock.ticks += 50_000
    rig.put(10)
    rig.deliver("one", 20)
    rig.clock.ticks += 10_000
    rig.outbox.upkeep()
    assert rig.values("two") == list(range(30, 40))
    assert (rig.outbox.lost("one"), rig.outbox.lost("two")) == (10, 30)


def test_P4_a_second_agent_is_refused_and_told_the_pid(rig: Rig) -> None:
    rig.put(1)
    with pytest.raises(InUse) as refused:
        rig.open()
    assert refused.value.pid == os.getpid()
    assert str(os.getpid()) in str(refused.value)
    program = f"""
import sys
from byteport_agent.outbox import InUse, Outbox
from outbox_rig import SetClock
try:
    Outbox({str(rig.path)!r}, ["one"], SetClock(), print)
except InUse as error:
    sys.exit(75 if error.pid == {os.getpid()} else 1)
"""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    assert subprocess.run([sys.executable, "-c", program], env=env, check=False).returncode == 75
    assert rig.values() == [0]
    rig.reopen()
    assert rig.values() == [0]


def test_P6_a_newer_schema_is_refused_and_left_as_it_is(rig: Rig) -> None:
    rig.put(3)
    rig.outbox.close()
    with closing(sqlite3.connect(rig.path)) as connection:
        connection.execute("PRAGMA user_version = 2")
    before = rig.path.read_bytes()
    for _ in range(2):  # the lock is free again too
        with pytest.raises(NewerSchema, match="version 2"):
            rig.open()
    assert rig.path.read_bytes() == before
    assert not list(rig.path.parent.glob("*corrupt*"))
    assert issubclass(NewerSchema, OutboxError)


def test_X2_no_key_is_in_the_file(rig: Rig) -> None:
    rig.put(10)
    rig.outbox.reject("one", rig.outbox.batch("one")[0], "HTTP 406")
    rig.outbox.sync()
    for path in rig.path.parent.iterdir():
        assert KEY.encode() not in path.read_bytes()
    columns = set(reading(0)._fields)
    assert columns == {"device", "sensor", "fields", "ticks_ms", "ts_ms"}  # no place for one


def test_X4_files_are_closed_to_others(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "state" / "outbox.db")
    rig.put(3)
    assert rig.path.parent.stat().st_mode & 0o777 == 0o700
    modes = {path.name: path.stat().st_mode & 0o777 for path in rig.path.parent.iterdir()}
    assert set(modes) == {"outbox.db", "outbox.db-wal", "outbox.db-shm", "outbox.db.lock"}
    assert set(modes.values()) == {0o600}
    rig.outbox.close()
    rig.path.chmod(0o644)
    rig.outbox = rig.open()
    assert rig.path.stat().st_mode & 0o777 == 0o600


def test_syncs_are_an_interval_apart_at_any_rate(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_wal_bytes=64 << 20))
    for _ in range(600):
        rig.put(10)
        rig.clock.ticks += 90
        rig.outbox.upkeep()
    assert 9 <= rig.ops.syncs <= 60_000 // 6000
    rig.put(1)
    syncs = rig.ops.syncs
    for _ in range(100):
        rig.clock.ticks += rig.outbox.upkeep()
    assert rig.ops.syncs == syncs + 1  # and none where nothing was read


def test_upkeep_is_wanted_when_the_interval_ends(rig: Rig) -> None:
    assert rig.outbox.upkeep() == 1000
    rig.put(1)
    rig.clock.ticks += 5899
    assert rig.outbox.upkeep() == 100
    rig.clock.ticks += 100
    rig.outbox.upkeep()
    assert rig.ops.syncs == 1
    assert rig.outbox.sync()
    assert rig.ops.syncs == 1


def test_an_interval_of_nothing_syncs_each_reading(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", limits=Limits(sync_interval_ms=0))
    rig.put(10)
    assert rig.ops.syncs == 10
    assert rig.outbox.upkeep() == 1000
    short = Rig(tmp_path / "short.db", limits=Limits(sync_interval_ms=50))
    assert short.outbox.upkeep() == 50


def test_the_wal_holds_a_minute_or_its_limit(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_wal_bytes=100_000, max_bytes=400_000))
    wal, largest = rig.path.with_name("outbox.db-wal"), 0
    for _ in range(30):  # three minutes
        rig.put(40)
        rig.clock.ticks += 5960
        rig.outbox.upkeep()
        largest = max(largest, wal.stat().st_size)
    assert 200_000 < largest < 350_000
    rig.put(1000)  # more than the file may hold, in less than a minute
    rig.clock.ticks += 6000
    rig.outbox.upkeep()
    assert wal.stat().st_size == 0
    assert rig.values() == list(range(2200))


class Model:
    """What an outbox should do: readings are a list of numbers, with two places in it."""

    def __init__(self) -> None:
        self.made = 0
        self.cursors = {"one": 0, "two": 0}


steps = st.one_of(
    st.tuples(st.just("put"), st.integers(1, 30)),
    st.tuples(st.sampled_from(["one", "two"]), st.integers(1, 40)),
    st.tuples(st.sampled_from(["reopen", "upkeep", "sync", "fail", "jump"]), st.integers(-9, 9)),
)


@given(st.lists(steps, max_size=30))
@settings(max_examples=40, deadline=None)
def test_it_behaves_as_a_list_with_two_cursors(
    tmp_path_factory: pytest.TempPathFactory, todo: list[tuple[str, int]]
) -> None:
    rig, model = Rig(tmp_path_factory.mktemp("model") / "outbox.db"), Model()
    for step, number in todo:
        if step == "put":
            rig.put(number)
            model.made += number
        elif step in model.cursors:
            start = model.cursors[step]
            expected = list(range(start, min(start + number, model.made)))
            if not rig.outbox.trouble or rig.values(step, number):
                assert rig.deliver(step, number) == expected
                model.cursors[step] += len(expected)
        elif step == "jump":
            rig.clock.offset += number * 1000
        elif step == "fail":
            rig.ops.error = OSError(5, "EIO") if number > 0 else None
        else:
            {"reopen": rig.reopen, "upkeep": rig.heal, "sync": rig.outbox.sync}[step]()
    rig.ops.error = None
    rig.heal()
    for name, start in model.cursors.items():
        assert rig.values(name) == list(range(start, model.made))
        assert rig.outbox.lost(name) == 0
    times = [entry.ts_ms for entry in rig.outbox.entries(0, 100_000)]
    assert len(set(times)) == len(times)
    rig.outbox.close()


def test_measure_returns_what_a_reading_costs(tmp_path: Path) -> None:
    cost = measure(str(tmp_path / "outbox.db"), 500)
    assert cost.rows_per_second > 0
    assert 20 < cost.file_bytes_per_reading < 400
    assert cost.drained_per_second > 0
    assert cost.append_us > cost.acknowledge_us > 0
    assert damaged_start_s(str(tmp_path / "damaged.db"), 500) > 0
    assert (tmp_path / "damaged.db.corrupt-1").exists()
