"""The scheduler's thread: runs what is due, hears of what is added, ends when told."""

from threading import Event

from byteport_agent.clock import SystemClock
from byteport_agent.sampling.scheduler import Scheduler
from byteport_agent.stopping import StopSignal

PATIENCE_S = 20


def scheduler() -> tuple[Scheduler, SystemClock]:
    clock = SystemClock(StopSignal())
    return Scheduler(clock), clock


def test_a_job_that_is_added_while_it_waits_runs_at_its_time() -> None:
    scheduled, clock = scheduler()
    scheduled.start()
    scheduled.at(clock.ticks_ms() + 3_600_000, lambda: None)
    ran = Event()
    due = clock.ticks_ms() + 20
    scheduled.at(due, lambda: ran.set())
    assert ran.wait(PATIENCE_S)
    assert clock.ticks_ms() >= due
    scheduled.stop()


def test_a_repeated_job_runs_until_it_is_cancelled() -> None:
    scheduled, _ = scheduler()
    scheduled.start()
    again = Event()
    times = []

    def job() -> None:
        times.append(1)
        if len(times) == 5:
            scheduled.cancel(entry)
            again.set()

    entry = scheduled.every(10, job)
    assert again.wait(PATIENCE_S)
    scheduled.stop()
    assert len(times) == 5


def test_a_job_may_add_another() -> None:
    scheduled, clock = scheduler()
    ran = Event()
    scheduled.at(clock.ticks_ms(), lambda: scheduled.at(clock.ticks_ms() + 1, ran.set))
    scheduled.start()
    assert ran.wait(PATIENCE_S)
    scheduled.stop()


def test_P5_its_pulse_is_overdue_when_a_job_hangs_and_not_while_it_waits() -> None:
    scheduled, clock = scheduler()
    assert scheduled.pulse.overdue_ms() == 0
    release, hanging = Event(), Event()
    scheduled.start()
    scheduled.at(clock.ticks_ms(), lambda: hanging.set() or release.wait())
    assert hanging.wait(PATIENCE_S)
    now = clock.ticks_ms
    clock.ticks_ms = lambda: now() + 3_600_000  # type: ignore[method-assign]
    assert scheduled.pulse.overdue_ms() > 3_000_000
    release.set()
    scheduled.stop()
    assert scheduled.pulse.overdue_ms() == 0
