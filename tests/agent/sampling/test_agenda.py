"""The agenda: wall-clock grid, no drift, no overlap of times, no burst after a pause or a step."""

from itertools import pairwise

from byteport_agent.sampling.agenda import Agenda

HOUR_MS = 3_600_000
T0 = 1_800_000_000_000  # a whole hour


class Run:
    """An agenda in virtual time, and the wall-clock times at which its jobs ran."""

    def __init__(self, unix_ms: int = T0, ticks: int = 7_000) -> None:
        self.agenda = Agenda()
        self.ticks = ticks
        self.offset = unix_ms - ticks
        self.ran: list[int] = []

    def job(self) -> None:
        self.ran.append(self.ticks + self.offset - T0)

    def every(self, interval_ms: int, stagger_ms: int = 0) -> object:
        return self.agenda.every(interval_ms, self.job, self.ticks, stagger_ms)

    def until(self, after_t0: int) -> list[int]:
        """Run to that wall-clock time; return when jobs ran, in milliseconds after T0."""
        ends = T0 + after_t0 - self.offset
        while (due_at := self.agenda.due_at()) is not None and due_at <= ends:
            self.ticks = max(self.ticks, due_at)
            while job := self.agenda.take_due(self.ticks, self.ticks + self.offset):
                job()
        self.ticks = ends
        ran, self.ran = self.ran, []
        return ran


def test_the_first_time_is_at_once_and_then_on_whole_intervals() -> None:
    run = Run(T0 + 12_345)
    run.every(10_000)
    assert run.until(45_000) == [12_345, 20_000, 30_000, 40_000]


def test_a_first_time_just_before_a_whole_interval_makes_no_two() -> None:
    for start in (19_999, 15_001, 15_000):
        run = Run(T0 + start)
        run.every(10_000)
        ran = run.until(40_000)
        assert ran[0] == start
        assert ran[1] - start >= 5_000, start
        assert ran[2] - ran[1] == 10_000


def test_the_stagger_moves_the_grid() -> None:
    run = Run(T0 + 1_000)
    run.every(10_000, stagger_ms=250)
    assert run.until(31_000) == [1_250, 10_250, 20_250, 30_250]


def test_odd_intervals_lie_on_the_grid_of_1970() -> None:
    run = Run()
    run.every(7_000)
    for each in run.until(100_000)[1:]:
        assert (T0 + each) % 7_000 == 0


def test_a_year_has_no_drift() -> None:
    run = Run()
    run.every(HOUR_MS, 50)
    ran = run.until(365 * 24 * HOUR_MS + 50)
    assert ran == [hour * HOUR_MS + 50 for hour in range(365 * 24 + 1)]


def test_C2_a_step_forward_makes_no_burst() -> None:
    for step in (HOUR_MS + 777, 10 * 365 * 24 * HOUR_MS + 777):
        run = Run()
        run.every(10_000)
        run.until(60_000)
        run.offset += step
        ran = run.until(step + 120_000)
        assert len(ran) in (5, 6, 7)
        assert min(b - a for a, b in pairwise(ran)) >= 5_000
        assert all((T0 + each) % 10_000 == 0 for each in ran[1:])


def test_C3_a_step_back_neither_stops_nor_repeats() -> None:
    run = Run()
    run.every(10_000)
    run.until(60_000)
    run.offset -= HOUR_MS + 777
    ran = run.until(120_000 - HOUR_MS)
    assert len(ran) in (5, 6, 7)
    assert all((T0 + each) % 10_000 == 0 for each in ran[1:])


def test_C7_a_pause_of_hours_is_not_caught_up() -> None:
    run = Run()
    run.every(10_000)
    run.until(25_000)
    run.ticks += 5 * HOUR_MS  # suspended: both clocks went on, nobody was awake
    assert run.until(5 * HOUR_MS + 25_000) == [5 * HOUR_MS + 25_000]
    assert run.until(5 * HOUR_MS + 45_000) == [5 * HOUR_MS + 30_000, 5 * HOUR_MS + 40_000]


def test_a_slewed_clock_moves_nothing() -> None:
    run = Run()
    run.every(10_000)
    run.until(25_000)
    run.offset += 400
    assert run.until(35_000) == [30_400]


def test_of_jobs_due_together_the_most_overdue_runs_first() -> None:
    agenda, ran = Agenda(), []
    agenda.at(20, lambda: ran.append("second"))
    agenda.at(10, lambda: ran.append("first"))
    agenda.at(20, lambda: ran.append("third"))
    while job := agenda.take_due(25, T0):
        job()
    assert ran == ["first", "second", "third"]
    assert agenda.due_at() is None


def test_a_cancelled_job_never_runs_and_leaves_nothing() -> None:
    run = Run()
    entry = run.every(1_000)
    run.until(2_500)
    run.agenda.cancel(entry)  # type: ignore[arg-type]
    assert run.until(10_000) == []
    assert run.agenda.due_at() is None
