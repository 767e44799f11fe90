"""What is due when: a heap of jobs, of which some come back on a fixed grid.

The grid is that of wall-clock time, so that a sensor read every minute is read on the minute; the
waiting is on ticks, which no step of the clock moves. Where the clock is found stepped, the grid is
laid anew and nothing is caught up.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count

from byteport.schedule import Timer

Job = Callable[[], object]

_STEP_MS = 500  # less is a clock that is being slewed


class Entry:
    """One job; ``timer`` is None for one that runs once."""

    __slots__ = ("cancelled", "job", "number", "stagger_ms", "timer")

    def __init__(self, job: Job, number: int, timer: Timer | None, stagger_ms: int) -> None:
        self.job = job
        self.number = number
        self.timer = timer
        self.stagger_ms = stagger_ms
        self.cancelled = False


class Agenda:
    """Jobs by the time they are due, in ticks; for one thread at a time."""

    def __init__(self) -> None:
        self._heap: list[tuple[int, int, Entry]] = []
        self._numbers = count()
        self._offset: int | None = None  # wall-clock time less ticks, on which the grid lies

    def at(self, due: int, job: Job) -> None:
        """Add a job that runs once."""
        number = next(self._numbers)
        heappush(self._heap, (due, number, Entry(job, number, None, 0)))

    def every(self, interval_ms: int, job: Job, now: int, stagger_ms: int = 0) -> Entry:
        """Add a job that is due ``stagger_ms`` from now and from then on behind whole intervals."""
        timer = Timer(interval_ms, now + min(stagger_ms, interval_ms))
        entry = Entry(job, next(self._numbers), timer, stagger_ms)
        heappush(self._heap, (timer.due, entry.number, entry))
        return entry

    def cancel(self, entry: Entry) -> None:
        """Never run a job again."""
        entry.cancelled = True

    def due_at(self) -> int | None:
        """Return when something is due next, None where nothing is."""
        while self._heap and self._heap[0][2].cancelled:
            heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def take_due(self, now: int, unix_ms: int) -> Job | None:
        """Return the job that is most overdue, and set its next time; None where none is due."""
        self._notice_step(now, unix_ms)
        due_at = self.due_at()
        if due_at is None or due_at > now:
            return None
        entry = heappop(self._heap)[2]
        if entry.timer is not None:
            self._set_next(entry, entry.timer, now)
            heappush(self._heap, (entry.timer.due, entry.number, entry))
        return entry.job

    def _set_next(self, entry: Entry, timer: Timer, now: int) -> None:
        timer.advance(now)
        late = (timer.due + (self._offset or 0) - entry.stagger_ms) % timer.interval_ms
        if late:  # its first time was no whole interval: to the nearer one
            ahead = timer.interval_ms - late
            timer.due += ahead if ahead <= late or timer.due - late <= now else -late

    def _notice_step(self, now: int, unix_ms: int) -> None:
        offset = unix_ms - now
        if self._offset is not None and abs(offset - self._offset) <= _STEP_MS:
            return
        first = self._offset is None
        self._offset = offset
        if not first:
            self._lay_grid_anew(now)

    def _lay_grid_anew(self, now: int) -> None:
        heap = []
        for due, number, entry in self._heap:
            if entry.timer is not None and due > now:  # one that is due now is taken first
                self._set_next(entry, entry.timer, now)
                due = entry.timer.due
            heap.append((due, number, entry))
        heapify(heap)
        self._heap = heap
