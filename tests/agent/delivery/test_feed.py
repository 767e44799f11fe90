"""How the log is shared out to devices: in bounds of memory, whoever is held, and nothing twice."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from delivery_rig import DELIVERED, HOUR_MS, Rig, numbered

from byteport_agent.delivery.device_queue import Settled
from byteport_agent.delivery.outcome import Call, Kind, Outcome


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Rig]:
    rig = Rig(tmp_path / "outbox.db")
    yield rig
    rig.outbox.close()


def fill(rig: Rig, devices: list[str]) -> None:
    """Append all at once."""
    rig.outbox.append([numbered(number, device) for number, device in enumerate(devices)])
    rig.made = len(devices)
    rig.dispatch.news()


def in_memory(rig: Rig) -> int:
    return sum(len(queue.entries) for queue in rig.dispatch.feed.queues.values())


def hold(*held: str) -> Callable[[Call], Outcome]:
    return lambda call: Outcome(Kind.NO_DEVICE, "404") if call.device in held else DELIVERED


def test_a_device_that_is_held_needs_no_memory_and_stops_nobody(rig: Rig) -> None:
    rig.answer = hold("big")
    fill(rig, ["big"] * 1500 + ["a", "b"] * 3 + ["big"] * 500 + ["c"])
    rig.run()
    assert len(rig.sent) == 1 + 7
    assert in_memory(rig) == 1
    rig.answer = hold()
    rig.run(HOUR_MS)
    assert rig.numbers("big") == [0, *range(1500), *range(1506, 2006)]
    assert rig.outbox.backlog("byteport") == 0


def test_many_devices_that_are_held(rig: Rig) -> None:
    devices = [f"d{number:03}" for number in range(60)]
    rig.answer = hold(*devices[:50])
    fill(rig, devices * 20)
    rig.run(5 * HOUR_MS // 60)
    assert in_memory(rig) == 50
    assert all(len(rig.numbers(device)) == 20 for device in devices[50:])
    rig.answer = hold()
    rig.run(HOUR_MS)
    for device in devices[:50]:
        assert rig.numbers(device)[-20:] == list(range(devices.index(device), 1200, 60))
    assert rig.outbox.delivered("byteport") == (1200, {})


def test_memory_is_bounded_while_a_backlog_drains(rig: Rig) -> None:
    fill(rig, ["a"] * 1500 + ["b", "c"] * 300)
    most = 0

    def answer(_: Call) -> Outcome:
        nonlocal most
        most = max(most, in_memory(rig))
        return DELIVERED

    rig.answer = answer
    rig.run(HOUR_MS)
    assert len(rig.sent) == 2100
    assert most < 1000


def test_a_device_with_few_readings_among_many(rig: Rig) -> None:
    rig.answer = hold("a", "b")
    fill(rig, (["a"] * 999 + ["b"]) * 6)
    rig.run()
    rig.answer = hold("a")
    rig.run(HOUR_MS)
    assert rig.numbers("b") == [999, *range(999, 6000, 1000)]


def test_a_kill_repeats_only_what_was_under_way(rig: Rig) -> None:
    rig.answer = hold("held")
    fill(rig, ["held"] + ["a", "b", "c"] * 100)
    seen: list[int] = []
    for _ in range(28):
        rig.run(calls=11)
        under_way = [rig.dispatch.next(), rig.dispatch.next()]
        seen += [call.entries[0].id - 1 for call in under_way if isinstance(call, Call)]
        rig.reopen()
    rig.run()
    others = [number for number in rig.numbers() if number]
    assert sorted(others) == list(range(1, 301))
    assert seen


def test_what_was_gone_past_and_not_read_yet_stays_open(rig: Rig) -> None:
    feed = rig.dispatch.feed
    fill(rig, ["a"] * 250 + ["b"] + ["a"] * 250)
    while not feed.ended:
        feed.read()
    big, small = feed.queues["a"], feed.queues["b"]
    assert big.behind
    big.entries.clear()
    feed.settle(big, Settled(big.looked_to, 200, []))  # all it had in memory
    small.entries.clear()
    feed.settle(small, Settled(251, 1, []))
    last, ahead = rig.outbox.delivered("byteport")
    assert last == big.looked_to < 251
    assert ahead == {"b": 251}
