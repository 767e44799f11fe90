"""When a group of calls is stored: rarely enough for an SD card, soon enough for who waits.

A sync writes some kilobytes, however little is new. So there are at most twenty a second, unless a
client sends its next call as soon as it has its answer, as when it drains a backlog: that one waits
for nothing but the disk.
"""

APART_MS = 50
_REMEMBERED = 512


class Pace:
    """One gateway's groups; times are ticks."""

    def __init__(self) -> None:
        self._began: int | None = None
        self._answered: dict[object, int] = {}
        self._eager = False

    def came(self, client: object, now: int) -> None:
        """Note a call for the next group."""
        if now - self._answered.pop(client, now - APART_MS - 1) <= APART_MS:
            self._eager = True

    def wait_ms(self, now: int) -> int:
        """Return how long the group that there is should wait for more."""
        if self._began is None or self._eager:
            return 0
        return max(self._began + APART_MS - now, 0)

    def begins(self, now: int) -> None:
        """Note that a group begins to be stored."""
        self._began, self._eager = now, False
        if len(self._answered) > _REMEMBERED:
            self._answered = {
                client: at for client, at in self._answered.items() if now - at <= APART_MS
            }

    def answered(self, client: object, now: int) -> None:
        """Note an answer on a connection that stays open."""
        self._answered[client] = now
