"""Readings in memory while the disk takes none: bounded, the oldest lost first."""

from collections import deque
from collections.abc import Iterator

from byteport_agent.outbox.entry import Entry


class Ring:
    """Entries in order of their numbers, at most ``max_bytes`` of them."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._entries: deque[Entry] = deque()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries)

    def nearly_full(self) -> bool:
        return 2 * self.bytes > self._max_bytes

    def put(self, entry: Entry) -> list[Entry]:
        """Add an entry; return those that were lost for it."""
        self._entries.append(entry)
        self.bytes += entry.memory()
        lost = []
        while self.bytes > self._max_bytes and len(self._entries) > 1:
            lost.append(self.pop())
        return lost

    def pop(self) -> Entry:
        """Take the oldest out."""
        entry = self._entries.popleft()
        self.bytes -= entry.memory()
        return entry

    def after(self, number: int, limit: int) -> list[Entry]:
        """Return the first ``limit`` entries with a greater number."""
        entries = []
        for entry in self._entries:
            if entry.id > number:
                entries.append(entry)
                if len(entries) == limit:
                    break
        return entries

    def drop_to(self, number: int) -> None:
        """Forget the entries up to that number."""
        while self._entries and self._entries[0].id <= number:
            self.pop()

    def replace(self, entries: list[Entry]) -> None:
        """Put other entries, the same readings, in place of all."""
        self._entries = deque(entries)
        self.bytes = sum(entry.memory() for entry in entries)
