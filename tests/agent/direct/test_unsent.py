"""The queue against a scripted server: what is kept, sent again, given up, and when."""

from collections.abc import Iterator
from typing import Any

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, Answering, VirtualClock

from byteport import Client
from byteport_agent.direct.unsent import UnsentQueue
from byteport_agent.record import Record


def record(number: int) -> Record:
    return Record(DEVICE, 1_410_613_385_000 + number, (("temp", f"{number}.50"), ("note", "å&=")))


class Rig:
    """A queue, the clock it looks at, and what it told."""

    def __init__(self, client: Client, max_records: int = 10_000) -> None:
        self.clock = VirtualClock()
        self.told: list[str] = []
        self.queue = UnsentQueue(client, self.clock, self.told.append, max_records)

    def put(self, *numbers: int) -> None:
        for number in numbers:
            self.queue.put(record(number))

    def state(self) -> tuple[int, int, int]:
        return self.queue.sent, len(self.queue), self.queue.lost


@pytest.fixture
def client(scripted: Answering) -> Iterator[Client]:
    client = Client(NAMESPACE, KEY, DEVICE, scripted.url, timeout=10)
    yield client
    client.close()


def numbers(scripted: Answering) -> list[str]:
    return [each.body.split(b"temp=")[1].split(b".")[0].decode() for each in scripted.requests]


def test_records_go_out_in_order(client: Client, scripted: Answering) -> None:
    rig = Rig(client)
    scripted.answer(200)
    rig.put(1, 2, 3)
    rig.queue.send()
    assert numbers(scripted) == ["1", "2", "3"]
    assert scripted.requests[0].body.endswith(b"&_ts=1410613385.001&temp=1.50&note=%C3%A5%26%3D")
    assert rig.state() == (3, 0, 0)
    assert rig.told == []


def test_what_failed_is_sent_again_with_the_same_bytes(client: Client, scripted: Answering) -> None:
    rig = Rig(client)
    for status in (200, 500, 503, 200):
        scripted.answer(status)
    rig.put(1, 2, 3)
    rig.queue.send()
    assert rig.state() == (1, 2, 0)
    rig.put(4)
    rig.queue.send()  # asks for nothing: it is too early
    assert len(scripted.requests) == 2
    rig.clock.now_ms += 1000
    rig.queue.send()
    rig.clock.now_ms += 1999
    rig.queue.send()
    assert len(scripted.requests) == 3
    rig.clock.now_ms += 1
    rig.queue.send()
    assert numbers(scripted) == ["1", "2", "2", "2", "3", "4"]
    assert len({each.body for each in scripted.requests[1:4]}) == 1
    assert rig.state() == (4, 0, 0)
    assert len(rig.told) == 3
    assert "status 500" in rig.told[0]
    assert rig.told[2] == "readings are sent again"


def test_the_same_failure_is_told_once(client: Client, scripted: Answering) -> None:
    rig = Rig(client)
    scripted.answer(502)
    rig.put(1)
    waits: list[int] = []
    for _ in range(9):
        before = rig.clock.now_ms
        rig.queue.send()
        while len(scripted.requests) == len(waits):
            rig.clock.now_ms += 500
            rig.queue.send()
        waits.append((rig.clock.now_ms - before) // 1000)
    assert waits == [0, 1, 2, 4, 8, 16, 32, 60, 60]
    assert len(rig.told) == 1


@pytest.mark.parametrize(
    ("status", "headers", "wait_ms"),
    [
        (429, {"Retry_After": "120"}, 120_000),
        (503, {"Retry_After": "7"}, 7_000),
        (429, {}, 1_000),
        (403, {}, 60_000),
        (404, {}, 60_000),
        (301, {"Location": "https://elsewhere.example/"}, 60_000),
    ],
)
def test_how_long_a_failure_makes_it_wait(
    client: Client, scripted: Answering, status: int, headers: dict[str, Any], wait_ms: int
) -> None:
    rig = Rig(client)
    scripted.answer(status, **headers)
    scripted.answer(200)
    rig.put(1)
    rig.queue.send()
    rig.clock.now_ms = wait_ms - 1
    rig.queue.send()
    assert rig.state() == (0, 1, 0)
    rig.clock.now_ms = wait_ms
    rig.queue.send()
    assert rig.state() == (1, 0, 0)


@pytest.mark.parametrize("status", [400, 406, 413])
def test_a_rejected_record_is_given_up_and_told(
    client: Client, scripted: Answering, status: int
) -> None:
    rig = Rig(client)
    scripted.answer(status)
    scripted.answer(200)
    rig.put(1, 2)
    rig.queue.send()
    assert rig.state() == (1, 0, 1)
    assert "given up" in rig.told[0]
    assert f"status {status}" in rig.told[0]


def test_a_record_that_breaks_a_rule_is_given_up(client: Client, scripted: Answering) -> None:
    rig = Rig(client)
    scripted.answer(200)
    rig.queue.put(Record(DEVICE, 1, (("a.b", "1"),)))
    rig.put(2)
    rig.queue.send()
    assert rig.state() == (1, 0, 1)
    assert "'a.b'" in rig.told[0]


def test_a_full_queue_loses_the_oldest(client: Client, scripted: Answering) -> None:
    rig = Rig(client, max_records=3)
    scripted.answer(200)
    rig.put(1, 2, 3, 4, 5)
    rig.queue.send()
    assert numbers(scripted) == ["3", "4", "5"]
    assert rig.state() == (3, 0, 2)


def test_at_once_does_not_wait(client: Client, scripted: Answering) -> None:
    rig = Rig(client)
    scripted.answer(500)
    scripted.answer(200)
    rig.put(1)
    rig.queue.send()
    rig.queue.send(at_once=True)
    assert rig.state() == (1, 0, 0)


def test_the_key_is_not_told(client: Client, scripted: Answering) -> None:
    for status in (403, 404, 500, 301, 400):
        rig = Rig(client)
        scripted.answers.clear()
        scripted.answer(status)
        rig.put(1)
        rig.queue.send()
        assert rig.told
        assert KEY not in "".join(rig.told)
