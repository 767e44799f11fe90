"""Finds the key of a section: in its file, the credentials directory, the environment.

A key that stands in the configuration itself is taken too, with a warning.
"""

import os
from collections.abc import Mapping
from typing import Any

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.tables import Table
from byteport_agent.keys import BY_TYPING, CREDENTIAL, VARIABLE, FoundKey, find_key

_Place = tuple[str, str, str]  # setting, credential, environment variable
_PLACES: dict[str, _Place] = {
    "device": ("key_file", CREDENTIAL, VARIABLE),
    "gateway": ("key_file", "gateway.key", "BYTEPORT_GATEWAY_KEY"),
}
_OWN: _Place = ("key_file", "device.key", "BYTEPORT_GATEWAY_KEY")
_LEGACY: _Place = ("legacy_key_file", "legacy.key", "BYTEPORT_LEGACY_KEY")


def add_key(table: Table, values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Put the key that ``key`` and ``key_file`` ask for into the values of a section."""
    _add(table, values, environ, _PLACES[table.where], "key_file" not in table.values)


def add_own_key(table: Table, values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Put a key into the values of a section that need not have one."""
    _add(table, values, environ, _OWN, False)


def _add(
    table: Table, values: dict[str, Any], environ: Mapping[str, str], place: _Place, search: bool
) -> None:
    given = values.pop("key_text", None)
    if given is not None:
        _warn_of_key_in_file(table)
        if "key_file" in values:
            table.mistake("has key and key_file: which one?", "key")
        values["key"] = FoundKey(given, f"{table.where} in this file")
    elif "key" not in table.values and ("key_file" in values or search):
        found = _found(table, values, environ, place)
        if found is not None:
            values["key"] = found


def add_legacy_key(table: Table, values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Put the key for packets into the values of an output that sends them."""
    given, read = "legacy_key_file" in table.values, "legacy_key_file" in values
    if read or (values.get("packets") and not given):
        found = _found(table, values, environ, _LEGACY)
        if found is not None:
            values["legacy_key"] = found


def add_secret(
    table: Table, values: dict[str, Any], environ: Mapping[str, str], what: str, needed: bool | None
) -> None:
    """Put a password or token into the values of a section, from a place named after it.

    Where it is not known whether one is ``needed`` (None), it is taken if it is there.
    """
    given = values.pop(f"{what}_text", None)
    file = f"{what}_file"
    if given is not None:
        _warn_of_key_in_file(table, what)
        if file in values:
            table.mistake(f"has {what} and {file}: which one?", what)
        values[what] = FoundKey(given, f"{table.where} in this file")
        return
    name = values.get("name", table.where)
    variable = "".join(each if each.isalnum() else "_" for each in name.upper())
    place = file, f"{name}.{what}", f"BYTEPORT_{variable}_{what.upper()}"
    search = _is_there(environ, place) if needed is None else needed
    if what not in table.values and (file in values or (search and file not in table.values)):
        found = _found(table, values, environ, place, what)
        if found is not None:
            values[what] = found


def _is_there(environ: Mapping[str, str], place: _Place) -> bool:
    _, credential, variable = place
    directory = environ.get("CREDENTIALS_DIRECTORY", "")
    loaded = bool(directory) and os.path.exists(os.path.join(directory, credential))
    return loaded or variable in environ


def _found(
    table: Table,
    values: dict[str, Any],
    environ: Mapping[str, str],
    place: _Place,
    what: str = "API key",
) -> FoundKey | None:
    """Return the key of a place, with its warning told; None after a mistake."""
    setting, credential, variable = place
    file = values.get(setting)
    short = what.removeprefix("API ")
    if file is not None and not os.path.exists(file):
        # not repeated: it may be the key itself
        here = f"there is no such file in {table.base}"
        table.mistake(f"{setting}: {here}: put the {short} into it{BY_TYPING}", setting)
        return None
    how = f'write {setting} = "{credential}" and put the {short} into that file, or set {variable}'
    try:
        found = find_key(
            file, environ, credential=credential, variable=variable, how=how, what=what
        )
    except (ConfigurationError, ValueError) as error:
        table.mistake(str(error), setting)
        return None
    if found.warning:
        table.warn(found.warning, setting)
    return found


def _warn_of_key_in_file(table: Table, what: str = "key") -> None:
    table.warn(f'the {what} stands in this file: better is {what}_file = "FILE"', what)
    try:
        mode = os.stat(table.problems.file).st_mode
    except OSError:
        return
    if mode & 0o077:
        table.warn(f"this file holds a {what} and others can read it: chmod 600", what)
