"""What filters have seen, as plain data: a station that sleeps deeply goes on from it."""

from byteport.compat import const, ticks_add, ticks_diff
from byteport.filter_build import field_of

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.filters import Field
    from byteport.station_fields import FilteredFields

_TIMES = ("_reported", "_seen", "_last_at", "_step_at", "_start")
_SEEN = _TIMES + (  # noqa: RUF005 (MicroPython)
    "_last",
    "_step",
    "_lasted",
    "_values",
    "_oldest",
    "_count",
    "_first",
    "_beyond",
    "min",
    "max",
)


def filters_state(filtered: "FilteredFields", now: int) -> "dict[str, Any]":
    """Return what the fields of a sensor have seen, as JSON can have it, with times before now."""
    return {
        channel: [digits, [_state_of(part, now) for part in _parts_of(field)]]
        for channel, (field, digits) in filtered.fields.items()
    }


def restore_filters(filtered: "FilteredFields", state: "dict[str, Any]", now: int) -> None:
    """Let the fields go on from such a state."""
    for channel, (digits, parts) in state.items():
        field = field_of(channel, filtered.settings[channel], digits)
        filtered.fields[channel] = field, digits
        for part, values in zip(_parts_of(field), parts):
            _restore(part, values, now)


def _parts_of(field: "Field") -> "list[Any]":
    parts: "list[Any]" = list(field.stages)
    if field.window:
        parts.append(field.window)
    if field.selects:
        parts.append(field.window.report if field.window else field.own)
    return parts


def _state_of(part: object, now: int) -> "list[Any]":
    values = []
    for name in _SEEN:
        if hasattr(part, name):
            value = getattr(part, name)
            if name in _TIMES and value is not None:
                value = ticks_diff(value, now)
            values.append(value)
    return values


def _restore(part: object, values: "list[Any]", now: int) -> None:
    place = 0
    for name in _SEEN:
        if hasattr(part, name):
            value = values[place]
            if name in _TIMES and value is not None:
                value = ticks_add(now, value)
            setattr(part, name, value)
            if name == "_values":
                part._sorted = sorted(value)  # type: ignore[attr-defined]
            place += 1
