"""What a field's filters are called and do, for people; `byteport.filter_settings` checks them."""

from typing import Any, NamedTuple

from byteport.filter_settings import mistakes
from byteport_agent.config import kinds
from byteport_agent.config.problems import clipped_text
from byteport_agent.config.settings import Setting
from byteport_agent.config.tables import Table


class Filter(NamedTuple):
    """One setting of a field as the documentation shows it."""

    type: str
    meaning: str
    example: str
    default: str = ""


FILTERS = {
    "scale": Filter("number, not 0", "Values are multiplied by it.", "0.1", "1"),
    "offset": Filter("number", "Added after `scale`.", "-2.0", "0"),
    "points": Filter(
        "list of pairs",
        "Calibration: `[measured, true]`, measured ones rising; lines between and beyond them.",
        "[[0.4, 0], [98.9, 100]]",
    ),
    "min": Filter("number", "A value below is refused, counted and told once.", "-40"),
    "max": Filter("number", "A value above is refused, counted and told once.", "85"),
    "max_rate": Filter("number above 0", "The fastest change per second that is believed.", "0.5"),
    "max_rate_samples": Filter(
        "whole number, 2 to 100",
        "A step is believed with so many values in a row that agree on it.",
        "5",
        "3",
    ),
    "median": Filter("whole number, 2 to 25", "The median of so many last values.", "5"),
    "mean": Filter("whole number, 2 to 100", "The mean of so many last values.", "10"),
    "window": Filter(
        "duration, up to 6d", "One report at its end, of all values since its start.", '"5m"'
    ),
    "window_report": Filter(
        "list",
        'Some of `"min"`, `"max"`, `"mean"`; several are fields of their own, with `_min`, `_max` '
        "and `_mean` after the name.",
        '["min", "max"]',
        '["mean"]',
    ),
    "decimals": Filter("whole number, 0 to 9", "Digits after the point.", "1", "the driver's"),
    "deadband": Filter(
        "number above 0", "Reports only what is so far from the last reported.", "0.5"
    ),
    "on_change": Filter(
        "true or false", "Reports only what differs from the last reported.", "true", "false"
    ),
    "heartbeat": Filter(
        "duration, up to 6d",
        "In spite of `deadband` and `on_change`, reports so long after the last report.",
        '"10m"',
    ),
}
UNIT = Setting(
    "unit",
    kinds.UNIT,
    "The unit that its values have then, as SenML writes it.",
    '"%"',
)
_NEEDS = {"max_rate_samples": "max_rate", "window_report": "window", "heartbeat": "on_change"}


def check_filters(table: Table, channel: str, name: str) -> None:
    """Add what is wrong with the filters of one field's table."""
    settings: dict[str, Any] = {key: table.values[key] for key in FILTERS if key in table.values}
    for key, sentence in mistakes(channel, {"name": name or channel, **settings}):
        table.mistake(clipped_text(sentence), key)


def example_table(key: str) -> str:
    """Return a filter's example, with what it is nothing without, as a line of a field's table."""
    needed = _NEEDS.get(key)
    before = f"{needed} = {FILTERS[needed].example}, " if needed else ""
    return f"{{ {before}{key} = {FILTERS[key].example} }}"
