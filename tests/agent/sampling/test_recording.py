"""The recorder and the upkeep: no lane waits for the disk, and what was read is committed."""

from threading import Event
from typing import Any

from outbox_rig import SetClock

from byteport_agent.outbox import Reading
from byteport_agent.sampling import recording
from byteport_agent.sampling.recording import Recorder, Upkeep

PATIENCE_MS = 20_000


def readings(*numbers: int) -> list[Reading]:
    return [Reading("dev", "porch", (("n", str(number)),), number) for number in numbers]


class SlowOutbox:
    """An outbox whose disk takes nothing until it is let go."""

    def __init__(self) -> None:
        self.let_go, self.busy = Event(), Event()
        self.commits: list[list[int]] = []
        self.upkeeps = 0

    def all(self) -> list[int]:
        return [number for commit in self.commits for number in commit]

    def append(self, given: list[Reading]) -> None:
        self.busy.set()
        self.let_go.wait()
        self.commits.append([each.ticks_ms for each in given])

    def upkeep(self) -> int:
        self.busy.set()
        self.let_go.wait()
        self.upkeeps += 1
        return 3_600_000


def recorder(outbox: Any, committed: Any = lambda: None) -> Recorder:
    made = Recorder(outbox, SetClock(), committed)
    made.start()
    return made


def test_what_comes_while_the_disk_is_busy_is_committed_together_and_in_order() -> None:
    outbox = SlowOutbox()
    told: list[int] = []
    made = recorder(outbox, lambda: told.append(1))
    made.record(readings(0))
    outbox.busy.wait()
    for number in range(1, 1200):
        made.record(readings(number))
    outbox.let_go.set()
    made.stop(PATIENCE_MS)
    assert outbox.all() == list(range(1200))
    assert [len(commit) for commit in outbox.commits] == [1, 500, 500, 199]
    assert len(told) == 4


def test_what_is_pending_is_known_until_it_is_committed() -> None:
    outbox = SlowOutbox()
    made = recorder(outbox)
    made.record(readings(1, 2))
    outbox.busy.wait()
    made.record(readings(3))
    assert made.pending == 3
    outbox.let_go.set()
    made.stop(PATIENCE_MS)
    assert made.pending == 0


def test_stop_commits_what_waits() -> None:
    outbox = SlowOutbox()
    outbox.let_go.set()
    made = recorder(outbox)
    made.record(readings(1, 2, 3))
    made.stop(PATIENCE_MS)
    assert outbox.all() == [1, 2, 3]


def test_P3_a_disk_that_hangs_for_ever_costs_bounded_memory(monkeypatch: Any) -> None:
    monkeypatch.setattr(recording, "_MOST_WAITING", 100)
    outbox = SlowOutbox()
    made = recorder(outbox)
    made.record(readings(0))
    outbox.busy.wait()
    made.record(readings(*range(1, 251)))
    assert made.lost == 150
    outbox.let_go.set()
    made.stop(PATIENCE_MS)
    assert outbox.all() == [0, *range(151, 251)]


def test_P5_pulses_tell_of_a_disk_that_hangs() -> None:
    outbox, clock = SlowOutbox(), SetClock()
    made = Recorder(outbox, clock, lambda: None)  # type: ignore[arg-type]
    upkeep = Upkeep(outbox, clock)  # type: ignore[arg-type]
    made.start()
    made.record(readings(1))
    outbox.busy.wait()
    outbox.busy.clear()
    upkeep.start()
    outbox.busy.wait()
    assert (made.pulse.overdue_ms(), upkeep.pulse.overdue_ms()) == (0, 0)
    clock.ticks += 3_600_000
    assert made.pulse.overdue_ms() > 3_000_000
    assert upkeep.pulse.overdue_ms() > 3_000_000
    outbox.let_go.set()
    made.stop(PATIENCE_MS)
    upkeep.stop(PATIENCE_MS)
    assert (made.pulse.overdue_ms(), upkeep.pulse.overdue_ms()) == (0, 0)
    assert outbox.upkeeps >= 1
