"""What becomes of a measured value before it is reported: calibration, belief, averages, change.

`byteport.filter_settings` tells what each filter means and makes fields out of plain data. The
order is fixed: Lines, Range, Rate, Last, Window, decimals, then deadband, on_change and heartbeat.

A value is refused if it is None, NaN, infinite, beyond 1e36 (so that no sum overflows where floats
have 32 bits), or refused by Range or Rate. That is counted, never raised, and told once until a
value is believed again. Text and booleans meet only on_change, which a deadband is to them, and
heartbeat. Times are ticks of `byteport.compat`, passed in; none may be longer than 6 days.
"""

from byteport.compat import const, ticks_add, ticks_diff

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    Value = int | float | str | bool

MOST = 1e36
_LEAST = -MOST  # said once, because a board makes a new float of -MOST each time
_TEXT = (str, bool)
_NUMBER = (int, float)


class Report:
    """Values to store: ``values[i]`` is called ``names[i]``. Valid until the field's next call.

    They were complete ``late_ms`` milliseconds before now: take that off their timestamp. It is 0
    but for a window that ended when no value came.
    """

    def __init__(self, names: "Sequence[str]") -> None:
        self.names = names
        self.values: "list[Any]" = [None] * len(names)
        self.late_ms = 0
        self._last: "list[Any]" = [None] * len(names)
        self._reported = self._seen = 0

    def due(self, now: int, deadband: float, heartbeat_ms: int) -> bool:
        """Return whether a value moved from the last reported, or it is time, and note it."""
        step = ticks_diff(now, self._seen)
        self._seen = now
        silent = ticks_diff(now, self._reported)
        # silent is negative where it is longer than ticks can tell
        moved = heartbeat_ms and not 0 <= silent < heartbeat_ms - step // 2
        for i in range(len(self.values)):
            new = self.values[i]
            last = self._last[i]
            if new != last:
                if deadband and isinstance(new, _NUMBER) and isinstance(last, _NUMBER):
                    moved = moved or abs(new - last) >= deadband
                else:
                    moved = True
        if moved:
            self._reported = now
            for i in range(len(self.values)):
                self._last[i] = self.values[i]
        return bool(moved)


class Field:
    """One field: what it has seen, and which of it is to be reported. One thread at a time.

    ``refused`` counts values that were not believed. ``note`` is a sentence for the log after the
    call that refused the first of them in a row, and empty after any other call.
    """

    def __init__(
        self,
        name: str,
        stages: "Sequence[Stage]" = (),
        window: "Window | None" = None,
        decimals: "int | None" = None,
        on_change: bool = False,
        deadband: float = 0,
        heartbeat_ms: int = 0,
    ) -> None:
        self.name = name
        self.decimals = decimals
        self.refused = 0
        self.note = ""
        self._stages = stages
        self._window = window
        self._selects = on_change or deadband
        self._deadband = deadband * 0.999  # 21.2 - 21.1 is less than 0.1
        self._heartbeat_ms = heartbeat_ms
        self._own = Report((name,))
        self._absent = 0
        self._told = False

    def take(self, value: "Value | None", now: int) -> "Report | None":
        """Take what was measured at ``now``; return what to report, if anything."""
        self.note = ""
        if isinstance(value, _TEXT):
            return self._believe(value, now)
        ended = self._end_window(now)
        if not isinstance(value, _NUMBER) or not _LEAST <= value <= MOST:
            # a list or a long integer may be longer as text than memory
            named = value is None or isinstance(value, float)
            self._refuse(value if named else type(value), None)
            return ended
        number: "Any" = value
        for stage in self._stages:
            result = stage.apply(number, now)
            if result is None:
                self._refuse(number, stage)
                return ended
            number = result
        if self._window is None:
            return self._believe(number, now)
        self._absent = 0
        self._told = False
        self._window.add(number)
        return ended

    def missed(self, now: int) -> "Report | None":
        """Let time pass without a value; return what to report: a window may have ended."""
        self.note = ""
        self._age()
        return self._end_window(now)

    def forget(self) -> None:
        """Begin median and mean anew, as when a sensor was away: what they hold is too old."""
        for stage in self._stages:
            stage.forget()

    def _age(self) -> None:
        self._absent += 1
        for stage in self._stages:
            if self._absent == stage.memory:
                stage.forget()

    def _refuse(self, value: object, stage: "Stage | None") -> None:
        self.refused += 1
        self._age()
        if not self._told:
            self._told = True
            why = stage.why() if stage else "not a number that can be stored"
            self.note = f"{self.name}: {value} is {why}"

    def _believe(self, value: "Value", now: int) -> "Report | None":
        self._absent = 0
        self._told = False
        self._own.values[0] = value
        return self._select(self._own, now)

    def _end_window(self, now: int) -> "Report | None":
        window = self._window
        return self._select(window.report, now) if window and window.ended(now) else None

    def _select(self, report: Report, now: int) -> "Report | None":
        values = report.values
        for i in range(len(values)):
            if isinstance(values[i], float):
                if self.decimals is not None:
                    values[i] = round(values[i], self.decimals)
                if not values[i]:
                    values[i] = 0.0  # and not -0.0
        if self._selects and not report.due(now, self._deadband, self._heartbeat_ms):
            return None
        return report


class Stage:
    """What a number passes through: apply returns what becomes of it, None if it is refused."""

    memory = 0  # after so many absent values, forget

    def apply(self, value: float, _: int) -> "float | None":
        return value

    def why(self) -> str:
        return ""

    def forget(self) -> None:
        pass


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


class Range(Stage):
    """Refuses what is outside two limits, and NaN."""

    def __init__(self, low: float = -MOST, high: float = MOST) -> None:
        self._low = low
        self._high = high

    def apply(self, value: float, _: int) -> "float | None":
        return value if self._low <= value <= self._high else None

    def why(self) -> str:
        if (self._low == -MOST) == (self._high == MOST):
            return f"outside {self._low} to {self._high}"
        return f"below {self._low}" if self._high == MOST else f"above {self._high}"


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


class Window:
    """Minimum, maximum and mean of the values of so many milliseconds; no part of the stages.

    ``kinds`` are those to report, in the order of the report's names.
    """

    def __init__(self, ms: int, names: "Sequence[str]", kinds: "Sequence[str]") -> None:
        self.report = Report(names)
        self.min = self.max = self.mean = 0.0
        self._ms = ms
        self._kinds = kinds
        self._start: "int | None" = None
        self._count = 0

    def add(self, value: float) -> None:
        if not self._count:
            self._first = self.min = self.max = value
            self._beyond: float = 0
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
