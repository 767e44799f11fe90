"""A sample's way through the filters of its fields; a sensor without filters has no use for it."""

from byteport.compat import const
from byteport.filter_build import field_of

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from byteport.filters import Field, Report

    Take = Callable[[str, object, int, int], object]  # name, value, decimals, late by so many ms


class FilteredFields:
    """The fields of one sensor, by channel; ``add`` is given each value that is to be stored.

    ``tell`` is given a sentence when a value is refused after one that was not.
    """

    def __init__(self, settings: "Any", add: "Take", tell: "Callable[[str], object]") -> None:
        self.settings = settings
        self._add = add
        self._tell = tell
        self.fields: "dict[str, tuple[Field, int]]" = {}

    def take(self, channels: "Sequence[tuple[str, str, int]]", values: "Any", now: int) -> None:
        """Take a sample; the channels that are not named are not stored."""
        for i in range(len(values)):
            name, _, decimals = channels[i]
            if name in self.settings:
                if name not in self.fields:
                    field = field_of(name, self.settings[name], decimals)
                    digits = decimals if field.decimals is None else field.decimals
                    self.fields[name] = field, digits
                field, digits = self.fields[name]
                self._report(field.take(values[i], now), digits)
                if field.note:
                    self._tell(field.note)

    def missed(self, now: int) -> None:
        """Let time pass without a sample: a window may have ended."""
        for field, digits in self.fields.values():
            self._report(field.missed(now), digits)

    def forget(self) -> None:
        """Begin medians and means anew: the sensor was away."""
        for field, _ in self.fields.values():
            field.forget()

    def _report(self, report: "Report | None", digits: int) -> None:
        if report is not None:
            for i in range(len(report.values)):
                self._add(report.names[i], report.values[i], digits, report.late_ms)
