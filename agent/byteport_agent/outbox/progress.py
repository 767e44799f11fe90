"""How far each output is, in memory; the file has the same, as soon as it can be written."""

from collections.abc import Callable, Iterable

from byteport_agent.outbox.log_file import Cursor


class Progress:
    """Cursors of the outputs in use, and of those that were: a later one goes on where it was."""

    def __init__(self, names: Iterable[str], start: int) -> None:
        self._names = tuple(names)
        self._cursors = {name: Cursor(start, 0) for name in self._names}

    def __getitem__(self, name: str) -> Cursor:
        return self._cursors[name]

    def all(self) -> dict[str, Cursor]:
        return dict(self._cursors)

    def use(self, names: Iterable[str]) -> None:
        """Serve these outputs; a new one gets what the slowest of the others is yet to get."""
        self._names = tuple(names)
        start = min((cursor.last for cursor in self._cursors.values()), default=0)
        for name in self._names:
            self._cursors.setdefault(name, Cursor(start, 0))

    def load(self, stored: dict[str, Cursor], first_time: bool) -> None:
        """Take over what the file knows; what memory knows is newer, except the first time."""
        unsaved = self._cursors
        if first_time:
            self._cursors = dict(stored)
            self.use(self._names)
            for name, (_, lost) in unsaved.items():
                self._cursors[name] = Cursor(self[name].last, self[name].lost + lost)
        else:
            self._cursors = {**stored, **unsaved}

    def delivered(self, last: int) -> int:
        """Return the number up to which every output has all; ``last`` where there is no output."""
        return min((self[name].last for name in self._names), default=last)

    def newest(self) -> int:
        return max((cursor.last for cursor in self._cursors.values()), default=0)

    def acknowledge(self, name: str, number: int) -> bool:
        """Move a cursor on; return False where it is there already."""
        last, lost = self[name]
        if number <= last:
            return False
        self._cursors[name] = Cursor(number, lost)
        return True

    def lose_some(self, numbers: list[int]) -> None:
        """Count what is gone from among what is yet to be delivered."""
        for name in self._names:
            last, lost = self[name]
            self._cursors[name] = Cursor(last, lost + sum(number > last for number in numbers))

    def lose(self, to: int, count: Callable[[int], int]) -> None:
        """Pass over what is deleted up to ``to``; ``count`` tells how many follow a number."""
        for name in self._names:
            last, lost = self[name]
            if last < to:
                self._cursors[name] = Cursor(to, lost + count(last))


def raised(cursors: dict[str, Cursor], acknowledged: dict[str, int]) -> dict[str, Cursor]:
    """Return the cursors, moved on to what was acknowledged since they were saved."""
    start = Cursor(0, 0)
    newer = {
        name: Cursor(max(number, cursors.get(name, start).last), cursors.get(name, start).lost)
        for name, number in acknowledged.items()
    }
    return {**cursors, **newer}
