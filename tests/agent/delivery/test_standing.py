"""An output whose connection stays: it is made at the start, and again after it was lost."""

from pathlib import Path
from typing import Any

import pytest
from delivery_rig import DELIVERED, Rig, Scripted
from outbox_rig import BOOT

from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.sending_output import new_dispatch
from byteport_agent.outbox import Outbox


class StandingRig(Rig):
    def open(self) -> None:
        self.outbox = Outbox(
            str(self.path), self._outputs, self.clock, print, self._limits, boot=BOOT
        )
        self.dispatch = new_dispatch(
            self.settings,
            self.outbox,
            self.clock,
            self.said.log,
            Packing(500),
            self._chance,
            stays=True,
        )


@pytest.fixture
def rig(tmp_path: Path) -> Any:
    rig = StandingRig(tmp_path / "o.db")
    yield rig
    rig.outbox.close()


CONNECT = Call("")


def test_it_connects_though_nothing_is_to_be_sent(rig: StandingRig) -> None:
    rig.run(60_000)
    assert rig.sent == [CONNECT]


def test_a_reading_connects_as_well(rig: StandingRig) -> None:
    rig.put()
    rig.run(60_000)
    assert [call.device for call in rig.sent] == ["barDev1"]


def test_after_a_loss_it_connects_again_after_a_wait(rig: StandingRig) -> None:
    rig.run(1000)
    rig.dispatch.lost("it went")
    assert rig.status().state == "waiting"
    assert rig.status().reason == "it went"
    rig.run(60_000)
    assert rig.sent == [CONNECT, CONNECT]
    assert rig.times[1] - rig.times[0] >= 1000
    assert rig.status().state == "ok"
    assert [line.split(": ")[1] for line in rig.said.lines] == [
        "readings wait, none is lost ('byteport-agent doctor' looks why)",
        "readings are sent again, after 1.8 s",
    ]


def test_while_it_cannot_connect_it_tries_more_and_more_seldom(rig: StandingRig) -> None:
    rig.answer = Scripted(*[Kind.UNKNOWN] * 8, Kind.DELIVERED)
    rig.run(3_600_000)
    assert rig.sent == [CONNECT] * 9
    waits = rig.waits()
    assert waits == sorted(waits)
    assert waits[-1] > 60_000


def test_losses_in_a_row_without_a_delivery_wait_longer_and_longer(rig: StandingRig) -> None:
    def answer(_: Call) -> Outcome:
        rig.lose = True
        return DELIVERED

    rig.lose = False
    rig.answer = answer
    for _ in range(8):
        rig.run(3_600_000, calls=1)
        rig.dispatch.lost("it went")
    assert rig.waits()[-1] > rig.waits()[0] + 30_000


def test_a_wrong_password_is_held_without_a_reading(rig: StandingRig) -> None:
    rig.answer = Scripted(Kind.REFUSED)
    rig.run(3_600_000)
    assert rig.status().state == "held"
    assert all(wait >= 300_000 for wait in rig.waits())


def test_a_loss_during_a_call_is_told_once(rig: StandingRig) -> None:
    def answer(_: Call) -> Outcome:
        if len(rig.sent) == 2:
            rig.dispatch.lost("it went")
            return Outcome(Kind.UNKNOWN, "it went")
        return DELIVERED

    rig.answer = answer
    rig.run(1000)
    rig.put()
    rig.run(60_000)
    assert [call.device for call in rig.sent] == ["", "barDev1", "barDev1"]
    assert rig.sent[1] is rig.sent[2]
    assert rig.state() == ("ok", 0, 0)
    assert len(rig.said.lines) == 2


def test_devices_that_share_a_backlog_still_send_many_at_a_time(rig: StandingRig) -> None:
    devices = [f"dev{number}" for number in range(10)]
    rig.put(devices * 250)
    rig.run(3_600_000)
    assert [len(call.entries) for call in rig.sent] == [250] * 10
    assert rig.state() == ("ok", 0, 0)
    for number, device in enumerate(devices):
        assert rig.numbers(device) == list(range(number, 2500, 10))


def test_a_device_with_few_among_one_with_many_does_not_make_it_read_all(rig: StandingRig) -> None:
    rig.put(["dev1"])
    rig.put(["dev2"] * 3000)
    rig.dispatch.feed.ended = False
    rig.run(3_600_000, calls=1)
    assert sum(len(queue.entries) for queue in rig.dispatch.feed.queues.values()) <= 1000
    rig.run(3_600_000)
    assert rig.state() == ("ok", 0, 0)
    assert rig.numbers("dev2") == list(range(1, 3001))


def test_a_call_of_many_that_is_refused_stays_one(rig: StandingRig) -> None:
    """Where single readings go the same way, they would be refused too."""
    rig.put(["barDev1"] * 20)
    rig.answer = Scripted(Kind.REFUSED, Kind.DELIVERED)
    rig.run(2 * 3_600_000)
    assert [len(call.entries) for call in rig.sent] == [20, 20]
    assert rig.state() == ("ok", 0, 0)
