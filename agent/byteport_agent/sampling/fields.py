"""A sample's way through the filters of its fields, to the texts that are stored."""

from collections.abc import Mapping, Sequence

from byteport.digits import decimals_text
from byteport.errors import BadReading, InvalidValue
from byteport.filter_settings import build
from byteport.filters import Field, Report
from byteport_agent.config.sections import FieldSettings
from byteport_agent.outbox.entry import Fields
from byteport_agent.record import Channels

Reports = list[tuple[int, Fields]]  # (how many ms before now it was complete, what to store)


class SensorFields:
    """The fields of one sensor; ``settings`` by channel, None for all channels as they are."""

    def __init__(self, settings: Mapping[str, FieldSettings] | None) -> None:
        self._settings = settings
        self._fields: dict[str, tuple[Field, int] | None] = {}
        self._notes: list[str] = []
        self._last: dict[str, str] = {}

    @property
    def refused(self) -> int:
        """How many values were not believed."""
        return sum(entry[0].refused for entry in self._fields.values() if entry)

    def take(self, channels: Channels, values: Sequence[object], now: int) -> Reports:
        """Return what to store of a sample; raises BadReading for one of another length."""
        if len(values) != len(channels):
            raise BadReading(f"a sample of {len(values)} values for {len(channels)} channels")
        parts: dict[int, Fields] = {}
        for (channel, _, decimals), value in zip(channels, values, strict=True):
            entry = self._field(channel, decimals)
            if entry is not None:
                field, digits = entry
                self._add(parts, field.take(value, now), digits)  # type: ignore[arg-type]
                if field.note:
                    self._notes.append(field.note)
        return list(parts.items())

    def missed(self, now: int) -> Reports:
        """Return what to store where there is no sample: a window may have ended."""
        parts: dict[int, Fields] = {}
        for entry in self._fields.values():
            if entry is not None:
                self._add(parts, entry[0].missed(now), entry[1])
        return list(parts.items())

    def forget(self) -> None:
        """Begin medians and means anew: the sensor was away."""
        for entry in self._fields.values():
            if entry is not None:
                entry[0].forget()

    def taken_notes(self) -> list[str]:
        """Return, once, what was refused; the filters tell it once per episode."""
        if not self._notes:
            return []
        notes, self._notes = self._notes, []
        return notes

    def last_values(self) -> dict[str, str]:
        """Return the last text of each field that was stored."""
        return dict(self._last)

    def units(self, channels: Channels) -> dict[str, str]:
        """Return the SenML unit of each field that one of these channels is stored as."""
        units = {}
        for channel, unit, _ in channels:
            if self._settings is None:
                units[channel] = unit
            elif channel in self._settings:
                settings = self._settings[channel]
                shown = unit if settings.unit is None else settings.unit
                units.update((name, shown) for name in settings.sent_as)
        return units

    def every_ms(self, channels: Channels, interval_ms: int) -> dict[str, int | None]:
        """Return how often each field is reported at least, None for one that may be silent."""
        every: dict[str, int | None] = {}
        for channel, _, _ in channels:
            if self._settings is None:
                every[channel] = interval_ms
            elif channel in self._settings:
                found = self._settings[channel]
                every.update(dict.fromkeys(found.sent_as, found.every_ms(interval_ms)))
        return every

    def _field(self, channel: str, decimals: int) -> tuple[Field, int] | None:
        """Return the channel's field, None where it is not stored."""
        if channel not in self._fields:
            self._fields[channel] = self._made(channel, decimals)
        return self._fields[channel]

    def _made(self, channel: str, decimals: int) -> tuple[Field, int] | None:
        if self._settings is None:
            settings: Mapping[str, object] = {"name": channel}
        elif channel in self._settings:
            settings = self._settings[channel].settings
        else:
            return None
        try:
            field = build(channel, settings, decimals)
        except InvalidValue as error:
            self._notes.append(f"{error}: it is not stored; give it another name with fields")
            return None
        return field, decimals if field.decimals is None else field.decimals

    def _add(self, parts: dict[int, Fields], report: Report | None, digits: int) -> None:
        if report is None:
            return
        pairs = tuple(
            (name, text_of(value, digits))
            for name, value in zip(report.names, report.values, strict=True)
        )
        self._last.update(pairs)
        parts[report.late_ms] = parts.get(report.late_ms, ()) + pairs


def text_of(value: object, decimals: int) -> str:
    """Return a value as it is stored: a number with its digits, text and truth as they are."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return decimals_text(value, decimals)
    return str(value)
