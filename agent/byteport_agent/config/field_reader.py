"""Reads a sensor's ``fields``: which channels are sent, as which field, through which filters."""

from byteport.errors import InvalidName
from byteport.name_advice import advice
from byteport.names import LOG_LEVELS, check
from byteport_agent.config import kinds
from byteport_agent.config.filter_settings import FILTERS, UNIT, check_filters
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.config.sections import FieldSettings
from byteport_agent.config.tables import Table


def read_fields(table: Table, inner: list[Table]) -> dict[str, FieldSettings]:
    """Return the fields by channel; the tables read within this one are added to ``inner``."""
    inner.append(table)
    if not table.values:
        table.mistake("is empty, so nothing would be sent: name channels, or leave it out")
    fields = {}
    for channel, value in table.values.items():
        settings = {"name": value} if isinstance(value, str) else value
        if not isinstance(settings, dict):
            wanted = kinds.must_be("a field's name or a table of its settings", value)
            table.mistake(f"{_shown(channel)}: {wanted}", channel)
            continue
        field_table = table.inner(channel, values=settings)
        field_table.where = f"{table.where}.{_shown(channel)}"
        inner.append(field_table)
        name = _read_name(field_table, channel)
        field_table.refuse_others(["name", UNIT.key, *FILTERS])
        unit = field_table.value(UNIT) if UNIT.key in settings else None
        check_filters(field_table, channel, name)
        filters = {key: value for key, value in settings.items() if key != UNIT.key}
        fields[channel] = FieldSettings(channel, name, {**filters, "name": name}, unit)
    return fields


def check_channels(
    table: Table, driver: str, fields: dict[str, FieldSettings], channels: tuple[str, ...] | None
) -> None:
    """Add a mistake for each field of a channel that the driver does not have."""
    for channel in fields:
        if channels is not None and channel not in channels:
            hint = did_you_mean(channel, channels) or f": it has {', '.join(channels)}"
            text = f"fields: {driver} has no channel {quoted(channel)}{hint}"
            table.mistake(text, "fields", channel)


def name_mistake(name: str) -> str:
    """Return why a field cannot have this name, or an empty text."""
    if name in LOG_LEVELS:
        return f"{name!r} is a log channel of Byteport, no field: choose another name"
    try:
        check(name)
    except InvalidName as error:
        return str(error).removeprefix("field name ")
    return ""


def _read_name(table: Table, channel: str) -> str:
    """Return the field's name, empty where it cannot be one."""
    name = table.values.get("name", channel)
    if not isinstance(name, str):
        table.mistake(f"name: {kinds.must_be('a text', name)}", "name")
        return ""
    if text := name_mistake(name):
        is_given = "name" in table.values
        table.mistake(f"name: {text}" if is_given else f"{text}; give the field a name", "name")
        return ""
    if text := advice(name):
        table.warn(text, "name")
    return name


def _shown(channel: str) -> str:
    return channel if channel.isidentifier() and len(channel) < 40 else quoted(channel)
