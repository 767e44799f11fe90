"""Which entries share a call: those in front, so many and so large, of those that may."""

import pytest
from delivery_rig import HOUR_MS

from byteport_agent.delivery.packing import Packing
from byteport_agent.outbox import Entry


def entries(count: int, size: int = 10, ts_ms: int | None = 1) -> list[Entry]:
    fields = (("f1", "x" * size),)
    return [Entry(number, ts_ms, None, None, "dev", "porch", fields) for number in range(count)]


def test_no_more_than_wanted_and_no_fewer_than_a_backlog() -> None:
    packing = Packing(100)
    assert len(packing.together(entries(300), 200, 0)) == 100
    assert len(packing.together(entries(300), 40, 0)) == 40
    assert len(packing.together(entries(5), 200, 0)) == 5
    assert packing.together(entries(4), 200, 0) == ()
    assert Packing().together(entries(300), 200, 0) == ()


def test_a_call_is_no_larger_than_a_server_takes() -> None:
    found = Packing(100).together(entries(100, 1000), 100, 0)
    assert 15 < len(found) < 20
    assert Packing(100).together(entries(100, 10_000), 100, 0) == ()


def test_it_ends_before_one_that_has_to_go_alone() -> None:
    row = [*entries(8), *entries(1, ts_ms=None), *entries(8)]
    assert Packing(100).together(row, 100, 0) == tuple(row[:8])
    assert Packing(100).together(row[8:], 100, 0) == ()
    assert Packing(100, lambda entry: entry.id < 6).together(row, 100, 0) == tuple(row[:6])


@pytest.mark.parametrize(("now", "count"), [(0, 0), (HOUR_MS - 1, 0), (HOUR_MS, 8)])
def test_off_is_for_an_hour(now: int, count: int) -> None:
    packing = Packing(100)
    packing.off(0)
    assert len(packing.together(entries(8), 100, now)) == count
