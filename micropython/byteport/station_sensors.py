"""One sensor of a station: measured in steps that never wait, begun anew when it fails.

What its states mean, when it is tried again and what is told is as in the agent's `sampling`:

    starting    it was not read yet
    ok          the last attempt gave a sample
    retrying    attempts fail, and are made at every tick
    suspended   they went on failing: tried ever more rarely, up to every 10 minutes
    stale       it answers, but has nothing new
"""

from byteport.compat import const, ticks_add, ticks_diff, ticks_ms
from byteport.errors import BadReading, DriverError, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.station import Station

_MOST_READS = const(10)


class Sensor:
    """One sensor, ``settings`` as in station.json; nothing that its driver raises gets out.

    ``busy`` while it is measured. The rest that is public is for `sensor_failures`, and kept over a
    deep sleep: failures in a ``row``, whether they are ``lasting``, and when it is tried again.
    """

    def __init__(self, station: "Station", settings: "dict[str, Any]", now: int) -> None:
        self.station = station
        self.settings = settings
        self.name: str = settings["name"]
        self.interval_ms: int = settings["interval_ms"]
        self.due = ticks_add(now, settings.get("stagger_ms", 0))
        self.driver: "Any" = None
        # the names of the channels that are stored, None for all as they are; or their filters
        self._names: "Any" = settings.get("fields")
        self.filters: "Any" = None
        self.events: "Any" = None
        for name in (self._names or {}).values():
            if not isinstance(name, str) and not self.filters:
                from byteport.station_fields import FilteredFields

                self.filters = FilteredFields(self._names, self._add, self._warn)
        self._pairs: "list[tuple[str, str]]" = []
        self._late_ms = 0
        self.busy = self._started = self.lasting = False
        self.at = self._ends = self._wait_ms = self._reads = self.tries = 0
        self.state = "starting"
        self.row = self.doublings = 0
        self.failing_since = self.retry_at = now

    def step(self, now: int) -> int:
        """Do what is due; return the milliseconds until something is again.

        Due times are a fixed grid, so nothing drifts; those that pass meanwhile are skipped.
        """
        late = ticks_diff(now, self.due)
        if late >= 0:
            self.due = ticks_add(self.due, (late // self.interval_ms + 1) * self.interval_ms)
            if not self.busy:
                self.begin(now)
        if self.busy:
            return self.go_on(now)
        wait = ticks_diff(self.due, now)
        return min(wait, self.events.take()) if self.events else wait

    def begin(self, now: int) -> None:
        """Begin a measurement, unless it is not tried again yet."""
        if ticks_diff(self.retry_at, now) > 0:
            self.miss(now)
            return
        self.retry_at = now  # an older one would be ahead when ticks wrap
        self.busy = True
        self._started = False
        self.at = now
        self._ends = ticks_add(now, self.settings["deadline_ms"])
        self.tries = self._reads = 0

    def go_on(self, now: int) -> int:
        """Take the next step of the measurement under way; return the ms until there is one."""
        wait = ticks_diff(self.at, now)
        if wait > 0:
            return wait
        try:
            if ticks_diff(now, self._ends) > 0:
                raise DriverError("a reading takes longer than its deadline")
            if not self._started:
                self._start()
            else:
                self.store(self.driver.read(), ticks_ms())
                self._succeed()
        except Exception as error:  # a driver may raise anything
            if not self._is_early(error):
                from byteport.sensor_failures import failed

                self._started = False
                self._pairs.clear()
                failed(self, error)
        return 0

    def miss(self, now: int) -> None:
        """Let the filters see that there is no sample: a window may have ended."""
        if self.filters:
            self.filters.missed(now)
            self._put(now)

    def _start(self) -> None:
        if self.driver is None:
            self.driver = self.station.buses.new_driver(self.settings)
            if self.filters and self.row:
                self.filters.forget()
            if hasattr(self.driver, "watch"):
                from byteport.sensor_events import SensorEvents

                self.events = SensorEvents(self)
        self._wait_ms = self.driver.start()
        self.at = ticks_add(ticks_ms(), self._wait_ms)
        self._started = True

    def _is_early(self, error: Exception) -> bool:
        """Return whether the driver is to be asked again later, and see to that."""
        if not isinstance(error, NotReady) or not self._started:
            return False
        self._reads += 1
        self.at = ticks_add(ticks_ms(), max(self._wait_ms, 1))
        return self._reads < _MOST_READS and ticks_diff(self.at, self._ends) < 0

    def store(self, values: "Any", now: int) -> None:
        """Store what is to be of a sample that was complete at ``now``."""
        channels = self.driver.CHANNELS
        if len(values) != len(channels):
            raise BadReading(f"a sample of {len(values)} values for {len(channels)} channels")
        if self.filters:
            self.filters.take(channels, values, now)
        else:
            for i in range(len(values)):
                name = channels[i][0]
                if self._names:
                    name = self._names.get(name)
                if name:
                    self._add(name, values[i], channels[i][2])
        self._put(now)

    def _succeed(self) -> None:
        self.busy = False
        if self.row:
            from byteport.sensor_failures import recovered

            recovered(self)
        elif self.state != "ok":
            self.change("info", "ok", "ok")

    def _add(self, name: str, value: "Any", decimals: int, late_ms: int = 0) -> None:
        if late_ms != self._late_ms:
            self._put(ticks_ms())
            self._late_ms = late_ms
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if value - value != 0:
                raise BadReading(f"{name} is {value}")
            value = f"{value:.{decimals}f}"
        self._pairs.append((name, value))

    def _put(self, now: int) -> None:
        if self._pairs:
            self.station.put(self._pairs, ticks_add(now, -self._late_ms), self.name)
            self._pairs.clear()

    def change(self, level: str, state: str, text: str) -> None:
        """Take another state and tell of it, to the service where the failure was a lasting one."""
        self.state = state
        self.station.tell(level, self.name + " " + text, self.lasting)

    def _warn(self, text: str) -> None:
        self.station.tell("warn", self.name + ": " + text, True)
