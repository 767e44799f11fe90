"""When a group of calls is stored: rarely enough for an SD card, soon enough for who waits.

A sync writes some kilobytes, however little is new. So there are at most twenty a second, unless
clients send their next call as soon as they have their answer, as when they drain a backlog: those
wait for the disk, and for half of their like.
"""

APART_MS = 50
_PATIENCE_MS = 5


class Pace:
    """One gateway's groups; times are ticks."""

    def __init__(self) -> None:
        self._began: int | None = None
        self._answered: dict[object, int] = {}  # in the order of their answers
        self._hurry_at: int | None = None

    def came(self, client: object, now: int) -> None:
        """Note a call for the next group."""
        answered_at = self._answered.pop(client, None)
        if answered_at is not None and now - answered_at <= APART_MS and self._hurry_at is None:
            self._hurry_at = now + _PATIENCE_MS

    def wait_ms(self, waiting: int, now: int) -> int:
        """Return how long a group of so many should wait for more."""
        if self._began is None:
            return 0
        due = self._began + APART_MS
        if self._hurry_at is not None:
            due = min(due, self._hurry_at)
            if waiting >= self._expected(now):
                return 0
        return max(due - now, 0)

    def begins(self, now: int) -> None:
        """Note that a group begins to be stored."""
        self._began, self._hurry_at = now, None

    def answered(self, client: object, now: int) -> None:
        """Note an answer on a connection that stays open."""
        self._answered[client] = now
        self._expected(now)

    def _expected(self, now: int) -> int:
        """Return how many were answered just now and may be back soon."""
        for client, at in list(self._answered.items()):
            if now - at <= APART_MS:
                break
            del self._answered[client]
        return len(self._answered)
