"""The freezer alarm: it sounds when the freezer is warm, and when nobody knows."""

import select
import subprocess
from collections.abc import Callable
from functools import partial
from threading import Thread
from types import ModuleType
from typing import Any

import gpiozero
import pytest

from byteport import Client
from byteport_agent.service.status_socket import StatusSocket, socket_path
from byteport_agent.testing.configured import link_surroundings
from byteport_mocks.scripted_server import Reply


class OverError(Exception):
    """The time of the test is over."""


class Kitchen:
    """A freezer, an agent and the alarm's own main loop, in virtual time."""

    def __init__(self, alarm: Any, agent: Any, buzzer: Any) -> None:
        self.agent_runs = True
        self._alarm = alarm
        self._agent = agent
        self._buzzer = buzzer
        alarm.agent_status = lambda: agent.status() if self.agent_runs else None
        alarm.monotonic = lambda: agent.clock.ticks_ms() / 1000
        alarm.sleep = self._sleep

    def run(self, minutes: int, events: dict[int, Callable[[], object]]) -> list[tuple[int, bool]]:
        """Let time pass, with events at minutes of it; return when the buzzer went on and off."""
        self._begin = self._agent.clock.ticks_ms()
        self._ends = minutes
        self._events = dict(events)
        self._changes: list[tuple[int, bool]] = []
        with pytest.raises(OverError):
            self._alarm.main()
        self._agent.deliver()
        return self._changes

    def _sleep(self, seconds: int) -> None:
        minute = (self._agent.clock.ticks_ms() - self._begin) // 60_000
        sounds = bool(self._buzzer.state)
        if sounds != (self._changes[-1][1] if self._changes else False):
            self._changes.append((minute, sounds))
        if minute >= self._ends:
            raise OverError
        self._events.pop(minute, int)()
        self._agent.run(f"{seconds}s", deliver=False)


@pytest.fixture
def alarm(example, tmp_path, chaos_server) -> Any:
    """alarm.py in a folder with a key, with Byteport on this machine."""
    path = link_surroundings(example("freezer-alarm/agent.toml"), tmp_path / "freezer")
    module: Any = ModuleType("alarm")
    module.__file__ = str(path.with_name("alarm.py"))
    exec(path.with_name("alarm.py").read_text(), vars(module))
    clients = []

    def client(*place: str) -> Client:
        clients.append(Client(*place, url=chaos_server.url))
        return clients[-1]

    module.Client = client
    yield module
    for each in clients:
        each.close()


@pytest.fixture
def probe(simulated_pi):
    return simulated_pi.w1.add(temperature=-19.0)


@pytest.fixture
def kitchen(alarm, probe, simulated_pi, run_agent, example):
    agent = run_agent(example("freezer-alarm/agent.toml"))
    with gpiozero.Buzzer(27) as buzzer:
        alarm.Buzzer = lambda pin: {27: buzzer}[pin]
        yield Kitchen(alarm, agent, simulated_pi.pin(27))


def told(chaos_server) -> list[tuple[str, str]]:
    return [(each.level, each.text) for each in chaos_server.messages]


def test_it_is_silent_while_it_is_cold(kitchen, chaos_server) -> None:
    assert kitchen.run(60, {}) == []
    assert told(chaos_server) == []
    assert set(chaos_server.values("freezer_temp", "freezer")) == {"-19.0"}
    assert len(chaos_server.values("freezer_temp")) == 6


def test_it_sounds_when_the_freezer_thaws(kitchen, probe, chaos_server) -> None:
    thaws = {20 + step: partial(probe.set_temperature, -19.0 + step) for step in range(20)}
    assert kitchen.run(70, {**thaws, 60: partial(probe.set_temperature, -18.0)}) == [
        (38, True),  # over -12 from minute 28 on
        (60, False),
    ]
    assert told(chaos_server) == [
        ("error", "the freezer has -1 degrees"),
        ("info", "the freezer is cold again"),
    ]


def test_a_door_that_was_open_is_no_alarm(kitchen, probe, chaos_server) -> None:
    opened = {10: partial(probe.set_temperature, -5), 18: partial(probe.set_temperature, -17)}
    assert kitchen.run(40, opened) == []
    assert told(chaos_server) == []


def test_it_sounds_when_the_probe_is_gone(kitchen, probe, chaos_server) -> None:
    ((minute, sounds),) = kitchen.run(60, {20: probe.unplug})
    assert (sounds, 33 <= minute <= 36) == (True, True)  # five minutes old for ten minutes
    (text,) = [text for _, text in told(chaos_server) if text.startswith("the freezer's probe")]
    assert text.endswith(
        "was last read 15 minutes ago: ds18b20: no probe is there: "
        "wiring, 4.7 kOhm pull-up or power?"
    )


@pytest.mark.parametrize("how", ["crc", "power_on", "empty"])
def test_it_sounds_when_the_probe_gives_nonsense(kitchen, probe, how: str) -> None:
    ((minute, sounds),) = kitchen.run(60, {20: partial(probe.fail_reading, how)})
    assert (sounds, 33 <= minute <= 36) == (True, True)


def test_it_sounds_when_there_was_no_probe_from_the_first(
    alarm, simulated_pi, run_agent, example
) -> None:
    agent = run_agent(example("freezer-alarm/agent.toml"))
    agent.run("5m")
    assert alarm.trouble(agent.status()).startswith("the freezer's probe has not been read yet: ")


def test_it_sounds_when_no_agent_runs(kitchen, chaos_server) -> None:
    def die() -> None:
        kitchen.agent_runs = False

    assert kitchen.run(40, {20: die}) == [(30, True)]
    assert told(chaos_server) == [("error", "nobody watches the freezer: no agent runs")]


def test_it_sounds_without_a_network(kitchen, probe, chaos_server, capsys) -> None:
    chaos_server.inject(Reply(503), match=lambda request: b"freezer+has" in request.body)
    assert kitchen.run(40, {20: partial(probe.set_temperature, 4.0)}) == [(30, True)]
    assert "503" in capsys.readouterr().out


def test_the_agent_is_asked_by_its_command(alarm, probe, run_agent, example, tmp_path) -> None:
    agent = run_agent(example("freezer-alarm/agent.toml"))
    agent.run("5m")
    questions = StatusSocket(socket_path(str(tmp_path / "freezer/outbox.db")))
    answering = Thread(target=_answer, args=(questions, agent.status()))
    answering.start()
    try:
        assert alarm.agent_status()["sensors"][0]["values"] == {"freezer_temp": "-19.0"}
    finally:
        answering.join()
        questions.close()


def test_no_agent_is_no_status(alarm) -> None:
    assert alarm.agent_status() is None


def test_an_agent_that_hangs_is_no_agent(alarm, monkeypatch) -> None:
    def hang(*_: object, **options: Any) -> None:
        raise subprocess.TimeoutExpired("status", options["timeout"])

    monkeypatch.setattr(subprocess, "run", hang)
    assert alarm.agent_status() is None


def test_a_sensor_of_another_name_is_trouble(alarm) -> None:
    assert alarm.trouble({"sensors": []}) == (
        "nobody watches the freezer: the agent has no sensor freezer"
    )


def _answer(questions: StatusSocket, status: object) -> None:
    if select.select([questions], [], [], 30)[0]:
        questions.answer(status)
