"""Whether a failure is the service's or the record's own: did anything else pass in between?

A service that fails for one record alone (an answer of 500 to a value it cannot digest, a network
that breaks what is too long) must not stop all the others, and not for ever.
"""

_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


class Suspicion:
    """What is known of the failures of one device's next record.

    ``passes`` is the service's count of what was delivered.
    """

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget: it passed, or it is another record's turn."""
        self._passes: int | None = None
        self._first_at = 0
        self._alone_since: int | None = None

    def failed(self, passes: int, now: int) -> bool:
        """Note a failure; return whether something else passed since the one before."""
        alone = self._passes is not None and passes > self._passes
        if self._passes is None:
            self._first_at = now
        if not alone:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now
        self._passes = passes
        return alone

    def wants_heartbeat(self, passes: int, now: int) -> bool:
        """Tell whether a heartbeat has to find out whether it is the record, after an hour."""
        return passes == self._passes and now - self._first_at >= _HOUR_MS

    def is_hopeless(self, now: int) -> bool:
        """Tell whether it failed for a day while others passed."""
        return self._alone_since is not None and now - self._alone_since >= _DAY_MS
