"""How far each output is, in memory; the file has the same, as soon as it can be written.

An output's cursor is where it has delivered all that came before. What it delivered beyond, while
one device had to wait and others went on, is known by device; in the file as "output/device", a
name that no output can have.
"""

from collections.abc import Callable, Iterable, Mapping

from byteport_agent.outbox.entry import Entry
from byteport_agent.outbox.log_file import Cursor

Ahead = Mapping[str, int]  # by device, the last number delivered


class Progress:
    """Cursors of the outputs in use, and of those that were: a later one goes on where it was."""

    def __init__(self, names: Iterable[str], start: int) -> None:
        self._names = tuple(names)
        self._cursors = {name: Cursor(start, 0) for name in self._names}
        self._ahead: dict[str, dict[str, int]] = {}

    def __getitem__(self, name: str) -> Cursor:
        return self._cursors[name]

    def ahead(self, name: str) -> dict[str, int]:
        """Return the devices of which an output has delivered more than its cursor says."""
        last = self._cursors[name].last
        return {
            device: number for device, number in self._ahead.get(name, {}).items() if number > last
        }

    def all(self) -> dict[str, Cursor]:
        """Return everything as the file has it."""
        rows = dict(self._cursors)
        for name in self._cursors:
            rows.update(
                (f"{name}/{device}", Cursor(number, 0))
                for device, number in self.ahead(name).items()
            )
        return rows

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
            self.use(self._names)  # with all rows there: one of a damaged name may be a new one's
            for name, (_, lost) in unsaved.items():
                self._cursors[name] = Cursor(self[name].last, self[name].lost + lost)
            self._ahead = {}
        else:
            self._cursors = {**stored, **unsaved}
        for row in [row for row in self._cursors if "/" in row]:
            name, _, device = row.partition("/")
            self._ahead.setdefault(name, {}).setdefault(device, self._cursors.pop(row).last)

    def delivered(self, last: int) -> int:
        """Return the number up to which every output has all; ``last`` where there is no output."""
        return min((self[name].last for name in self._names), default=last)

    def everybody_has(self, entry: Entry) -> bool:
        """Tell whether every output has delivered an entry, in its turn or ahead of it."""
        return bool(self._names) and all(
            entry.id <= self[name].last
            or entry.id <= self._ahead.get(name, {}).get(entry.device, entry.id - 1)
            for name in self._names
        )

    def newest(self) -> int:
        return max((cursor.last for cursor in self.all().values()), default=0)

    def acknowledge(self, name: str, number: int, device: str | None = None) -> dict[str, Cursor]:
        """Move a cursor on, or that of a device; return the row to save, none if it is there."""
        last, lost = self[name]
        if number <= last:
            return {}
        if device is None:
            self._cursors[name] = Cursor(number, lost)
            return {name: self[name]}
        ahead = self._ahead.setdefault(name, {})
        if number <= ahead.get(device, last):
            return {}
        ahead[device] = number
        return {f"{name}/{device}": Cursor(number, 0)}

    def lose_some(self, count: Callable[[int, Ahead], int]) -> None:
        """Count what is gone from among others, as `lose` does, and pass nothing over."""
        for name in self._names:
            last, lost = self[name]
            self._cursors[name] = Cursor(last, lost + count(last, self.ahead(name)))

    def lose(self, to: int, count: Callable[[int, Ahead], int]) -> None:
        """Pass over what is deleted up to ``to``.

        ``count`` tells how much of that follows a number and was not delivered ahead.
        """
        for name in self._names:
            last, lost = self[name]
            if last < to:
                lost += count(last, self.ahead(name))
                self._cursors[name] = Cursor(to, lost)


def raised(rows: dict[str, Cursor], acknowledged: dict[str, int]) -> dict[str, Cursor]:
    """Return the rows of a file, moved on to what was acknowledged since they were saved."""
    start = Cursor(0, 0)
    newer = {
        name: Cursor(max(number, rows.get(name, start).last), rows.get(name, start).lost)
        for name, number in acknowledged.items()
    }
    return {**rows, **newer}
