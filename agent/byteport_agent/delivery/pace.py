"""How often a call may be made: evenly, whatever has piled up.

After an outage all agents have a backlog, and begin within the longest wait of their backoffs. One
that takes at least as long for its backlog, evenly, adds so little that all of them together are
never at more than twice their mean, however their starts fall. One that is done with a few calls
makes them at once: then its start is all there is, and those are spread already.
"""

_SPREAD = 1.25  # of the longest wait
_FEW = 10
_LATE_MS = 100  # that much may be made up for: a pause after each call would cost more than a call


class Pace:
    """At most ``max_rate`` calls a second, and at most what a tenth of one allows at once."""

    def __init__(self, max_rate: float) -> None:
        self._least_gap_ms = self._gap_ms = 1000 / max_rate
        self._spread_calls = 0
        self._next_at: float | None = None

    def wait_ms(self, now: int) -> int:
        """Return how long no call may be made; less than a millisecond is not waited for."""
        return 0 if self._next_at is None else max(int(self._next_at - now), 0)

    def take(self, now: int) -> None:
        """Note that a call is made."""
        earliest = now - _LATE_MS
        if self._next_at is None or self._next_at < earliest:
            self._next_at = float(earliest)
        self._next_at += self._gap_ms
        self._spread_calls -= 1
        if self._spread_calls <= 0:
            self._gap_ms = self._least_gap_ms

    def spread(self, calls: int, ceiling_ms: int) -> None:
        """Take longer for so many calls than others may wait before they begin with theirs."""
        self._spread_calls = calls
        gap_ms = _SPREAD * ceiling_ms / calls if calls >= _FEW else 0
        self._gap_ms = max(self._least_gap_ms, gap_ms)
