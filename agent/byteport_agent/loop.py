"""The agent's loop: runs each job when it is due and waits in between; one thread, no catch-up."""

from collections.abc import Callable
from typing import cast

from byteport.schedule import Schedule
from byteport_agent.clock import Clock

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
