"""Minimum, maximum and mean of the values of some time, for `byteport.filters`."""

from byteport.compat import const, ticks_add, ticks_diff
from byteport.filters import Report

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Sequence


class Window:
    """Minimum, maximum and mean of the values of so many milliseconds; no part of the stages.

    ``kinds`` are those to report, in the order of the report's names.
    """

    def __init__(self, ms: int, names: "Sequence[str]", kinds: "Sequence[str]") -> None:
        self.report = Report(names)
        self.min = self.max = self.mean = self._first = 0.0
        self._beyond: float = 0
        self._ms = ms
        self._kinds = kinds
        self._start: "int | None" = None
        self._count = 0

    def add(self, value: float) -> None:
        if not self._count:
            self._first = self.min = self.max = value
            self._beyond = 0
        elif value < self.min:
            self.min = value
        elif value > self.max:
            self.max = value
        # differences from the first keep digits that a sum of 32-bit floats would lose
        self._beyond += value - self._first
        self._count += 1

    def ended(self, now: int) -> bool:
        """Return whether the window is over and had values, which are then in ``report``."""
        if self._start is None:
            self._start = now
        elapsed = ticks_diff(now, self._start)
        if 0 <= elapsed < self._ms:
            return False
        count = self._count
        self._count = 0
        self._start = ticks_add(now, -(elapsed % self._ms))
        # a negative time is longer than ticks can tell, and so old are the values
        if not count or elapsed < 0:
            return False
        self.mean = self._first + self._beyond / count
        self.report.late_ms = elapsed - self._ms
        for i in range(len(self._kinds)):
            self.report.values[i] = getattr(self, self._kinds[i])
        return True
