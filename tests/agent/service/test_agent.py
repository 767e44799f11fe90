"""The assembled agent: from drivers through the outbox to outputs, exchanged while it runs."""

import errno
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from sampling_rig import FakeDriver
from service_rig import ServiceRig, output, sensor

from byteport_agent.outbox import InUse, Reading
from byteport_agent.service.agent import Agent
from waiting import wait_for


class LoadDriver(FakeDriver):
    CHANNELS = (("load_1min", "/", 2),)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[ServiceRig]:
    rig = ServiceRig(tmp_path)
    for name in ("one", "two", "three"):
        rig.drivers[name] = LoadDriver()
    yield rig
    if hasattr(rig, "agent"):
        rig.agent.stop()


def test_readings_arrive_at_every_output(rig: ServiceRig) -> None:
    rig.start(sensor("one") + sensor("two") + output("first") + output("second"))
    for name in ("first", "second"):
        wait_for(lambda name=name: len(rig.delivered("one", name)) > 3)
        wait_for(lambda name=name: len(rig.delivered("two", name)) > 3)
    assert set(rig.delivered("one", "first")) == {"21.50"}


def test_a_dead_output_delays_no_other_and_gets_all_when_it_lives(rig: ServiceRig) -> None:
    rig.start(sensor("one") + output("alive") + output("dead", port=1))
    wait_for(lambda: len(rig.delivered("one", "alive")) > 5)
    assert rig.agent.backlog() > 5
    rig.output("dead").dead = False
    wait_for(lambda: len(rig.delivered("one", "dead")) > 5)
    wait_for(lambda: rig.agent.outbox.backlog("dead") == 0)


def test_a_second_agent_on_the_outbox_is_refused(rig: ServiceRig) -> None:
    rig.start(sensor("one") + output())
    with pytest.raises(InUse):
        rig.unstarted(sensor("one") + output())


def test_what_was_read_is_kept_by_stop(rig: ServiceRig) -> None:
    rig.start(sensor("one") + output(port=1))
    wait_for(lambda: rig.drivers["one"].reads > 5)
    rig.agent.stop()
    reads = rig.drivers["one"].reads
    rig.agent = rig.unstarted(sensor("one") + output(port=1))
    assert rig.agent.outbox.backlog("byteport") == reads
    assert rig.output().stops == 1
    assert rig.drivers["one"].closed == 1


def test_P6_reload_leaves_undisturbed_what_did_not_change(rig: ServiceRig) -> None:
    rig.start(sensor("one") + sensor("two") + output("first") + output("second"))
    wait_for(lambda: {"one", "two"} <= set(rig.made))
    changed = sensor("two", interval="60ms") + sensor("three")
    rig.agent.use(rig.configured(sensor("one") + changed + output("second") + output("third")))
    wait_for(lambda: rig.delivered("three", "third"))
    assert rig.made.count("one") == 1
    assert rig.made.count("two") == 2
    assert [each.name for each in rig.outputs] == ["first", "second", "third"]
    assert [(each.starts, each.stops) for each in rig.outputs] == [(1, 1), (1, 0), (1, 0)]


def test_reload_with_another_device_makes_the_outputs_anew(rig: ServiceRig) -> None:
    rig.start(sensor("one") + output())
    text = sensor("one") + output()
    (rig.directory / "byteport.key").write_text("another-k3y\n")
    rig.agent.use(rig.configured(text))
    assert [(each.starts, each.stops) for each in rig.outputs] == [(1, 1), (1, 0)]


def test_a_sensor_that_is_taken_out_is_read_no_more(rig: ServiceRig) -> None:
    rig.start(sensor("one") + sensor("two") + output())
    wait_for(lambda: rig.delivered("two"))
    rig.agent.use(rig.configured(sensor("one") + output()))
    wait_for(lambda: rig.drivers["two"].closed)
    reads = rig.drivers["two"].reads
    before = len(rig.delivered("one"))
    wait_for(lambda: len(rig.delivered("one")) > before + 5)
    assert rig.drivers["two"].reads == reads


def test_a_change_of_state_is_one_line_and_a_lasting_one_a_message(
    rig: ServiceRig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byteport_agent.sampling.health._PATIENT_MS", 200)
    rig.drivers["one"].answers = [(1.0,), OSError(errno.EREMOTEIO, "Remote I/O error")]
    with caplog.at_level(logging.INFO):
        rig.start(sensor("one", deadline='"2s"', fields='{ load_1min = "one" }') + output())
        wait_for(lambda: rig.delivered("error"))
        rig.drivers["one"].answers = [(2.0,)]
        wait_for(lambda: rig.delivered("info"))
    (error,), (info,) = rig.delivered("error"), rig.delivered("info")
    assert error.startswith("one: suspended: system at here does not answer (errno 121)")
    assert info.startswith("one: ok again after ")
    lines = [record.getMessage() for record in caplog.records if "one: " in record.getMessage()]
    assert [line.split()[1].rstrip(":") for line in lines] == ["ok", "retrying", "suspended", "ok"]


def test_D2_what_was_dropped_is_told_once_as_a_field_and_a_message(rig: ServiceRig) -> None:
    limit = '[outbox]\nmax_bytes = "1MB"\n'
    agent = rig.start(sensor("one", "1h") + output(port=1) + limit)
    agent.tell_of_losses()
    for number in range(100):
        agent.outbox.append([Reading("dev", "x", (("text", f"{number}" * 10_000),), number)])
    agent.tell_of_losses()
    agent.tell_of_losses()
    told = wait_for(lambda: [each for each in dict_of(agent) if "dropped" in each])
    assert len(told) == 1
    lost = agent.outbox.lost("byteport")
    assert lost > 10
    assert told[0]["dropped"] == f"{lost}"
    assert told[0]["error"].startswith(f"{lost} readings were dropped before output byteport had")


def dict_of(agent: Agent) -> list[dict[str, str]]:
    return [dict(entry.fields) for entry in agent.outbox.entries()]


def test_telemetry_is_a_sensor_like_any_other(rig: ServiceRig) -> None:
    health = '[[sensor]]\nname = "health"\ndriver = "agent"\ninterval = "50ms"\n'
    rig.start(sensor("one") + health + output("alive") + output("dead", port=1))
    wait_for(lambda: len(rig.delivered("rss", "alive")) > 3)
    assert 8 << 10 < int(rig.delivered("rss", "alive")[-1]) < 400 << 10
    assert int(rig.delivered("backlog", "alive")[-1]) > 2
    assert rig.delivered("errors", "alive")[-1] == "4"
    assert rig.delivered("failing", "alive")[-1] == "0"
    assert "health" not in rig.made


def test_the_status_is_plain_data_about_everything(rig: ServiceRig) -> None:
    import json

    agent = rig.start(sensor("one") + output())
    wait_for(lambda: rig.delivered("one"))
    status = json.loads(json.dumps(agent.status()))
    assert status["sensors"][0]["values"] == {"one": "21.50"}
    assert status["outputs"][0]["delivered"] > 0
    assert status["outbox"]["trouble"] == ""
    assert status["figures"]["uptime"] >= 0
    assert "c4nary" not in json.dumps(status)


def test_events_and_readings_of_one_sensor_keep_their_order(rig: ServiceRig) -> None:
    class Watched(LoadDriver):
        def watch(self, callback: object) -> None:
            self.tell = callback

    driver = rig.drivers["one"] = Watched()
    rig.start(sensor("one", "1h") + output())
    wait_for(lambda: rig.delivered("one"))
    for number in range(100):
        driver.tell((float(number),))  # type: ignore[operator]
    wait_for(lambda: len(rig.delivered("one")) == 101)
    assert rig.delivered("one")[1:] == [f"{number}.00" for number in range(100)]


def test_a_reading_that_the_agent_is_given_outside_of_sensors_goes_the_same_way(
    rig: ServiceRig,
) -> None:
    agent = rig.start(sensor("one", "1h") + output())
    agent.outbox.append([Reading("board-1", "", (("level", "7"),), 0, 1_800_000_000_000)])
    rig.output().wake()
    assert "7" in rig.delivered("level")


def test_a_sensor_can_be_read_now_and_at_another_interval(rig: ServiceRig) -> None:
    agent = rig.start(sensor("one", "1h") + output())
    wait_for(lambda: rig.drivers["one"].reads == 1)
    assert agent._sampling.read_now("one")
    wait_for(lambda: rig.drivers["one"].reads == 2)
    assert agent._sampling.change_interval("one", 20)
    wait_for(lambda: rig.drivers["one"].reads > 5)
    assert agent._sampling.statuses()[0].interval_ms == 20
    assert rig.made.count("one") == 1
    with pytest.raises(ValueError, match=r"measures every 0\.0 s at most"):
        agent._sampling.change_interval("one", 1)
    assert not agent._sampling.read_now("none")
    assert not agent._sampling.change_interval("none", 1000)
    agent.use(rig.configured(sensor("one", "50ms") + output()))  # what the file says counts again
    wait_for(lambda: agent._sampling.statuses()[0].interval_ms == 50)
