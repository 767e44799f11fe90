"""One entry sent in several calls, because as a whole it is too large or some of it cannot be sent.

Halved until each part passes or is a single field that does not: only that is given up.
"""

from collections import deque

from byteport_agent.outbox import Entry
from byteport_agent.outbox.entry import Fields


class Parts:
    """The fields of an entry that are yet to be sent, and those that were refused."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.left: deque[Fields] = deque([entry.fields])
        self.refused: list[tuple[str, str]] = []
        self.reason = ""
        self.passed = False

    def delivered(self) -> None:
        self.left.popleft()
        self.passed = True

    def split(self, reason: str) -> None:
        """Make two parts of the one that was tried, or give it up where it is one field."""
        fields = self.left[0]
        if len(fields) < 2:
            self.give_up(reason)
            return
        middle = len(fields) // 2
        self.left[0] = fields[middle:]
        self.left.appendleft(fields[:middle])

    def give_up(self, reason: str) -> None:
        """Set aside the part that was tried."""
        self.refused += self.left.popleft()
        self.reason = self.reason or reason

    def dead(self) -> list[tuple[Entry, str]]:
        """Return what was refused, as an entry of its own, with the reason."""
        if not self.refused:
            return []
        return [(self.entry._replace(fields=tuple(self.refused)), self.reason)]
