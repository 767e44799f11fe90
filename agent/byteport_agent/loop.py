"""The agent's loop: runs each job when it is due and waits in between; one thread, no catch-up."""

from collections.abc import Callable
from typing import cast

from byteport.errors import DriverError
from byteport.schedule import Schedule
from byteport_agent.clock import Clock
from byteport_agent.measuring import Driver, measure
from byteport_agent.record import Record, channel_texts

Job = Callable[[], object]


class AgentLoop:
    """Jobs on fixed grids of time, until the clock says stop."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._schedule = Schedule()

    def every(self, interval_ms: int, job: Job) -> None:
        """Add a job, due now and every ``interval_ms``."""
        self._schedule.add(job, interval_ms, self._clock.ticks_ms())

    def run(self) -> None:
        """Run jobs until the clock's wait ends with stop; of jobs due at once, the first added."""
        clock, schedule = self._clock, self._schedule
        while not clock.wait_ms(schedule.wait_ms(clock.ticks_ms())):
            due = schedule.next_due(clock.ticks_ms())
            if due is not None:
                timer, job = due
                cast(Job, job)()
                timer.advance(clock.ticks_ms())


class Sampler:
    """A job that reads one driver once and hands the record on; ``tell`` gets what went wrong."""

    def __init__(
        self,
        driver: Driver,
        device: str,
        clock: Clock,
        put: Callable[[Record], None],
        tell: Callable[[str], None],
    ) -> None:
        self._driver = driver
        self._device = device
        self._clock = clock
        self._put = put
        self._tell = tell
        self._failing = ""

    def __call__(self) -> None:
        try:
            values = measure(self._driver, self._clock.wait_ms)
            if values is None:
                return
            ts_ms = self._clock.unix_ms()
            fields = channel_texts(self._driver.CHANNELS, values)
        except (DriverError, OSError) as error:
            if self._failing != str(error):
                self._failing = str(error)
                self._tell(f"no reading: {error}")
            return
        self._failing = ""
        self._put(Record(self._device, ts_ms, fields))
