"""Sensors read in virtual time: a day of readings is there in a moment, and always the same.

No thread reads here. `run` goes from one time at which something is due to the next, and does it;
what is simulated acts in between, on the same clock.
"""

from collections.abc import Callable
from threading import RLock

from byteport_agent.clock import Clock
from byteport_agent.outbox.entry import Reading
from byteport_agent.sampling.agenda import Job
from byteport_agent.sampling.health import Change
from byteport_agent.sampling.lanes import At, Lane, Task, Workers
from byteport_agent.sampling.sampling import Make, Sampling, make_configured
from byteport_agent.sampling.scheduler import Scheduler


class VirtualScheduler(Scheduler):
    """Hands over what is due when it is told to run, in the thread that tells it."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self._time = clock

    def start(self) -> None:
        """Start no thread."""

    def run(self, ms: int) -> None:
        """Let time pass, and do what is due in it."""
        ends = self._time.ticks_ms() + ms
        while (due_at := self._due_at()) is not None and due_at <= ends:
            self._time.wait_ms(max(due_at - self._time.ticks_ms(), 0))
            while job := self._take_due():
                job()
        self._time.wait_ms(max(ends - self._time.ticks_ms(), 0))

    def _due_at(self) -> int | None:
        with self._condition:
            return self._agenda.due_at()

    def _take_due(self) -> Job | None:
        with self._condition:
            return self._agenda.take_due(self._time.ticks_ms(), self._time.unix_ms())


class InlineWorkers(Workers):
    """Does a lane's tasks at once, in the thread that submits them."""

    def __init__(self, clock: Clock, at: At) -> None:
        super().__init__(clock, at)
        self._turn = RLock()  # a driver may tell of an event from a thread of its own

    def submit(self, lane: Lane, who: str, task: Task) -> None:
        with self._turn:
            lane.tasks.append((who, task))
            while lane.tasks and not lane.busy_with:
                lane.busy_with, task = lane.tasks.popleft()
                lane.busy_since = self._clock.ticks_ms()
                try:
                    task()
                finally:
                    lane.busy_with = ""


class VirtualSampling(Sampling):
    """`Sampling` in the caller's thread and virtual time; its clock is a `VirtualTime`."""

    def __init__(
        self,
        device: str,
        clock: Clock,
        record: Callable[[list[Reading]], None],
        changed: Callable[[str, Change], None],
        warn: Callable[[str, str], None],
        make: Make = make_configured,
    ) -> None:
        self._virtual = VirtualScheduler(clock)
        super().__init__(
            device, clock, record, changed, warn, make, lambda _: self._virtual, InlineWorkers
        )

    def run(self, ms: int) -> None:
        """Let time pass, and read what is due in it."""
        self._virtual.run(ms)
