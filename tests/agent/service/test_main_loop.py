"""The main thread: signals, questions, and a watchdog that is fed only while all parts advance."""

import logging
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from outbox_rig import SetClock

from byteport_agent.clock import SystemClock
from byteport_agent.pulse import Pulse
from byteport_agent.service import main_loop
from byteport_agent.service.main_loop import MainLoop, ReloadSignal
from byteport_agent.service.status_socket import StatusSocket, ask
from byteport_agent.stopping import StopSignal
from byteport_agent.systemd.notify import Notify
from waiting import wait_for

LOG = logging.getLogger("byteport_agent.test")


class FakeAgent:
    def __init__(self, clock: Any) -> None:
        names = ("scheduler", "recorder", "outbox", "byteport")
        self.parts = {name: Pulse(name, clock) for name in names}
        self.hanging = 0
        self.losses_told = 0

    def pulses(self) -> list[Pulse]:
        return list(self.parts.values())

    def stuck(self, longer_than_ms: int) -> int:
        return self.hanging

    def tell_of_losses(self) -> None:
        self.losses_told += 1

    def status(self) -> dict[str, Any]:
        return {"pid": os.getpid()}


class Manager:
    """systemd's end of the notify socket."""

    def __init__(self, path: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(path))
        self._socket.setblocking(False)
        self.environ = {"NOTIFY_SOCKET": str(path), "WATCHDOG_USEC": "60000000"}

    def heard(self) -> list[str]:
        messages = []
        while True:
            try:
                messages.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return messages

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    manager = Manager(tmp_path / "notify")
    yield manager
    manager.close()


def loop_of(agent: Any, clock: Any, notify: Notify, **options: Any) -> MainLoop:
    return MainLoop(agent, clock, LOG, notify, options.get("reload", list), options.get("refresh"))


@pytest.mark.parametrize("part", ["scheduler", "recorder", "outbox", "byteport"])
def test_P5_the_watchdog_starves_while_a_part_stands_still(manager: Manager, part: str) -> None:
    clock = SetClock()
    agent = FakeAgent(clock)
    loop = loop_of(agent, clock, Notify(manager.environ))
    for pulse in agent.pulses():
        pulse.beat(10_000)
    loop.feed()
    assert manager.heard() == ["WATCHDOG=1"]
    clock.ticks += 20_000
    for name, pulse in agent.parts.items():
        if name != part:
            pulse.beat(10_000)
    loop.feed()
    assert manager.heard() == []
    agent.parts[part].beat(10_000)
    loop.feed()
    assert manager.heard() == ["WATCHDOG=1"]


def test_P5_what_stands_still_is_told_once_and_ends_the_agent_in_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = SetClock()
    agent = FakeAgent(clock)
    loop = loop_of(agent, clock, Notify({}))
    agent.parts["recorder"].beat(1_000)
    for _ in range(6):
        clock.ticks += 30_000
        loop.look()
    told = [record.getMessage() for record in caplog.records]
    assert told == ["recorder stands still for 29 s"]
    assert agent.losses_told == 6
    clock.ticks += 300_000
    loop.look()
    assert run_until_it_ends(loop) == 70


def test_S3_many_hanging_drivers_end_the_agent(caplog: pytest.LogCaptureFixture) -> None:
    clock = SetClock()
    agent = FakeAgent(clock)
    loop = loop_of(agent, clock, Notify({}))
    agent.hanging = 7
    loop.look()
    assert caplog.records == []
    agent.hanging = 8
    loop.look()
    assert caplog.records[0].getMessage() == (
        "8 calls of drivers hang: the agent ends, to be started anew"
    )
    assert run_until_it_ends(loop) == 70


def run_until_it_ends(loop: MainLoop) -> int:
    with StopSignal() as stop, ReloadSignal() as hangup:
        return loop.run(stop, hangup, None)


def test_signals_end_it_reload_it_and_questions_are_answered(tmp_path: Path) -> None:
    reloads: list[int] = []
    answers: list[Any] = []
    with StopSignal() as stop, ReloadSignal() as hangup:
        clock = SystemClock(stop)
        questions = StatusSocket(str(tmp_path / "sock"))

        def others() -> None:
            os.kill(os.getpid(), signal.SIGHUP)
            wait_for(lambda: reloads)
            answers.append(ask(str(tmp_path / "sock")))
            os.kill(os.getpid(), signal.SIGHUP)
            wait_for(lambda: len(reloads) == 2)
            os.kill(os.getpid(), signal.SIGTERM)

        thread = Thread(target=others)
        loop = loop_of(FakeAgent(clock), clock, Notify({}), reload=lambda: reloads.append(1))
        thread.start()
        assert loop.run(stop, hangup, questions) == 0
        thread.join()
        questions.close()
    assert answers == [{"pid": os.getpid()}]
    assert signal.getsignal(signal.SIGHUP) == signal.SIG_DFL


def test_the_terminal_is_refreshed_and_losses_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(main_loop, "_REFRESH_MS", 5)
    monkeypatch.setattr(main_loop, "_LOOK_MS", 5)
    refreshed: list[int] = []
    with StopSignal() as stop, ReloadSignal() as hangup:
        clock = SystemClock(stop)
        agent = FakeAgent(clock)

        def refresh() -> None:
            refreshed.append(1)
            if len(refreshed) > 5 and agent.losses_told > 2:
                stop.request()

        assert loop_of(agent, clock, Notify({}), refresh=refresh).run(stop, hangup, None) == 0


def test_a_crash_of_a_thread_ends_it() -> None:
    with StopSignal() as stop, ReloadSignal() as hangup:
        loop = loop_of(FakeAgent(SetClock()), SetClock(), Notify({}))
        thread = Thread(target=loop.crashed, args=(stop,))
        thread.start()
        assert loop.run(stop, hangup, None) == 70
        thread.join()
