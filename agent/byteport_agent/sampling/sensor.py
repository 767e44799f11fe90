"""One configured sensor while the agent runs: measured in two phases, told about, never waited for.

The scheduler says when (`due`), a lane's thread does the work. Between `start` and `read` of the
driver the lane is free for others. Nothing here waits, and nothing that a driver does gets out.
"""

from collections import deque
from collections.abc import Sequence
from threading import Lock

from byteport.errors import BadReading, DriverError, NotReady
from byteport_agent.config.sections import Sensor
from byteport_agent.durations import duration_text
from byteport_agent.outbox.entry import Reading
from byteport_agent.sampling.driver_life import DriverLife
from byteport_agent.sampling.fields import Reports, SensorFields
from byteport_agent.sampling.health import Health
from byteport_agent.sampling.lanes import Lane, Task
from byteport_agent.sampling.measuring import LEAST_WAIT_MS, MOST_READS
from byteport_agent.sampling.sensor_status import SensorStatus
from byteport_agent.sampling.surroundings import Surroundings

_QUICK_RETRIES_MS = (20, 200)  # a disturbance is over by then, a broken wire is not
_MOST_EVENTS = 1000  # while a lane is held up


class SensorTask:
    """One sensor; ``due`` runs in the scheduler's thread, measurements and events in the lane."""

    def __init__(self, sensor: Sensor, lane: Lane, around: Surroundings) -> None:
        self.sensor = sensor
        self.interval_ms = sensor.interval_ms  # which a message may change
        self.lane = lane
        self._around = around
        self._now = around.clock.ticks_ms
        self._driver = DriverLife(sensor, lane, around, self._on_event)
        self._fields = SensorFields(sensor.fields)
        self._events: deque[tuple[int, Sequence[object]]] = deque(maxlen=_MOST_EVENTS)
        self._ending = Lock()
        self._busy = False
        self._closed = False
        self._checking = False
        self._told_late = False
        self._ends = 0  # when the measurement that is under way is given up
        self._wait_ms = 0
        self._tries = 0
        self._reads = 0
        self._last_ticks: int | None = None
        self._readings = 0
        self._skipped = 0
        self.health = Health(sensor.interval_ms, self._now())

    def due(self) -> None:
        """Begin a measurement, unless one is under way or it is not tried again yet."""
        now = self._now()
        if self._busy:
            self._skipped += 1
        elif now < self.health.retry_at:
            self._submit(self._pass_over)
        elif not self._closed:
            self._busy = True
            self._told_late = False
            self._ends = now + self.sensor.deadline_ms
            self._tries = 0
            self._submit(self._begin)
            self._check_at(self._ends)

    def close(self) -> None:
        """End in the lane's turn: the driver is closed behind what is under way."""
        self._closed = True
        self._submit(self._driver.drop)

    def status(self) -> SensorStatus:
        """Return how it is."""
        health, sensor, channels = self.health, self.sensor, self._driver.channels
        to_unix = self._around.clock.unix_ms() - self._now()
        return SensorStatus(
            name=sensor.name,
            driver=sensor.driver,
            place=self._driver.place,
            interval_ms=self.interval_ms,
            state=health.state,
            reason=health.reason,
            since_ms=health.since + to_unix,
            last_ms=None if self._last_ticks is None else self._last_ticks + to_unix,
            values=self._fields.last_values(),
            units=self._fields.units(channels),
            every_ms=self._fields.every_ms(channels, self.interval_ms),
            readings=self._readings,
            failures=health.failures,
            skipped=self._skipped,
            refused=self._fields.refused,
        )

    def _submit(self, task: Task) -> None:
        self._around.submit(self.lane, self.sensor.name, task)

    def _begin(self) -> None:
        """Start a measurement, and read at once what needs no time."""
        if self._closed or self._is_late():
            return
        try:
            is_new = not self._driver.alive
            self._wait_ms = self._driver.start()
        except Exception as error:  # a third party's driver may raise anything
            self._failed(error)
            return
        if is_new:
            self._fields.forget()
        self._reads = 0
        if self._wait_ms > 0:
            self._around.at(self._now() + self._wait_ms, self._go_on)
        else:
            self._finish()

    def _go_on(self) -> None:
        self._submit(self._finish)

    def _finish(self) -> None:
        """Read what was measured; ask again later where it is not ready."""
        if self._closed or self._is_late():
            return
        try:
            values = self._driver.read()
            now = self._now()
            if self._is_late():  # nobody knows of when this sample is
                return
            reports = self._fields.take(self._driver.channels, values, now)
        except NotReady as error:
            self._not_ready(error)
        except Exception as error:  # as above
            self._failed(error)
        else:
            self._succeeded(reports, now)

    def _not_ready(self, error: NotReady) -> None:
        self._reads += 1
        again_at = self._now() + max(self._wait_ms, LEAST_WAIT_MS)
        if self._reads < MOST_READS and again_at < self._ends:
            self._around.at(again_at, self._go_on)
        else:
            self._failed(error)

    def _succeeded(self, reports: Reports, now: int) -> None:
        with self._ending:
            self._busy = False
            change = self.health.succeeded(now)
        self._driver.succeeded()
        self._last_ticks = now
        self._readings += 1
        if change is not None:
            self._around.changed(self.sensor.name, change)
        self._record(reports, now)

    def _failed(self, error: Exception) -> None:
        """Try again at once where that may help; else let time pass."""
        disturbed = isinstance(error, (OSError, BadReading)) and self.health.state == "ok"
        if disturbed and self._tries < len(_QUICK_RETRIES_MS):
            again_at = self._now() + _QUICK_RETRIES_MS[self._tries]
            self._tries += 1
            self._around.at(again_at, lambda: self._submit(self._begin))
            return
        self._give_up(self._driver.words(error), stale=isinstance(error, NotReady))
        self._driver.failed(error)

    def _is_late(self) -> bool:
        """Tell whether this measurement is past its end, and give it up if so."""
        late = self._now() > self._ends
        if late:
            limit = duration_text(self.sensor.deadline_ms)
            self._give_up(f"a reading takes longer than its deadline of {limit}")
        return late

    def _give_up(self, why: str, stale: bool = False) -> None:
        with self._ending:
            self._busy = False
            if not self._told_late:
                self._note_failure(why, stale)
        self._pass_over()

    def _note_failure(self, why: str, stale: bool = False) -> None:
        change = self.health.failed(self._now(), why, stale)
        if change is not None:
            self._around.changed(self.sensor.name, change)

    def _check_at(self, due: int) -> None:
        if not self._checking:
            self._checking = True
            self._around.at(due + 1, self._check)

    def _check(self) -> None:
        """Tell of a measurement that is held up; it runs in the scheduler's thread."""
        with self._ending:
            self._checking = False
            if not self._busy or self._closed:
                return
            now = self._now()
            if now <= self._ends:
                self._check_at(self._ends)
                return
            self._told_late = True
            self._note_failure(self._held_up_by(now))
            self._check_at(now + self.sensor.deadline_ms)

    def _held_up_by(self, now: int) -> str:
        lane = self.lane
        since = duration_text(now - lane.busy_since)
        if lane.busy_with == self.sensor.name:
            return f"its driver has not come back for {since}: does the bus or the program hang?"
        if lane.busy_with:
            return f"{lane.name} has been held up by sensor {lane.busy_with} for {since}"
        return f"{lane.name} had no turn for it"

    def _pass_over(self) -> None:
        """Let the fields see that there is no sample."""
        now = self._now()
        self._record(self._fields.missed(now), now)

    def _on_event(self, values: Sequence[object]) -> None:
        """Take an event; it comes from a thread of the driver's."""
        self._events.append((self._now(), values))
        self._submit(self._take_events)

    def _take_events(self) -> None:
        while self._events and not self._closed:
            ticks, values = self._events.popleft()
            try:
                reports = self._fields.take(self._driver.channels, values, ticks)
            except DriverError as error:
                self._around.warn(self.sensor.name, str(error))
            else:
                self._last_ticks = ticks
                self._record(reports, ticks)

    def _record(self, reports: Reports, now: int) -> None:
        if reports:
            device, name = self._around.device, self.sensor.name
            self._around.record(
                [Reading(device, name, fields, now - late_ms) for late_ms, fields in reports]
            )
        for note in self._fields.taken_notes():
            self._around.warn(self.sensor.name, note)
