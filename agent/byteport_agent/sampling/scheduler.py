"""The thread that hands over what is due: it never waits for anything but the time."""

from functools import partial
from threading import Condition, Thread

from byteport_agent.clock import Clock
from byteport_agent.pulse import Pulse
from byteport_agent.sampling.agenda import Agenda, Entry, Job

_LONGEST_WAIT_MS = 10_000  # an early look at whether the clock was stepped
_GRACE_MS = 20_000


class Scheduler:
    """Runs jobs at their times; a job is quick and raises nothing: the work is done in lanes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._agenda = Agenda()
        self._condition = Condition()
        self._stopping = False
        self._thread = Thread(target=self._run, name="scheduler", daemon=True)
        self.pulse = Pulse("scheduler", clock)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Run nothing more."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join()
        self.pulse.rest()

    def at(self, due: int, job: Job) -> None:
        """Run a job once, at a time in ticks."""
        with self._condition:
            before = self._agenda.due_at()
            self._agenda.at(due, job)
            if before is None or due < before:
                self._condition.notify()

    def every(self, interval_ms: int, job: Job, stagger_ms: int = 0) -> Entry:
        """Run a job ``stagger_ms`` from now, then so long after every whole interval."""
        with self._condition:
            entry = self._agenda.every(interval_ms, job, self._clock.ticks_ms(), stagger_ms)
            self._condition.notify()
            return entry

    def cancel(self, entry: Entry) -> None:
        """Run a job no more."""
        with self._condition:
            self._agenda.cancel(entry)

    def _run(self) -> None:
        while jobs := self._next():
            for job in jobs:
                job()

    def _next(self) -> list[Job]:
        """Wait until something is due and return all that is, nothing at the end."""
        clock = self._clock
        with self._condition:
            while not self._stopping:
                now, unix_ms = clock.ticks_ms(), clock.unix_ms()
                jobs = list(iter(partial(self._agenda.take_due, now, unix_ms), None))
                if jobs:
                    return jobs
                due_at = self._agenda.due_at()
                wait_ms = _LONGEST_WAIT_MS if due_at is None else due_at - now
                wait_ms = min(wait_ms, _LONGEST_WAIT_MS)
                self.pulse.beat(wait_ms + _GRACE_MS)
                self._condition.wait(wait_ms / 1000)
        return []
