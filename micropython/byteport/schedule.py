"""When each job is due: a fixed grid on a monotonic clock, so no drift, overlap or catch-up burst.

Times are ticks of `byteport.compat`, which wrap on a board: a wait must be shorter than 6 days.
"""

from byteport.compat import const, ticks_add, ticks_diff

_MAX_INTERVAL_MS = const(518400000)  # 6 days; ticks_diff is right up to 6.2


class Timer:
    """One job's due times: ``first`` and every ``interval_ms`` after it."""

    def __init__(self, interval_ms: int, first: int) -> None:
        if not 0 < interval_ms <= _MAX_INTERVAL_MS:
            raise ValueError(f"an interval is 1 ms to 6 days, not {interval_ms} ms")
        self.interval_ms = interval_ms
        self.due = first

    def wait_ms(self, now: int) -> int:
        """Return the milliseconds until the job is due, 0 if it is due or late."""
        wait = ticks_diff(self.due, now)
        return wait if wait > 0 else 0

    def advance(self, now: int) -> int:
        """Set the first due time after now, when a job ends; return how many were skipped.

        The grid stays: a job that took 2.5 intervals skips two times and runs on the third.
        """
        late = ticks_diff(now, self.due)
        passed = late // self.interval_ms + 1 if late >= 0 else 0
        self.due = ticks_add(self.due, passed * self.interval_ms)
        return passed - 1 if passed > 0 else 0


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
