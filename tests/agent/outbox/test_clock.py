"""C1, C2, C3, C7: clocks that are unknown, step, stand still, or pass 2038."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from outbox_rig import BOOT, NOW_MS, Rig, SetClock, reading

from byteport_agent.outbox import Limits
from byteport_agent.outbox.boot_time import EARLIEST_MS, after_release, kernel_boot_id

DAY_MS = 86_400_000
YEAR_MS = 365 * DAY_MS
END_OF_32_BITS_MS = (1 << 31) * 1000  # 2038-01-19, in seconds


def times(rig: Rig, output: str = "one") -> list[int | None]:
    return [entry.ts_ms for entry in rig.outbox.batch(output, 100_000)]


@pytest.mark.parametrize("unix_ms", [0, 10_000, 946_684_800_000, EARLIEST_MS - 1])
def test_C1_a_time_before_this_release_is_none(unix_ms: int) -> None:
    assert not after_release(unix_ms)
    assert after_release(EARLIEST_MS)


def test_C1_boot_id_and_ticks_are_kept_in_the_file(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", clock=SetClock(unix_ms=10_000), boot=kernel_boot_id())
    rig.put(2)
    rig.outbox.sync()
    with closing(sqlite3.connect(rig.path)) as connection:
        rows = connection.execute("SELECT ts_ms, boot, ticks_ms FROM log").fetchall()
    assert len(kernel_boot_id()) == 36
    assert rows == [(None, kernel_boot_id(), 10_000), (None, kernel_boot_id(), 10_001)]


def test_C1_a_clock_that_is_stale_until_it_is_synced(tmp_path: Path) -> None:
    synced: list[bool] = []
    rig = Rig(tmp_path / "outbox.db", is_sane=lambda _: bool(synced))
    rig.clock.offset -= 30 * DAY_MS  # as it was when the machine was switched off
    rig.put(3)
    assert times(rig) == []
    rig.clock.offset += 30 * DAY_MS
    synced.append(True)
    assert times(rig) == [NOW_MS, NOW_MS + 1, NOW_MS + 2]


def test_C1_a_clock_that_is_lost_again(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db")
    right = rig.clock.offset
    rig.put(1)
    rig.clock.offset = 0
    rig.put(2)
    assert times(rig) == [NOW_MS]
    rig.clock.offset = right
    rig.put(1)
    assert times(rig) == [NOW_MS + n for n in range(4)]


def test_C1_hours_without_a_clock_are_stamped_bit_by_bit(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", clock=SetClock(unix_ms=10_000))
    rig.outbox.append([reading(number, number) for number in range(2200)])
    rig.made = 2200
    rig.clock.offset = NOW_MS
    rig.put(1)
    assert len(times(rig)) == 1000  # as many as were stamped in these two calls
    rig.clock.ticks += 6000
    while len(times(rig)) < 2201:
        rig.outbox.upkeep()
    assert times(rig)[:2200] == [NOW_MS + number for number in range(2200)]
    rig.reopen()
    assert rig.values("two") == list(range(2201))


def test_C1_what_has_no_time_grows_old_with_what_follows(tmp_path: Path) -> None:
    limits = Limits(max_age_ms=YEAR_MS)
    lost = Rig(tmp_path / "outbox.db", clock=SetClock(unix_ms=10_000), limits=limits)
    lost.put(2)
    lost.outbox.close()
    rig = Rig(lost.path, boot="another boot", limits=limits)
    rig.made = 2
    rig.put(1)
    rig.heal()
    assert times(rig) == [None, None, NOW_MS]
    assert [entry.boot for entry in rig.outbox.batch("one")] == [BOOT, BOOT, None]
    rig.clock.ticks += YEAR_MS
    rig.put(1)
    rig.heal()
    assert rig.values() == [3]
    assert rig.outbox.lost("one") == 3


@pytest.mark.parametrize("step_ms", [3_600_000, -3_600_000, 10 * YEAR_MS, -1 * YEAR_MS // 2])
def test_C2_C3_a_step_discards_nothing(tmp_path: Path, step_ms: int) -> None:
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_age_ms=30 * DAY_MS))
    for _ in range(4):
        rig.put(100)
        rig.clock.offset += step_ms
        rig.clock.ticks += 2 * 3_600_000
        rig.outbox.upkeep()
        rig.put(100)
        rig.clock.offset -= step_ms
        rig.heal()
    rig.reopen()
    assert rig.values() == list(range(800))
    assert len(set(times(rig))) == 800
    assert rig.outbox.lost("one") == 0


def test_C2_C3_a_clock_years_ahead_that_is_put_right(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_age_ms=YEAR_MS))
    rig.put(10)
    rig.outbox.close()
    rig.clock.offset += 13 * YEAR_MS  # a battery that ran out, until the first sync
    rig.outbox = rig.open()
    rig.put(10)
    rig.heal()
    rig.clock.offset -= 13 * YEAR_MS
    rig.put(10)
    for _ in range(100):
        rig.heal()
    assert rig.values() == list(range(30))
    assert rig.outbox.lost("one") == 0


def test_C3_whole_seconds_that_come_twice_move_by_a_millisecond(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db")
    made = []
    for _ in range(2):
        for second in range(60):
            made.append(NOW_MS + 1000 * second)
            rig.outbox.append([reading(len(made) - 1)._replace(ts_ms=made[-1])])
    assert rig.values() == list(range(120))
    assert times(rig) == made[:60] + [ts_ms + 1 for ts_ms in made[60:]]


@pytest.mark.parametrize("pause_ms", [3 * 3_600_000, 90 * DAY_MS, 12 * YEAR_MS])
def test_C7_a_pause(tmp_path: Path, pause_ms: int) -> None:
    rig = Rig(tmp_path / "outbox.db")
    rig.put(5)
    rig.clock.ticks += pause_ms
    assert 0 <= rig.outbox.upkeep() <= 1000
    assert rig.ops.syncs == 1
    rig.put(5)
    rig.clock.ticks += 6000
    rig.outbox.upkeep()
    assert rig.ops.syncs == 2
    assert rig.values() == list(range(10))
    made = times(rig)
    assert made == [*(NOW_MS + n for n in range(5)), *(NOW_MS + pause_ms + n for n in range(5, 10))]


@pytest.mark.parametrize("end_ms", [END_OF_32_BITS_MS, 2 * END_OF_32_BITS_MS, 1 << 42])
def test_C7_times_beyond_32_bits(tmp_path: Path, end_ms: int) -> None:
    rig = Rig(tmp_path / "outbox.db", clock=SetClock(end_ms - 2, ticks_ms=(1 << 31) - 2))
    rig.put(5)
    expected = [end_ms - 2 + n for n in range(5)]
    assert times(rig) == expected
    rig.reopen()
    assert times(rig) == expected
    rig.outbox.close()
    damaged = bytearray(rig.path.read_bytes())
    damaged[:16] = bytes(16)
    rig.path.write_bytes(damaged)
    rig.outbox = rig.open()  # saved row by row
    assert times(rig) == expected


def test_C7_ticks_beyond_32_bits_without_a_clock(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db", clock=SetClock(10_000, ticks_ms=(1 << 32) - 2))
    rig.put(4)
    rig.reopen()
    rig.clock.offset = NOW_MS
    assert times(rig) == [NOW_MS + (1 << 32) - 2 + n for n in range(4)]
