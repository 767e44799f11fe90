"""Messages to the device, from what a broker brought to what came of it."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from config_rig import DEVICE, OUTPUT, parsed, write_keys
from outbox_rig import SetClock

from byteport_agent.config import Configuration
from byteport_agent.delivery.around import Arrived
from byteport_agent.messages.desk import Desk
from byteport_agent.messages.incoming import Message, read_messages, refusal

CONFIGURATION = """
[[sensor]]
name = "porch"
driver = "system"
[[actuator]]
name = "pump"
kind = "relay"
pin = 17
timeout = "1h"
[[actuator]]
name = "lamp"
kind = "pwm"
pin = 18
on_loss = "10s"
[[actuator]]
name = "valve"
kind = "relay"
pin = 19
device = "child-1"
[messages]
commands = { hello = ["/bin/echo", "hello;", "world"], fail = "/bin/false" }
"""


class FakeDevice:
    def __init__(self) -> None:
        self.values: list[float] = []
        self.closed = 0

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "value":
            self.values.append(value)
        else:
            super().__setattr__(name, value)

    def close(self) -> None:
        self.closed += 1


class Sensors:
    def __init__(self) -> None:
        self.calls: list[Any] = []

    def read_now(self, name: str) -> bool:
        self.calls.append(name)
        return True

    def change_interval(self, name: str, interval_ms: int) -> bool:
        if interval_ms < 10:
            raise ValueError("system measures every 0.0 s at most")
        self.calls.append((name, interval_ms))
        return True


class DeskRig:
    """A desk without its thread: what it has to do is done when asked, on a clock that stands."""

    def __init__(self, directory: Path, text: str = CONFIGURATION) -> None:
        self.directory = directory
        self.clock = SetClock()
        self.sensors = Sensors()
        self.answers: list[tuple[str, str, str | None]] = []
        self.devices: dict[str, FakeDevice] = {}
        self.acknowledged = 0
        self.desk = Desk(
            self.configured(text),
            self.clock,
            logging.getLogger("test"),
            self.sensors,
            lambda *answer: self.answers.append(answer),
            self._open,
        )
        self.desk._use(self.desk._configuration)
        self.desk.reached("mqtt", True)
        self.work()

    def configured(self, text: str) -> Configuration:
        write_keys(self.directory)
        return parsed(f"{text}\n{DEVICE}{OUTPUT}", self.directory)

    def _open(self, settings: Any) -> FakeDevice:
        self.devices[settings.name] = FakeDevice()
        return self.devices[settings.name]

    def work(self) -> None:
        while self.desk._tasks or self.desk._wait_ms() <= 0:
            task = self.desk._next()
            assert task is not None
            self.desk._do(task)

    def message(self, data: str, uid: str = "greenhouse-1", age_s: float = 0, **other: Any) -> None:
        """Let a message arrive as Byteport sends it."""
        ts = f"{(self.clock.unix_ms()) / 1000 - age_s:.0f}"
        found = {"data": data, "namespace": "myownspace", "uid": uid, "timestamp": ts, **other}
        self.arrive(json.dumps([found]).encode())

    def arrive(self, content: bytes, **about: Any) -> None:
        self.desk.take(Arrived(content, self._acknowledge, **about))
        self.work()

    def _acknowledge(self) -> None:
        self.acknowledged += 1

    @property
    def last(self) -> tuple[str, str, str | None]:
        return self.answers[-1]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[DeskRig]:
    return DeskRig(tmp_path)


def test_an_output_is_set_and_the_answer_logged(rig: DeskRig) -> None:
    rig.message("pump=on;lamp=0.4")
    assert rig.devices["pump"].values == [True]
    assert rig.devices["lamp"].values == [0.4]
    assert rig.answers == [("info", "pump is on, lamp is 0.4", None)]
    assert rig.acknowledged == 1


def test_a_message_is_done_as_a_whole_or_not_at_all(rig: DeskRig) -> None:
    rig.message("pump=on;lmap=0.4")
    assert rig.devices["pump"].values == []
    level, text, _ = rig.last
    assert level == "warn"
    assert text.endswith('is refused: there is no actuator "lmap" (did you mean "lamp"?)')
    assert rig.acknowledged == 1


def test_a_pulse_is_over_by_itself(rig: DeskRig) -> None:
    rig.message("pump=2s")
    assert rig.last[1].endswith("pump is on for 2.0 s")
    assert rig.desk._wait_ms() == 2000
    rig.clock.ticks += 2000
    rig.work()
    assert rig.devices["pump"].values == [True, False]
    assert len(rig.answers) == 1


def test_a_timeout_is_told(rig: DeskRig) -> None:
    rig.message("pump=on")
    rig.clock.ticks += 3_600_000
    rig.work()
    assert rig.last == ("warn", "pump is off again: nobody set it for 60 min", None)


def test_the_loss_of_all_brokers_is_safe_where_so_configured(rig: DeskRig) -> None:
    rig.desk.reached("stomp", True)
    rig.message("pump=on;lamp=1")
    rig.desk.reached("mqtt", False)
    rig.clock.ticks += 60_000
    rig.work()
    assert rig.devices["lamp"].values == [1]  # one is there
    rig.desk.reached("stomp", False)
    rig.work()
    rig.clock.ticks += 9999
    rig.work()
    assert rig.devices["lamp"].values == [1]
    rig.clock.ticks += 1
    rig.work()
    assert rig.devices["lamp"].values == [1, 0]
    assert rig.devices["pump"].values == [True]
    assert rig.last == ("warn", "lamp is 0: no broker is reached", None)


def test_a_broker_that_comes_back_in_time_changes_nothing(rig: DeskRig) -> None:
    rig.message("lamp=1")
    for _ in range(5):
        rig.desk.reached("mqtt", False)
        rig.work()
        rig.clock.ticks += 6000
        rig.desk.reached("mqtt", True)
        rig.work()
    assert rig.devices["lamp"].values == [1]


def test_a_child_has_actuators_of_its_own(rig: DeskRig) -> None:
    rig.message("valve=on", uid="child-1")
    assert rig.last == ("info", "valve is on", "child-1")
    rig.message("pump=on", uid="child-1")
    rig.message("read=porch", uid="child-1")
    rig.message("valve=on")
    assert [level for level, _, _ in rig.answers[1:]] == ["warn"] * 3
    rig.message("valve=on", uid="child-2")
    assert "child-2, which is no child of this one" in rig.last[1]
    rig.message("pump=on", namespace="another")
    assert "it is for namespace another, this is myownspace" in rig.last[1]


def test_a_sensor_is_read_now_and_so_often(rig: DeskRig) -> None:
    rig.message("read=porch;interval=porch 5s")
    assert rig.sensors.calls == ["porch", ("porch", 5000)]
    assert rig.last[1].endswith(
        "sensor porch is read now, sensor porch is read every 5.0 s until the next start"
    )
    for text, words in {
        "read=proch": 'there is no sensor "proch" (did you mean "porch"?)',
        "interval=porch": "'' is no duration",
        "interval=porch 1ms": "system measures every",
    }.items():
        rig.message(text)
        assert words in rig.last[1]


def test_a_program_runs_and_tells_how_it_ended(rig: DeskRig) -> None:
    from waiting import wait_for

    rig.message("run=hello")
    wait_for(lambda: rig.desk._tasks)
    rig.work()
    assert [text for _, text, _ in rig.answers] == [
        "hello runs",
        "hello is done: hello; world",
    ]
    rig.message("run=fail")
    wait_for(lambda: rig.desk._tasks)
    rig.work()
    assert rig.last == ("error", "fail: command '/bin/false' ended with exit code 1", None)
    rig.message("run=hallo")
    assert 'there is no command "hallo" (did you mean "hello"?)' in rig.last[1]


def test_what_is_not_allowed_is_refused(tmp_path: Path) -> None:
    rig = DeskRig(tmp_path, '[[sensor]]\nname = "porch"\ndriver = "system"\n')
    rig.message("run=reboot")
    assert "run is not allowed: see [messages]" in rig.last[1]
    text = "[messages]\nread = false\ninterval = false\n"
    rig.desk.use(rig.configured(f'[[sensor]]\nname = "porch"\ndriver = "system"\n{text}'))
    for order in ("read=porch", "interval=porch 5s"):
        rig.message(order)
        assert "is not allowed" in rig.last[1]
    assert rig.sensors.calls == []


@pytest.mark.parametrize(
    ("age_s", "refused"),
    [
        (0, ""),
        (59, ""),
        (62, "it is 62 s old, more than 60 s"),
        (-4, ""),
        (-3600, "it is from 60 min in the future: is this machine's clock right?"),
        (86_400, "it is 24 h old"),
    ],
)
def test_old_messages_and_those_of_the_future_are_refused(
    rig: DeskRig, age_s: int, refused: str
) -> None:
    rig.message("pump=on", age_s=age_s)
    assert refused in rig.last[1]
    assert rig.devices["pump"].values == ([] if refused else [True])
    assert rig.acknowledged == 1


def test_C1_while_the_clock_is_not_set_nobody_knows_how_old_one_is(rig: DeskRig) -> None:
    message = Message("pump=on", "greenhouse-1", "myownspace", 5_000)
    assert "this machine's clock is not set" in refusal(message, 5_000, 60_000, untimed=False)
    rig.clock.offset = 0
    rig.message("pump=on")
    assert "clock is not set" in rig.last[1]


def test_plain_text_is_taken_only_where_that_is_wanted(rig: DeskRig) -> None:
    rig.arrive(b"pump=on")
    assert "it does not say how old it is (see untimed in [messages])" in rig.last[1]
    untimed = CONFIGURATION.replace("[messages]\n", "[messages]\nuntimed = true\n")
    rig.desk.use(rig.configured(untimed))
    rig.arrive(b"pump=on")
    assert rig.devices["pump"].values == [True]
    rig.arrive(b"pump=off", retained=True)
    assert "the broker kept it" in rig.last[1]
    assert rig.devices["pump"].values == [True]


def test_what_comes_again_because_its_acknowledgement_was_lost_is_not_done_twice(
    rig: DeskRig,
) -> None:
    ts = f"{rig.clock.unix_ms() // 1000}"
    found = {"data": "pump=2s", "namespace": "myownspace", "uid": "greenhouse-1", "timestamp": ts}
    content = json.dumps([found]).encode()
    rig.arrive(content)
    rig.arrive(content, again=True)
    assert rig.devices["pump"].values == [True]
    assert rig.acknowledged == 2
    rig.arrive(content)  # somebody pressed twice
    assert rig.devices["pump"].values == [True, True]


BAD = {
    b"\xff": "it is no text",
    b"x" * 70_000: "it has 70000 bytes",
    b"[1]": "it is no list of messages",
    b'[{"data": 1}]': "it is no list of messages",
    b'[{"data": "a=b"}]': "a message in it lacks uid or namespace",
    b'[{"data": "a=b", "uid": "x", "namespace": "y"}]': "lacks a timestamp",
    b'[{"data": "a=b", "uid": "x", "namespace": "y", "timestamp": "1e999"}]': "lacks a timestamp",
}


@pytest.mark.parametrize("content", BAD)
def test_what_is_no_message_is_refused_and_acknowledged(rig: DeskRig, content: bytes) -> None:
    rig.arrive(content)
    assert rig.last[0] == "warn"
    assert BAD[content] in rig.last[1]
    assert rig.acknowledged == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("", "it is empty"),
        ("pump", "pump takes on or off"),
        ("pump=maybe", "pump takes on or off"),
        ("a b c", "it is not like name=value"),
        ("nothing=1", 'there is no actuator "nothing": there is pump, lamp, read'),
    ],
)
def test_orders_that_say_nothing(rig: DeskRig, data: str, words: str) -> None:
    rig.message(data)
    assert words in rig.last[1]
    assert rig.last[0] == "warn"


def test_X11_a_message_is_shown_short_and_without_control_characters(rig: DeskRig) -> None:
    rig.message("\x1b[2Jx=" + "y" * 500)
    assert rig.last[1].isprintable()
    assert len(rig.last[1]) < 400


def test_several_messages_in_one_list(rig: DeskRig) -> None:
    ts = f"{rig.clock.unix_ms() // 1000}.5"
    one = {"namespace": "myownspace", "uid": "greenhouse-1", "timestamp": ts}
    rig.arrive(json.dumps([{**one, "data": "pump=on"}, {**one, "data": "pump=off"}]).encode())
    assert rig.devices["pump"].values == [True, False]
    assert rig.acknowledged == 1
    (message,) = read_messages(json.dumps({**one, "data": "x=1"}).encode())
    assert message.ts_ms == rig.clock.unix_ms() // 1000 * 1000 + 500


def test_a_fault_of_our_own_leaves_nothing_on_for_ever(
    rig: DeskRig, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise RuntimeError("a canary")

    ts = f"{rig.clock.unix_ms() / 1000:.0f}"
    about = {"data": "pump=2s", "namespace": "myownspace", "uid": "greenhouse-1", "timestamp": ts}
    rig.desk.take(Arrived(json.dumps([about]).encode(), fail))
    rig.work()
    assert rig.devices["pump"].values == [True]
    assert "RuntimeError at " in caplog.text
    assert "canary" not in caplog.text
    rig.clock.ticks += 2000
    rig.work()
    assert rig.devices["pump"].values == [True, False]


def test_too_many_at_once_are_left_to_the_broker(rig: DeskRig) -> None:
    for _ in range(150):
        rig.desk.take(Arrived(b"pump=on", rig._acknowledge))
    rig.work()
    assert rig.acknowledged == 100


def test_reload_leaves_as_it_is_what_is_the_same(rig: DeskRig) -> None:
    rig.message("pump=on;lamp=1")
    pump, lamp = rig.devices["pump"], rig.devices["lamp"]
    rig.desk.use(rig.configured(CONFIGURATION.replace("pin = 18", "pin = 20")))
    rig.work()
    assert pump.values == [True]
    assert (lamp.values, lamp.closed) == ([1, 0], 1)
    assert rig.devices["lamp"] is not lamp


def test_a_stop_leaves_all_in_their_safe_states(tmp_path: Path) -> None:
    rig = DeskRig(tmp_path)
    rig.message("pump=on;lamp=1")
    rig.desk.start()
    rig.desk.stop(10_000)
    assert rig.devices["pump"].values[-1] is False
    assert rig.devices["lamp"].values[-1] == 0
    assert {each.closed for each in rig.devices.values()} == {1}
