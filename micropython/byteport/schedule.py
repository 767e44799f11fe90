"""When each job is due: a fixed grid on a monotonic clock, so no drift, overlap or catch-up burst.

Times are ticks of `byteport.compat`, which wrap on a board: a wait must be shorter than 6 days.
"""

from byteport.compat import ticks_diff
from byteport.timer import Timer as Timer


class Schedule:
    """Several jobs on one thread: which is due next, and for how long there is nothing to do."""

    def __init__(self) -> None:
        self._timers: "list[tuple[Timer, object]]" = []

    def add(self, job: object, interval_ms: int, first: int) -> Timer:
        """Add a job, due at ``first`` and every ``interval_ms``; return its timer."""
        timer = Timer(interval_ms, first)
        self._timers.append((timer, job))
        return timer

    def wait_ms(self, now: int) -> int:
        """Return the milliseconds until any job is due."""
        return min([timer.wait_ms(now) for timer, _ in self._timers])

    def next_due(self, now: int) -> "tuple[Timer, object] | None":
        """Return the (timer, job) that is most overdue, or None where none is due.

        The caller runs the job and then calls ``timer.advance`` with the time at its end.
        """
        latest = None
        most_late = -1
        for entry in self._timers:
            late = ticks_diff(now, entry[0].due)
            if late > most_late:
                latest, most_late = entry, late
        return latest
