"""A whole agent in this process: configured by TOML, with drivers and outputs of the test's own."""

import logging
from pathlib import Path
from typing import Any

from config_rig import DEVICE, parsed, write_keys
from sampling_rig import FakeDriver

from byteport_agent.clock import SystemClock
from byteport_agent.config import Configuration
from byteport_agent.delivery.output import OutputStatus
from byteport_agent.driver_lookup.maker import MadeDriver
from byteport_agent.outbox import Outbox
from byteport_agent.pulse import Pulse
from byteport_agent.service.agent import Agent
from byteport_agent.stopping import StopSignal


class FakeOutput:
    """An output that delivers at once what is in the outbox, or nothing where it is ``dead``."""

    def __init__(self, settings: Any, device: Any, outbox: Outbox, clock: Any, *_: Any) -> None:
        self.name = settings.name
        self.settings = settings
        self.device = device
        self.outbox = outbox
        self.pulse = Pulse(self.name, clock)
        self.dead = settings.url.endswith(":1")
        self.delivered: list[tuple[str, str]] = []
        self.starts = self.stops = 0

    def start(self) -> None:
        self.starts += 1

    def wake(self) -> None:
        if not self.dead:
            for entry in self.outbox.batch(self.name):
                self.delivered += entry.fields
                self.outbox.acknowledge(self.name, entry.id)

    def stop(self, within_ms: int) -> None:
        self.stops += 1

    def status(self) -> OutputStatus:
        backlog, lost = self.outbox.backlog(self.name), self.outbox.lost(self.name)
        state = "waiting" if self.dead else "ok"
        return OutputStatus(
            self.name, "byteport", state, "", backlog, len(self.delivered), 0, lost, 2, None, None
        )


class ServiceRig:
    """An agent whose sensors are FakeDrivers, by name; those not set give 21.5 each time."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        write_keys(directory)
        self.drivers: dict[str, FakeDriver] = {}
        self.made: list[str] = []
        self.outputs: list[FakeOutput] = []
        self.clock = SystemClock(StopSignal())
        self.log = logging.getLogger("byteport_agent.test")
        self.agent: Agent

    def configured(self, text: str) -> Configuration:
        return parsed(f"{text}\n{DEVICE}", self.directory)

    def start(self, text: str) -> Agent:
        self.agent = self.unstarted(text)
        self.agent.start()
        return self.agent

    def unstarted(self, text: str) -> Agent:
        return Agent(self.configured(text), self.clock, self.log, self._driver, self._output)

    def output(self, name: str = "byteport") -> FakeOutput:
        return next(each for each in reversed(self.outputs) if each.name == name)

    def delivered(self, field: str, name: str = "byteport") -> list[str]:
        return [text for key, text in self.output(name).delivered if key == field]

    def _driver(self, sensor: Any, _: Any) -> MadeDriver:
        self.made.append(sensor.name)
        driver = self.drivers.setdefault(sensor.name, FakeDriver())
        return MadeDriver(sensor.driver, driver, "here", None)

    def _output(self, *arguments: Any) -> FakeOutput:
        self.outputs.append(FakeOutput(*arguments))
        return self.outputs[-1]


def sensor(name: str, interval: str = "50ms", **keys: str) -> str:
    """Return a sensor's table; its one field is called as the sensor."""
    fields = f'fields = {{ load_1min = "{name}" }}'
    more = "\n".join(f"{key} = {value}" for key, value in keys.items())
    table = f'[[sensor]]\nname = "{name}"\ndriver = "system"\ninterval = "{interval}"\n'
    return f"{table}{more or fields}\n"


def output(name: str = "byteport", port: int = 8080) -> str:
    return f'[[output]]\ntype = "byteport"\nname = "{name}"\nurl = "http://127.0.0.1:{port}"\n'
