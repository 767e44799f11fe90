"""Sensors in virtual time: the real agenda, lanes and sensors, without a thread.

A lane's tasks run as soon as they are due, unless the lane is told to be busy.
"""

from collections.abc import Callable, Sequence
from typing import Any

from outbox_rig import SetClock

from byteport_agent.buses.shared import Buses
from byteport_agent.config.sections import FieldSettings, Sensor
from byteport_agent.driver_lookup.finder import FoundDriver
from byteport_agent.driver_lookup.maker import MadeDriver
from byteport_agent.outbox.entry import Reading
from byteport_agent.sampling.agenda import Agenda
from byteport_agent.sampling.health import Change
from byteport_agent.sampling.lanes import Lane, Task
from byteport_agent.sampling.sensor import SensorTask


class FakeDriver:
    """A driver whose answers are a script: values, or what is raised; the last one for ever."""

    BUS = ""
    CHANNELS: tuple[tuple[str, str, int], ...] = (("temperature", "Cel", 2),)

    def __init__(self, *answers: object, wait_ms: int = 0) -> None:
        self.answers = list(answers) or [(21.5,)]
        self.wait_ms = wait_ms
        self.starts: list[int] = []
        self.reads = 0
        self.closed = 0
        self.now: Callable[[], int] = lambda: 0

    def start(self) -> int:
        self.starts.append(self.now())
        return self.wait_ms

    def read(self) -> Any:
        self.reads += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer() if callable(answer) else answer

    def close(self) -> None:
        self.closed += 1


class Rig:
    """The surroundings of sensors; ``run`` lets time pass."""

    def __init__(self) -> None:
        self.clock = SetClock(ticks_ms=5_000)
        self.agenda = Agenda()
        self.buses = Buses(lambda name, **_: name)
        self.device = "greenhouse-1"
        self.recorded: list[Reading] = []
        self.changes: list[tuple[str, Change]] = []
        self.warnings: list[str] = []
        self.made: list[str] = []
        self.drivers: dict[str, Any] = {}
        self.made_at: list[int] = []
        self.lanes: dict[str, Lane] = {}

    def add(self, driver: object, name: str = "porch", **settings: Any) -> SensorTask:
        """Read a driver from now on; ``driver`` may be an error that making it raises."""
        stagger_ms = settings.pop("stagger_ms", 0)
        sensor = sensor_of(name, **settings)
        self.drivers[name] = driver
        if isinstance(driver, FakeDriver):
            driver.now = self.clock.ticks_ms
        lane = self.lanes.setdefault(sensor.bus or name, Lane(sensor.bus or name))
        task = SensorTask(sensor, lane, self)
        self.agenda.every(sensor.interval_ms, task.due, self.clock.ticks, stagger_ms)
        return task

    def run(self, ms: int) -> None:
        """Let time pass, and what is due in it."""
        ends = self.clock.ticks + ms
        while (due_at := self.agenda.due_at()) is not None and due_at <= ends:
            self.clock.ticks = max(self.clock.ticks, due_at)
            while job := self.agenda.take_due(self.clock.ticks, self.clock.unix_ms()):
                job()
        self.clock.ticks = ends

    @property
    def states(self) -> list[str]:
        return [change.state for _, change in self.changes]

    def values(self, name: str = "temperature") -> list[str]:
        return [text for reading in self.recorded for key, text in reading.fields if key == name]

    def at(self, due: int, job: Task) -> None:
        self.agenda.at(due, job)

    def submit(self, lane: Lane, who: str, task: Task) -> None:
        """Run a lane's tasks at once; a lane that is busy keeps them until `free`."""
        lane.tasks.append((who, task))
        if not lane.busy_with:
            self.free(lane)

    def hold(self, lane: Lane, who: str) -> None:
        """Let a call for a sensor hang."""
        lane.busy_with, lane.busy_since = who, self.clock.ticks

    def free(self, lane: Lane) -> None:
        lane.busy_with = ""
        while lane.tasks and not lane.busy_with:
            lane.busy_with, task = lane.tasks.popleft()
            task()
            lane.busy_with = ""

    def record(self, readings: Sequence[Reading]) -> None:
        self.recorded += readings

    def changed(self, sensor: str, change: Change) -> None:
        self.changes.append((sensor, change))

    def warn(self, sensor: str, text: str) -> None:
        self.warnings.append(f"{sensor}: {text}")

    def make(self, sensor: Sensor) -> MadeDriver:
        self.made.append(sensor.name)
        self.made_at.append(self.clock.ticks)
        driver = self.drivers[sensor.name]
        driver = driver() if callable(driver) and not isinstance(driver, FakeDriver) else driver
        if isinstance(driver, BaseException):
            raise driver
        return MadeDriver(sensor.driver, driver, "0x76 on i2c-1", None)


def sensor_of(name: str = "porch", **settings: Any) -> Sensor:
    fields = settings.pop("fields", None)
    if fields is not None:
        fields = {
            channel: FieldSettings(channel, each.get("name", channel), {"name": channel, **each})
            for channel, each in fields.items()
        }
    kind = settings.pop("kind", FakeDriver)
    values = {
        "driver": "bme280",
        "bus": "",
        "interval_ms": 1000,
        "deadline_ms": 15_000,
        "options": {},
        "channels": None,
        "place": "",
        **settings,
    }
    return Sensor(name=name, found=FoundDriver("bme280", kind, "test"), fields=fields, **values)
