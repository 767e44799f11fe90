"""Calibration, rate limit, median and mean: what a number passes through in `byteport.filters`."""

from byteport.compat import const, ticks_diff
from byteport.filters import Stage

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any


def add_stages(stages: "list[Stage]", get: "Any") -> None:
    """Put what settings ask for around the Range that is there; ``get`` is that of the settings."""
    if get("points"):
        stages.insert(0, Lines(_lines(get("points"))))
    if get("scale", 1) != 1 or get("offset", 0):
        stages.insert(0, Lines([(0, get("scale", 1), get("offset", 0))]))
    if get("max_rate"):
        stages.append(Rate(get("max_rate"), get("max_rate_samples", 3)))
    if get("median"):
        stages.append(Last(get("median"), True))
    if get("mean"):
        stages.append(Last(get("mean"), False))


def _lines(points: "Sequence[Sequence[float]]") -> "list[tuple[float, float, float]]":
    lines = []
    raw, true = points[0]
    for next_raw, next_true in points[1:]:
        lines.append((raw, (next_true - true) / (next_raw - raw), true))
        raw, true = next_raw, next_true
    return lines


class Lines(Stage):
    """Straight lines (from, slope, base) by rising from, the first also for what is below it."""

    def __init__(self, lines: "Sequence[tuple[float, float, float]]") -> None:
        self._lines = lines

    def apply(self, value: float, _: int) -> float:
        chosen = self._lines[0]
        for line in self._lines:
            if value < line[0]:
                break
            chosen = line
        start, slope, base = chosen
        # each result of floats takes memory on a board
        if start:
            value -= start
        if slope != 1:
            value *= slope
        return value + base if base else value


class Rate(Stage):
    """Refuses steps of more than so much per second, until one has lasted so many samples."""

    def __init__(self, per_second: float, samples: int = 3) -> None:
        self._per_second = per_second
        self._per_ms = per_second / 1000
        self._samples = samples
        self._last: "float | None" = None
        self._last_at = 0
        self._step = 0.0
        self._step_at = 0
        self._lasted = 0

    def apply(self, value: float, now: int) -> "float | None":
        if self._last is not None and self._jumps(value - self._last, now, self._last_at):
            if self._jumps(value - self._step, now, self._step_at):
                self._lasted = 0
            self._lasted += 1
            self._step = value
            self._step_at = now
            if self._lasted < self._samples:
                return None
        self._last = value
        self._last_at = now
        self._lasted = 0
        return value

    def _jumps(self, step: float, now: int, since: int) -> bool:
        elapsed = ticks_diff(now, since)
        # a negative one is longer than ticks can tell
        return elapsed >= 0 and abs(step) > self._per_ms * elapsed

    def why(self) -> str:
        return f"more than {self._per_second} per second from {self._last}"


class Last(Stage):
    """The median or the mean of the last values, of fewer at first."""

    def __init__(self, size: int, median: bool) -> None:
        self.memory = size
        self._median = median
        self.forget()

    def forget(self) -> None:
        self._values: "list[float]" = []
        self._sorted: "list[float]" = []
        self._oldest = 0

    def apply(self, value: float, _: int) -> float:
        values = self._values
        ordered = self._sorted
        if len(values) < self.memory:
            values.append(value)
            ordered.append(value)
        else:
            ordered[ordered.index(values[self._oldest])] = value
            values[self._oldest] = value
            self._oldest = (self._oldest + 1) % self.memory
        if not self._median:
            return sum(values) / len(values)
        ordered.sort()
        half = len(values) // 2
        if len(values) % 2:
            return ordered[half]
        return (ordered[half - 1] + ordered[half]) / 2
