"""All sensors of a configuration, read on time; what changes in it is exchanged while it runs."""

from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from zlib import crc32

from byteport_agent.buses.shared import Buses, root_of
from byteport_agent.clock import Clock
from byteport_agent.config.sections import Sensor
from byteport_agent.driver_lookup.maker import MadeDriver, make_driver
from byteport_agent.durations import duration_text
from byteport_agent.outbox.entry import Reading
from byteport_agent.pulse import Pulse
from byteport_agent.sampling.agenda import Entry
from byteport_agent.sampling.health import Change
from byteport_agent.sampling.lanes import At, Lane, Workers
from byteport_agent.sampling.scheduler import Scheduler
from byteport_agent.sampling.sensor import SensorTask
from byteport_agent.sampling.sensor_status import SensorStatus

_SPREAD_MS = 1000  # sensors without a stagger of their own start within this time
_SLOT_MS = 100  # those of one slot share the threads' wake-ups and the commit

Make = Callable[[Sensor, Buses], MadeDriver]


def make_configured(sensor: Sensor, buses: Buses) -> MadeDriver:
    """Return the driver that a configured sensor asks for."""
    bus = sensor.bus or None
    return make_driver(sensor.found, bus, sensor.address, sensor.options, buses)


class Sampling:
    """Reads sensors until it is stopped; it is what `surroundings` asks for.

    ``changed`` and ``warn`` get a sensor's name with what is to be told of it. ``new_scheduler``
    and ``new_workers`` are for tests that let no thread and no time pass.
    """

    def __init__(
        self,
        device: str,
        clock: Clock,
        record: Callable[[list[Reading]], None],
        changed: Callable[[str, Change], None],
        warn: Callable[[str, str], None],
        make: Make = make_configured,
        new_scheduler: Callable[[Clock], Scheduler] = Scheduler,
        new_workers: Callable[[Clock, At], Workers] = Workers,
    ) -> None:
        self._make = make
        self._scheduler = new_scheduler(clock)
        self._workers = new_workers(clock, self._scheduler.at)
        self._lanes: dict[str, Lane] = {}
        self._tasks: dict[str, tuple[SensorTask, Entry]] = {}
        self._changing = Lock()
        self.clock = clock
        self.buses = Buses()
        self.device = device
        self.at = self._scheduler.at
        self.submit = self._workers.submit
        self.record = record
        self.changed = changed
        self.warn = warn

    @property
    def pulse(self) -> Pulse:
        return self._scheduler.pulse

    def make(self, sensor: Sensor) -> MadeDriver:
        return self._make(sensor, self.buses)

    def start(self) -> None:
        """Begin to read."""
        self._scheduler.start()

    def use(self, device: str, sensors: Iterable[Sensor]) -> None:
        """Read these sensors; those that were read already, and are the same, go on undisturbed."""
        with self._changing:
            self._use(device, {sensor.name: sensor for sensor in sensors})

    def _use(self, device: str, wanted: dict[str, Sensor]) -> None:
        self.device = device
        for name, (task, entry) in list(self._tasks.items()):
            if wanted.get(name) != task.sensor:
                self._scheduler.cancel(entry)
                task.close()
                del self._tasks[name]
        for name, sensor in wanted.items():
            if name not in self._tasks:
                self._add(sensor)

    def read_now(self, name: str) -> bool:
        """Read a sensor as soon as its lane is free; return whether there is such a one.

        One that is being read, or whose failures let it rest, is left at that.
        """
        found = self._tasks.get(name)
        if found is not None:
            self.at(self.clock.ticks_ms(), found[0].due)
        return found is not None

    def change_interval(self, name: str, interval_ms: int) -> bool:
        """Read a sensor so often from now on, until it is configured anew; return if there is one.

        Raises ValueError where its driver does not measure so often.
        """
        with self._changing:
            return name in self._tasks and self._change_interval(name, interval_ms)

    def _change_interval(self, name: str, interval_ms: int) -> bool:
        task, entry = self._tasks[name]
        least_ms = getattr(task.sensor.found.kind, "INTERVAL_MS", 10)
        if interval_ms < least_ms:
            raise ValueError(
                f"{task.sensor.driver} measures every {duration_text(least_ms)} at most"
            )
        self._scheduler.cancel(entry)
        task.interval_ms = interval_ms
        entry = self._scheduler.every(interval_ms, task.due, stagger_ms(task.sensor))
        self._tasks[name] = task, entry
        return True

    def stop(self, within_ms: int) -> None:
        """Read no more; a driver that hangs is left behind."""
        self._scheduler.stop()
        for task, _ in self._tasks.values():
            task.close()
        self._workers.stop(within_ms)

    def statuses(self) -> Sequence[SensorStatus]:
        """Return how each sensor is, in the order of the configuration."""
        return [task.status() for task, _ in list(self._tasks.values())]

    def stuck(self, longer_than_ms: int) -> int:
        """Return how many threads have been with one call of a driver for longer."""
        return self._workers.stuck(longer_than_ms)

    def _add(self, sensor: Sensor) -> None:
        lane = self._lanes.setdefault(lane_name(sensor), Lane(lane_name(sensor)))
        task = SensorTask(sensor, lane, self)
        entry = self._scheduler.every(sensor.interval_ms, task.due, stagger_ms(sensor))
        self._tasks[sensor.name] = task, entry


def lane_name(sensor: Sensor) -> str:
    """Return the name of what a sensor must not share at one time: its bus, else it alone."""
    kind = sensor.found.bus
    if kind == "i2c":
        return root_of(sensor.bus)
    if kind == "spi":  # chips of one bus differ in their select line
        return "spi-" + "".join(char for char in sensor.bus.partition(".")[0] if char.isdigit())
    if kind == "uart":
        return sensor.bus.removeprefix("/dev/")
    return "w1" if kind == "w1" else sensor.name


def stagger_ms(sensor: Sensor) -> int:
    """Return how long after whole intervals a sensor is read: its own wish, else by its name."""
    if sensor.stagger_ms is not None:
        return sensor.stagger_ms
    slots = min(sensor.interval_ms, _SPREAD_MS) // _SLOT_MS
    return crc32(sensor.name.encode()) % max(slots, 1) * _SLOT_MS
