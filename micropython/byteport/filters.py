"""What becomes of a measured value before it is reported: calibration, belief, averages, change.

`byteport.filter_settings` tells what each filter means and makes fields out of plain data. The
order is fixed: Lines, Range, Rate, Last, Window, decimals, then deadband, on_change and heartbeat.
Range is here; a board reads `filter_stages` and `filter_window` only where they are needed.

A value is refused if it is None, NaN, infinite, beyond 1e36 (so that no sum overflows where floats
have 32 bits), or refused by Range or Rate. That is counted, never raised, and told once until a
value is believed again. Text and booleans meet only on_change, which a deadband is to them, and
heartbeat. Times are ticks of `byteport.compat`, passed in; none may be longer than 6 days.
"""

from byteport.compat import const, ticks_diff

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from byteport.filter_window import Window

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

    ``stages``, ``window`` and, if it ``selects``, the report have what it has seen.

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
        self.stages = stages
        self.window = window
        self.selects = on_change or deadband
        self._deadband = deadband * 0.999  # 21.2 - 21.1 is less than 0.1
        self._heartbeat_ms = heartbeat_ms
        self.own = Report((name,))
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
        for stage in self.stages:
            result = stage.apply(number, now)
            if result is None:
                self._refuse(number, stage)
                return ended
            number = result
        if self.window is None:
            return self._believe(number, now)
        self._absent = 0
        self._told = False
        self.window.add(number)
        return ended

    def missed(self, now: int) -> "Report | None":
        """Let time pass without a value; return what to report: a window may have ended."""
        self.note = ""
        self._age()
        return self._end_window(now)

    def forget(self) -> None:
        """Begin median and mean anew, as when a sensor was away: what they hold is too old."""
        for stage in self.stages:
            stage.forget()

    def _age(self) -> None:
        self._absent += 1
        for stage in self.stages:
            if self._absent == stage.memory:
                stage.forget()

    def _refuse(self, value: object, stage: "Stage | None") -> None:
        self.refused += 1
        self._age()
        if not self._told:
            self._told = True
            why = "not a number that can be stored"
            if stage:
                why = stage.why()
                value = f"{value:.7g}"  # not 0.30000000000000004
            self.note = f"{self.name}: {value} is {why}"

    def _believe(self, value: "Value", now: int) -> "Report | None":
        self._absent = 0
        self._told = False
        self.own.values[0] = value
        return self._select(self.own, now)

    def _end_window(self, now: int) -> "Report | None":
        window = self.window
        return self._select(window.report, now) if window and window.ended(now) else None

    def _select(self, report: Report, now: int) -> "Report | None":
        values = report.values
        for i in range(len(values)):
            if isinstance(values[i], float):
                if self.decimals is not None:
                    values[i] = round(values[i], self.decimals)
                if not values[i]:
                    values[i] = 0.0  # and not -0.0
        if self.selects and not report.due(now, self._deadband, self._heartbeat_ms):
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
