"""When one job is due: a fixed grid on a monotonic clock, so no drift and no catch-up burst.

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
