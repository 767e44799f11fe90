"""A whole agent as a process, a real broker, and pins that write down what becomes of them."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mosquitto import Mosquitto
from mqtt_rig import Listener, listening
from run_rig import Running

from byteport_agent.clock import unix_ms
from waiting import wait_for

PINS = """
import os
from gpiozero.pins import mock
change = mock.MockPin._change_state
def written(pin, value):
    if change(pin, value) and pin.function == "output":
        with open(os.environ["PINS"], "a") as file:
            print(pin.info.name, int(value), file=file)
mock.MockPin._change_state = written
"""
CONFIGURATION = """
[device]
namespace = "myownspace"
uid = "greenhouse-1"
[[output]]
type = "mqtt"
url = "mqtt://127.0.0.1:{port}"
messages = true
retry_min = "100ms"
retry_max = "1s"
[[sensor]]
name = "counter"
driver = "system"
interval = "1h"
[[actuator]]
name = "pump"
kind = "relay"
pin = 17
active_low = true
[[actuator]]
name = "lamp"
kind = "led"
pin = 18
on_loss = "100ms"
"""
SAFE = "GPIO17 1"  # low is on


class AgentRig:
    """Agents one after another, with one folder and one broker."""

    def __init__(self, folder: Path, broker: Mosquitto, listener: Listener) -> None:
        self.folder = folder
        self._listener = listener
        (folder / "sitecustomize.py").write_text(PINS)
        (folder / "agent.toml").write_text(CONFIGURATION.format(port=broker.port))
        self.running: Running

    def start(self) -> None:
        path = os.pathsep.join([str(self.folder), *sys.path])
        self.running = Running(
            self.folder,
            PYTHONPATH=path,
            PINS=str(self.folder / "pins"),
            GPIOZERO_PIN_FACTORY="mock",
        )

    @property
    def pins(self) -> list[str]:
        path = self.folder / "pins"
        return path.read_text().splitlines() if path.exists() else []

    def message(self, data: str) -> None:
        found = {"data": data, "namespace": "myownspace", "uid": "greenhouse-1"}
        found["timestamp"] = f"{unix_ms() // 1000}"
        self._listener.publish("myownspace.greenhouse-1", json.dumps([found]).encode())

    def answers(self) -> list[str]:
        texts = self._listener.texts("simple_string_dev_message")
        data = [each["data"] for text in texts for each in json.loads(text)]
        return [each for each in data if each.startswith(("info=", "warn="))]


@pytest.fixture
def rig(tmp_path: Path) -> Iterator[AgentRig]:
    with Mosquitto() as broker, listening(broker.port) as listener:
        rig = AgentRig(tmp_path, broker, listener)
        rig.broker = broker  # type: ignore[attr-defined]
        rig.start()
        yield rig
        if rig.running.process.poll() is None:
            rig.running.process.kill()
            rig.running.process.wait()


def switched_on(rig: AgentRig) -> None:
    """Have both actuators on; the message waits at the broker until the agent is there."""
    wait_for(lambda: SAFE in rig.pins)
    rig.running.says("started")

    def heard() -> Any:
        rig.message("pump=on;lamp=on")
        time.sleep(0.05)
        return "GPIO17 0" in rig.pins and "GPIO18 1" in rig.pins

    wait_for(heard)


def test_a_message_switches_an_output_and_its_answer_is_logged(rig: AgentRig) -> None:
    switched_on(rig)
    wait_for(rig.answers)
    assert rig.answers()[0] == 'info="pump is on, lamp is on";'


def test_P1_sigterm_leaves_an_output_in_its_safe_state(rig: AgentRig) -> None:
    switched_on(rig)
    assert rig.running.stop() == 0
    assert [each for each in rig.pins if "GPIO17" in each][-1] == SAFE
    assert [each for each in rig.pins if "GPIO18" in each][-1] == "GPIO18 0"
    assert "Traceback" not in rig.running.log


def test_P2_after_kill_9_the_next_start_makes_it_safe(rig: AgentRig) -> None:
    switched_on(rig)
    rig.running.signal(signal.SIGKILL)
    rig.running.process.wait()
    assert [each for each in rig.pins if "GPIO17" in each][-1] == "GPIO17 0"
    before = len(rig.pins)
    rig.start()
    wait_for(lambda: SAFE in rig.pins[before:])
    assert "GPIO17 0" not in rig.pins[before:]
    assert rig.running.stop() == 0


def test_the_loss_of_the_broker_makes_safe_what_is_so_configured(rig: AgentRig) -> None:
    switched_on(rig)
    rig.broker.kill()  # type: ignore[attr-defined]
    wait_for(lambda: [each for each in rig.pins if "GPIO18" in each][-1] == "GPIO18 0")
    rig.running.says("lamp is off: no broker is reached")
    assert [each for each in rig.pins if "GPIO17" in each][-1] == "GPIO17 0"
    rig.broker.start()  # type: ignore[attr-defined]
    assert rig.running.stop() == 0
    assert [each for each in rig.pins if "GPIO17" in each][-1] == SAFE
