"""The threads of an output: they send what comes, help each other, end when asked, never stick."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from delivery_rig import (
    DELIVERED,
    RealClock,
    Said,
    device_settings,
    number_of,
    numbered,
    output_settings,
)

from byteport.compat import ticks_ms
from byteport_agent.clock import unix_ms
from byteport_agent.delivery import sender
from byteport_agent.delivery.byteport_output import ByteportOutput
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.delivery.output import Output
from byteport_agent.delivery.packing import Packing
from byteport_agent.delivery.sender import Sender
from byteport_agent.delivery.sending_output import new_dispatch
from byteport_agent.outbox import Outbox
from byteport_agent.pulse import Pulse
from byteport_mocks.scripted_server import Reply, ScriptedServer
from waiting import wait_for

LIMIT_S = 30


class FakeLink:
    """Answers calls by a function, and knows who is under way."""

    def __init__(self, rig: "Threads") -> None:
        self._rig = rig
        self._cut = threading.Event()

    def send(self, call: Call) -> Outcome:
        with self._rig.counting:
            self._rig.sent.append(call)
            self._rig.under_way.add(call.device)
            self._rig.most = max(self._rig.most, len(self._rig.under_way))
        try:
            return self._rig.answer(call, self._cut)
        finally:
            with self._rig.counting:
                self._rig.under_way.remove(call.device)

    def cut(self) -> None:
        self._cut.set()

    def close(self) -> None:
        self._rig.closed += 1


class Threads:
    """A sender over fake links, on a real outbox and real time."""

    def __init__(self, path: Path, **settings: Any) -> None:
        self.clock = RealClock()
        self.outbox = Outbox(str(path), ["byteport"], self.clock, print)
        self.said = Said()
        self.settings = output_settings(**settings)
        self.pulse = Pulse("byteport", self.clock)
        self.counting = threading.Lock()
        self.sent: list[Call] = []
        self.under_way: set[str] = set()
        self.most = 0
        self.closed = 0
        self.made = 0
        self.answer: Callable[[Call, threading.Event], Outcome] = lambda _call, _cut: DELIVERED
        self.dispatch = new_dispatch(
            self.settings, self.outbox, self.clock, self.said.log, Packing()
        )
        self.sender = Sender(
            self.dispatch,
            lambda: FakeLink(self),
            self.settings.connections,
            self.settings.timeout_ms,
            self.pulse,
            self.clock,
            self.said.log,
        )

    def put(self, devices: str = "a") -> None:
        for device in devices:
            self.outbox.append([numbered(self.made, device)])
            self.made += 1
            self.sender.wake()

    def delivered(self) -> int:
        return self.dispatch.counts.delivered

    def threads(self) -> list[threading.Thread]:
        return [thread for thread in threading.enumerate() if thread.name == "byteport"]


@pytest.fixture(autouse=True)
def _little_grace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "in_time" not in request.node.name:
        monkeypatch.setattr(sender, "_GRACE_S", 0.1)


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[Threads]:
    rig = Threads(tmp_path / "outbox.db")
    yield rig
    rig.sender.stop(10_000)
    assert rig.threads() == []
    rig.outbox.close()


def test_it_sends_what_was_there_and_what_comes(rig: Threads) -> None:
    rig.put("aab")
    rig.sender.start()
    wait_for(lambda: rig.delivered() == 3)
    for count in range(4, 8):
        rig.put("a")
        wait_for(lambda: rig.delivered() == count)  # noqa: B023 (it is waited for here)
    assert len(rig.threads()) == 1
    assert rig.outbox.backlog("byteport") == 0


def test_no_news_are_missed(rig: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_LINGER_S", 0.0001)
    rig.sender.start()

    def sample(device: str) -> None:
        for number in range(100):
            rig.outbox.append([numbered(number, device)])
            rig.sender.wake()
            time.sleep(number % 7 / 5000)

    samplers = [threading.Thread(target=sample, args=(device,)) for device in "abc"]
    for thread in samplers:
        thread.start()
    for thread in samplers:
        thread.join()
    begin = time.monotonic()
    wait_for(lambda: rig.delivered() == 300)
    assert time.monotonic() - begin < 25  # it looks by itself after 30 s only


def test_a_wake_waits_for_nobody(rig: Threads) -> None:
    rig.sender.start()
    with rig.sender.lock:
        rig.sender.wake()
        rig.sender.wake()


def test_several_devices_with_a_backlog_are_under_way_at_once(
    rig: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_BUSY_MS", 0)
    monkeypatch.setattr(sender, "_IDLE_S", 0.1)

    def answer(call: Call, _: threading.Event) -> Outcome:
        time.sleep(0.001)
        return DELIVERED

    rig.answer = answer
    rig.put("abcdef" * 30)
    rig.sender.start()
    wait_for(lambda: rig.delivered() == 180)
    assert 1 < rig.most <= rig.settings.connections == 4
    for device in "abcdef":
        own = [number_of(call.entries[0]) for call in rig.sent if call.device == device]
        assert own == sorted(own)
        assert len(own) == 30
    wait_for(lambda: len(rig.threads()) == 1)  # they end when they have nothing to do
    assert rig.closed >= 1
    rig.put("ab")
    wait_for(lambda: rig.delivered() == 182)


def test_one_device_has_one_connection(rig: Threads, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sender, "_BUSY_MS", 0)
    rig.put("a" * 100)
    rig.sender.start()
    wait_for(lambda: rig.delivered() == 100)
    assert len(rig.threads()) == rig.most == 1


def test_the_first_thread_hears_what_another_found_out(
    rig: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may wait for the answer to another's call, and hears no news then."""
    monkeypatch.setattr(sender, "_IDLE_S", 0.001)
    assert not rig.sender._listening
    rig.put("a")
    rig.sender._run_further(FakeLink(rig))
    assert rig.delivered() == 1
    assert rig.sender._bell.is_set()


def test_a_thread_does_not_wake_itself(rig: Threads) -> None:
    rig.put("aa")
    assert rig.sender._step(FakeLink(rig)) is None
    assert rig.delivered() == 1
    assert not rig.sender._bell.is_set()


def test_a_fault_of_a_link_is_one_failed_call(rig: Threads) -> None:
    def answer(call: Call, _: threading.Event) -> Outcome:
        if len(rig.sent) == 1:
            raise RuntimeError("canary")
        return DELIVERED

    rig.answer = answer
    rig.put("a")
    rig.sender.start()
    wait_for(lambda: rig.delivered() == 1)
    assert len(rig.sent) == 2
    assert rig.said.lines[0].startswith("ERROR RuntimeError at ")
    assert "canary" not in "".join(rig.said.lines)


def test_a_fault_of_the_decisions_begins_again(
    rig: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "_ASTRAY_MS", 1)
    look, faults = rig.outbox.look, iter([ValueError()])

    def failing_look(*arguments: Any) -> Any:
        for fault in faults:
            raise fault
        return look(*arguments)

    monkeypatch.setattr(rig.outbox, "look", failing_look)
    rig.put("ab")
    rig.sender.start()
    wait_for(lambda: rig.delivered() == 2)
    assert "ERROR ValueError at " in rig.said.lines[0]


def test_P5_the_pulse_misses_a_call_that_never_ends(rig: Threads) -> None:
    ahead = [0]
    rig.clock.ticks_ms = lambda: ticks_ms() + ahead[0]  # type: ignore[method-assign]
    assert rig.pulse.overdue_ms() == 0
    begun = threading.Event()

    def answer(_: Call, cut: threading.Event) -> Outcome:
        begun.set()
        cut.wait(LIMIT_S)
        return Outcome(Kind.UNKNOWN)

    rig.answer = answer
    rig.put("a")
    rig.sender.start()
    assert begun.wait(LIMIT_S)
    ahead[0] = rig.settings.timeout_ms  # a call may take that long, and a name's look-up too
    assert rig.pulse.overdue_ms() == 0
    ahead[0] = 200_000
    assert rig.pulse.overdue_ms() > 0


def test_P1_what_cannot_be_cut_touches_nothing_when_it_ends(
    rig: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    end, answered = threading.Event(), []

    def answer(_: Call, cut: threading.Event) -> Outcome:
        cut.wait(LIMIT_S)
        end.wait(LIMIT_S)  # as the look-up of a name does
        return DELIVERED

    rig.answer = answer
    monkeypatch.setattr(rig.dispatch, "answered", lambda *call: answered.append(call))
    rig.put("a")
    rig.sender.start()
    wait_for(lambda: rig.sent)
    rig.sender.stop(200)
    assert len(rig.threads()) == 1
    end.set()
    wait_for(lambda: not rig.threads())
    assert answered == []


def test_the_pulse_is_content_with_a_rest(rig: Threads) -> None:
    rig.sender.start()
    wait_for(lambda: rig.pulse._next_at)
    assert rig.pulse.overdue_ms() == 0
    rig.sender.stop(1000)
    assert rig.pulse._next_at is None


# what follows is with real connections


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    with closing(Outbox(str(tmp_path / "o.db"), ["one", "two"], RealClock(), print)) as outbox:
        yield outbox


def output_to(url: str, outbox: Outbox, name: str = "one", **settings: Any) -> ByteportOutput:
    found = output_settings(name=name, url=url, **settings)
    return ByteportOutput(found, device_settings(), outbox, RealClock(), Said().log)


def test_it_is_an_output(outbox: Outbox) -> None:
    with ScriptedServer() as server:
        output: Output = output_to(server.url, outbox)
        output.start()
        outbox.append([numbered(0), numbered(1)])
        output.wake()
        wait_for(lambda: output.status().delivered == 2)
        output.stop(5000)
    status = output.status()
    assert (output.name, output.pulse.name) == ("one", "output one")
    assert (status.name, status.type, status.state, status.reason) == ("one", "byteport", "ok", "")
    assert (status.backlog, status.rejected, status.lost, status.errors) == (0, 0, 0, 0)
    assert status.last_delivery_ms is not None
    assert abs(unix_ms() - status.last_delivery_ms) < 60_000
    assert status.retry_in_ms is None


def test_two_outputs_and_one_is_dead(outbox: Outbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nowhere = f"http://127.0.0.1:{taken.getsockname()[1]}"
    with ScriptedServer() as server:
        alive, dead = output_to(server.url, outbox), output_to(nowhere, outbox, "two")
        for output in (dead, alive):
            output.start()
        for number in range(200):
            outbox.append([numbered(number)])
            for output in (dead, alive):
                output.wake()
        wait_for(lambda: alive.status().delivered == 200)
        wait_for(lambda: dead.status().state == "waiting")
        assert dead.status().backlog == len(outbox.entries()) == 200  # they stay for it
        for output in (dead, alive):
            output.stop(5000)
        assert [int(request.form["n1"]) for request in server.requests] == list(range(200))
        dead = output_to(server.url, outbox, "two")
        dead.start()
        wait_for(lambda: dead.status().delivered == 200)
        dead.stop(5000)
    outbox.close()
    with closing(Outbox(outbox._keeping._path, ["one", "two"], RealClock(), print)) as again:
        assert again.entries() == []


def test_P1_a_call_that_hangs_is_cut_off_and_made_again(outbox: Outbox) -> None:
    outbox.append([numbered(0), numbered(1)])
    with ScriptedServer([Reply(), Reply(hang=True)]) as server:
        output = output_to(server.url, outbox, timeout_ms=600_000)
        output.start()
        wait_for(lambda: len(server.requests) == 2)
        begin = time.monotonic()
        output.stop(8000)
        assert time.monotonic() - begin < 8
    assert outbox.backlog("one") == 1
    with ScriptedServer() as server:
        output = output_to(server.url, outbox)
        output.start()
        wait_for(lambda: output.status().delivered == 1)
        output.stop(8000)
    assert [request.form["n1"] for request in server.requests] == ["1"]


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_P1_a_server_that_is_mute_is_left(outbox: Outbox, scheme: str) -> None:
    outbox.append([numbered(0)])
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"{scheme}://127.0.0.1:{server.getsockname()[1]}"
        output = output_to(url, outbox, timeout_ms=600_000)
        output.start()
        connection, _ = server.accept()
        with connection:
            assert connection.recv(1)  # it has begun to speak, and waits
            begin = time.monotonic()
            output.stop(8000)
            assert time.monotonic() - begin < 8
    assert outbox.backlog("one") == 1


def test_P1_a_connection_that_is_not_made_is_left(outbox: Outbox) -> None:
    outbox.append([numbered(0)])
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):  # nobody else fits in
            output = output_to(f"http://127.0.0.1:{port}", outbox, timeout_ms=600_000)
            output.start()
            wait_for(lambda: output.pulse._next_at)
            time.sleep(0.05)
            begin = time.monotonic()
            output.stop(8000)
            assert time.monotonic() - begin < 8
    assert outbox.backlog("one") == 1


def test_P1_a_call_that_ends_in_time_is_acknowledged(outbox: Outbox) -> None:
    outbox.append([numbered(0)])
    with ScriptedServer([Reply(drip_s=0.005)]) as server:
        output = output_to(server.url, outbox)
        output.start()
        wait_for(lambda: server.requests)
        output.stop(20_000)
    assert outbox.backlog("one") == 0


def test_a_stop_before_a_start_and_twice(outbox: Outbox) -> None:
    output = output_to("http://127.0.0.1:9", outbox)
    output.stop(1000)
    output = output_to("http://127.0.0.1:9", outbox)
    output.start()
    output.stop(1000)
    output.stop(1000)
    assert output.status().state in ("ok", "waiting")
