"""The filters of a field, declared as a table that TOML or JSON gives: what each means, and checks.

A station's settings were checked on a PC, and `filter_build` is all that it needs of this.

Whatever the order in the table, they apply in this one:

    name              what the field is called, if not as the driver's channel
    scale, offset     value * scale + offset
    points            [[raw, true], …], two or more, raw rising: straight lines between them, of
                      which the first and the last go on outside (what is too far out is for min
                      and max)
    min, max          lowest and highest value that is believed, in calibrated units
    max_rate          the fastest change that is believed, per second, from the last believed value
                      (the first is believed)
    max_rate_samples  a step is believed with so many values in a row that agree on it (default 3)
    median            of the last so many values, of fewer at first
    mean              of the last so many medians or values, of fewer at first; both forget what
                      they hold after as many samples in a row that were refused or missed
    window            a duration: one report at its end, of the values since its start; windows
                      follow each other from the first sample on, good or bad
    window_report     some of ["min", "max", "mean"], default mean; if several, they are fields of
                      their own with _min, _max and _mean after the name
    decimals          digits after the point; what follows compares values as they are reported
    deadband          report only what is so far from the last reported (less a thousandth of it,
                      for rounding); where a window reports several, one that moves takes all along
    on_change         report only what is not equal to the last reported
    heartbeat         a duration: in spite of those two, report the value that comes nearest to so
                      long after the last report; an old value is never repeated

Durations are texts up to 6 days: "500ms", "1.5s", "5m", "1h", "2d". Numbers are in the field's
unit. Text and booleans are reported as they are, on change if deadband or on_change is set.
"""

from byteport.compat import const
from byteport.errors import InvalidName, InvalidValue
from byteport.filter_build import field_of, names_of
from byteport.filters import MOST
from byteport.names import check

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from byteport.filters import Field

KINDS = ("min", "max", "mean")
_MAX_MS = const(518400000)  # 6 days; ticks_diff is right up to 6.2

# a pair is a whole number's limits; otherwise what the message says is wanted
_WANTED: "dict[str, Any]" = {
    "name": "a text",
    "scale": "a number other than 0",
    "offset": "a number",
    "points": "two or more pairs of numbers, the first of each rising",
    "min": "a number",
    "max": "a number",
    "max_rate": "a number above 0",
    "max_rate_samples": (2, 100),
    "median": (2, 25),
    "mean": (2, 100),
    "window": "a duration up to 6 days as 500ms, 1.5s, 5m, 1h or 2d",
    "window_report": "a list of min, max and mean, each at most once",
    "decimals": (0, 9),
    "deadband": "a number above 0",
    "on_change": "true or false",
    "heartbeat": "a duration up to 6 days as 500ms, 1.5s, 5m, 1h or 2d",
}
KEYS = tuple(sorted(_WANTED))


def build(
    channel: str, settings: "str | Mapping[str, Any]" = "", decimals: "int | None" = None
) -> "Field":
    """Return the field of a driver's channel: settings are a table, or the field's name alone.

    ``decimals`` are the channel's, for settings that say none. Raises InvalidValue that lists every
    mistake in the settings.
    """
    found = mistakes(channel, settings)
    if found:
        raise InvalidValue(f"{channel}: " + "; ".join([text for _, text in found]))
    table = dict(_table(channel, settings))
    for key in ("window", "heartbeat"):
        if key in table:
            table[key] = duration_ms(table[key])
    return field_of(channel, table, decimals)


def mistakes(channel: str, settings: "str | Mapping[str, Any]") -> "list[tuple[str, str]]":
    """Return (key, sentence) of each mistake; a key that is not in KEYS has a sentence too."""
    table = _table(channel, settings)
    if not isinstance(table, dict):
        return [("", f"{settings!r} is neither a name nor a table of filters")]
    found = []
    for key in sorted(table):
        value = table[key]
        wanted = _WANTED.get(key)
        if wanted is None:
            found.append((key, f"{key} is no filter"))
        elif isinstance(wanted, tuple):
            low, high = wanted
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                found.append((key, f"{key} is {value!r}, not a whole number {low} to {high}"))
        elif not _right(key, value):
            found.append((key, f"{key} is {value!r}, not {wanted}"))
    return found or _together(table.get("name", channel), table)


def _together(name: str, table: "Mapping[str, Any]") -> "list[tuple[str, str]]":
    """Return what is wrong with settings of which each alone is right."""
    found = []
    for key, needed in (("max_rate_samples", "max_rate"), ("window_report", "window")):
        if key in table and needed not in table:
            found.append((key, f"{key} is nothing without {needed}"))
    if "heartbeat" in table and "deadband" not in table and not table.get("on_change"):
        found.append(("heartbeat", "heartbeat is nothing without deadband or on_change"))
    if table.get("min", -MOST) >= table.get("max", MOST):
        found.append(("max", f"max is {table.get('max')}, not above min, {table.get('min')}"))
    try:
        for each in names_of(name, table.get("window_report", ())):
            check(each)
    except InvalidName as error:
        found.append(("name", str(error)))
    return found


def _right(key: str, value: "Any") -> bool:
    if key == "name":
        return isinstance(value, str)
    if key == "on_change":
        return isinstance(value, bool)
    if key in ("window", "heartbeat"):
        return isinstance(value, str) and 0 < duration_ms(value) <= _MAX_MS
    if key == "window_report":
        return _are_kinds(value)
    if key == "points":
        return _are_points(value)
    if not _is_number(value):
        return False
    if key == "scale":
        return bool(value != 0)
    return value > 0 or key not in ("max_rate", "deadband")


def _is_number(value: "Any") -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) <= MOST


def _are_kinds(kinds: "Any") -> bool:
    if not isinstance(kinds, (list, tuple)) or not kinds:
        return False
    return all(kind in KINDS and kinds.count(kind) == 1 for kind in kinds)


def _are_points(points: "Any") -> bool:
    if not isinstance(points, (list, tuple)) or len(points) < 2:
        return False
    last = -2 * MOST
    for point in points:
        if not isinstance(point, (list, tuple)) or len(point) != 2:
            return False
        if not _is_number(point[0]) or not _is_number(point[1]) or point[0] <= last:
            return False
        last = point[0]
    return True


def _table(channel: str, settings: "str | Mapping[str, Any]") -> "Any":
    return {"name": settings or channel} if isinstance(settings, str) else settings


def duration_ms(text: str) -> int:
    """Return a duration's milliseconds, 0 for a text that is none."""
    number = text.rstrip("dhms")
    units = {"ms": 1, "s": 1000, "m": 60000, "h": 3600000, "d": 86400000}
    unit = units.get(text[len(number) :], 0)
    whole, point, part = number.partition(".")
    if not 0 < len(whole) < 10 or len(part) > 3 or (point and not part):
        return 0
    for c in whole + part:
        if not "0" <= c <= "9":
            return 0
    thousandths = int(whole + (part + "000")[:3]) * unit
    return 0 if thousandths % 1000 else thousandths // 1000
