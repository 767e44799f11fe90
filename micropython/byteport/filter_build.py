"""Makes fields out of filter settings that are right, as a station gets them from a PC.

`byteport.filter_settings` tells what each setting means and finds mistakes; here nothing is
checked, and durations are whole milliseconds.
"""

from byteport.compat import const
from byteport.filters import MOST, Field, Range

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from byteport.filters import Stage


def field_of(channel: str, settings: "str | Mapping[str, Any]", decimals: "int | None") -> Field:
    """Return the field of a driver's channel: settings are a table, or the field's name alone.

    ``decimals`` are the channel's, for settings that say none.
    """
    table: "Any" = {"name": settings or channel} if isinstance(settings, str) else settings
    get = table.get
    name = get("name", channel)
    window = None
    if get("window"):
        from byteport.filter_window import Window

        kinds = get("window_report", ("mean",))
        window = Window(get("window"), names_of(name, kinds), kinds)
    return Field(
        name,
        _stages(get),
        window,
        get("decimals", decimals),
        get("on_change", False),
        get("deadband", 0),
        get("heartbeat", 0),
    )


def names_of(name: str, kinds: "Sequence[str]") -> "Sequence[str]":
    """Return the names of a window's reports."""
    return (name,) if len(kinds) < 2 else [f"{name}_{kind}" for kind in kinds]


def _stages(get: "Any") -> "list[Stage]":
    stages: "list[Stage]" = [Range(get("min", -MOST), get("max", MOST))]
    for key in ("scale", "offset", "points", "max_rate", "median", "mean"):
        if get(key):
            from byteport.filter_stages import add_stages

            add_stages(stages, get)
            break
    return stages
