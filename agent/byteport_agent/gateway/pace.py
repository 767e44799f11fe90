"""When a group of calls is stored: rarely enough for an SD card, soon enough for who waits.

A sync writes some kilobytes, however little is new. So there are at most ten a second, unless
clients wait for nothing else: one that sends its next call as soon as it has its answer, as when
it drains a backlog, is expected back, and when all of those are there nobody is waited for.
"""

from collections.abc import Iterable

APART_MS = 100


class Pace:
    """One intake's groups; times are ticks."""

    def __init__(self) -> None:
        self._began: int | None = None
        self._expected: set[object] = set()
        self._all_back = False

    def came(self, client: object) -> None:
        """Note a call for the next group."""
        if client in self._expected:
            self._expected.remove(client)
            self._all_back = not self._expected

    def gone(self, client: object) -> None:
        """Expect a client no more."""
        self.came(client)

    def wait_ms(self, now: int) -> int:
        """Return how long the group that there is should wait for more."""
        if self._began is None or self._all_back:
            return 0
        return max(self._began + APART_MS - now, 0)

    def stored(self, began: int, answered: Iterable[object]) -> None:
        """Note when a group began to be stored, and who may come back soon."""
        self._began = began
        self._expected = set(answered)
        self._all_back = False
