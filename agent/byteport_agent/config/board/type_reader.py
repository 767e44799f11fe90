"""Reads what a kind of board is: one of those known, or a user's file of pins that changes one."""

from collections.abc import Iterator
from pathlib import Path
from re import fullmatch
from tomllib import loads
from typing import Any

from byteport_agent.config.board.board_type import ROLES, BoardType, BusPins, Firmware
from byteport_agent.config.board.kinds import PIN, PINS, pin_numbers
from byteport_agent.config.kinds import Kind, must_be, text_of
from byteport_agent.config.problems import Problems, clipped_text, did_you_mean, quoted
from byteport_agent.config.settings import Setting, settings_of
from byteport_agent.config.source_lines import key_lines
from byteport_agent.config.tables import Table

_TYPES = Path(__file__).with_name("types")
_NOTES = ("taken", "care")  # tables that add to the base's
_SETS = ("input_only", "adc", "wifi_adc")
_BASES_OWN = ("port", "firmware")
_NONE = {
    "esp8266": "an ESP8266 has too little memory",
    "pico": "a Pico without W has no Wi-Fi",
    "pico2": "a Pico 2 without W has no Wi-Fi",
}


def known_types() -> list[str]:
    """Return the names of the types that are known."""
    return sorted(path.stem for path in _TYPES.glob("*.toml"))


def known_type(name: str) -> BoardType:
    """Return a type that is known."""
    path = _TYPES / f"{name}.toml"
    values = loads(path.read_text(encoding="utf-8"))
    read = _read(Table(values, (), name, Problems(path, {}), path.parent), name)
    assert read is not None
    return read


def _unknown(given: str) -> str:
    if given in _NONE:
        return (
            f"{quoted(given)} cannot be one: {_NONE[given]}: there are {', '.join(known_types())}"
        )
    nearest = did_you_mean(given, known_types())
    return (
        f"unknown board {quoted(given)}{nearest}: there are {', '.join(known_types())}, or a file "
        'of pins such as "./my-board.toml"'
    )


def read_type(table: Table, given: str) -> BoardType | None:
    """Return the type that a board's table names; None after a mistake, there or in its file."""
    if given in known_types():
        return known_type(given)
    if not given.endswith(".toml"):
        table.mistake(f"type: {_unknown(given)}", "type")
        return None
    path = table.base / given
    try:
        text = path.read_text(encoding="utf-8")
        values = loads(text)
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else f"this is no TOML: {error}"
        table.mistake(clipped_text(f"type: {path}: {why}"), "type")
        return None
    problems = table.problems.of_file(path, key_lines(text))
    read = _read_own(Table(values, (), "a file of pins", problems, path.parent))
    table.mistakes += read is None
    return read


def _read_own(table: Table) -> BoardType | None:
    """Return the base's type with what a user's file changes of it."""
    base = table.values.pop("base", None)
    if base not in known_types():
        hint = did_you_mean(base, known_types()) if isinstance(base, str) else ""
        table.mistake(f"base must be one of {', '.join(known_types())}{hint}", "base")
        return None
    values = loads((_TYPES / f"{base}.toml").read_text(encoding="utf-8"))
    for key in _BASES_OWN:
        if key in table.values:
            table.mistake(f"{key} is the base's: it has to go", key)
    for key in _NOTES:
        own = table.values.get(key)
        if isinstance(own, dict):
            table.values[key] = {**values.get(key, {}), **own}
    table.values = {**values, **table.values}
    return _read(table, str(base))


def _read(table: Table, base: str) -> BoardType | None:
    values: dict[str, Any] = dict.fromkeys(_SETS, frozenset())
    values.update({"named_pins": (), **table.read(BoardType)})
    buses = dict(_buses(table))
    table.refuse_others([*settings_of(BoardType), *_BASES_OWN, *_bus_names(table)])
    values.update(base=base, buses=buses, port=table.values["port"])
    for key in _NOTES:
        values.pop(f"{key}_table", None)
        values[key] = dict(_notes(table, key))
    values["firmware"] = Firmware(**table.values["firmware"])
    return table.built(BoardType, values)


def _notes(table: Table, key: str) -> Iterator[tuple[int, str]]:
    """Yield what is said of each pin."""
    notes = table.values.get(key, {})
    for pins, text in notes.items() if isinstance(notes, dict) else ():
        try:
            numbers = pin_numbers(pins)
            text_of(text)
        except ValueError as error:
            table.mistake(f"{key}: {quoted(pins)}: {error}", key, pins)
        else:
            yield from ((pin, text) for pin in numbers)


def _bus_names(table: Table) -> list[str]:
    return [name for name in table.values if fullmatch(r"(i2c|spi|uart)-[0-9]", name)]


def _buses(table: Table) -> Iterator[tuple[str, BusPins]]:
    for name in _bus_names(table):
        values = table.values[name]
        if isinstance(values, dict):
            inner = table.inner(name, values=values)
            yield name, _bus(inner, name.partition("-")[0])
            table.mistakes += inner.mistakes
        else:
            table.mistake(f"{name}: {must_be('a table', values)}", name)


def _bus(table: Table, kind: str) -> BusPins:
    roles = ROLES[kind]
    table.refuse_others([*roles, *(f"{role}_pins" for role in roles)])
    defaults = {role: _parsed(table, role, PIN) for role in roles if role in table.values}
    choices = {
        role: _parsed(table, f"{role}_pins", PINS)
        for role in roles
        if f"{role}_pins" in table.values
    }
    return BusPins(kind, defaults, choices)


def _parsed(table: Table, key: str, kind: Kind) -> Any:
    return table.value(Setting(key, kind, "", ""))
