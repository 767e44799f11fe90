"""Finds the key of a section: in its file, the credentials directory, the environment.

A key that stands in the configuration itself is taken too, with a warning.
"""

import os
from collections.abc import Mapping
from typing import Any

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.tables import Table
from byteport_agent.keys import CREDENTIAL, VARIABLE, FoundKey, find_key

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


def _found(
    table: Table, values: dict[str, Any], environ: Mapping[str, str], place: _Place
) -> FoundKey | None:
    """Return the key of a place, with its warning told; None after a mistake."""
    setting, credential, variable = place
    file = values.get(setting)
    if file is not None and not os.path.exists(file):
        # not repeated: it may be the key itself
        text = f"{setting}: there is no such file in {table.base}: put the key into it"
        table.mistake(text, setting)
        return None
    how = f'write {setting} = "{credential}" and put the key into that file, or set {variable}'
    try:
        found = find_key(file, environ, credential=credential, variable=variable, how=how)
    except (ConfigurationError, ValueError) as error:
        table.mistake(str(error), setting)
        return None
    if found.warning:
        table.warn(found.warning, setting)
    return found


def _warn_of_key_in_file(table: Table) -> None:
    table.warn('the key stands in this file: better is key_file = "FILE"', "key")
    try:
        mode = os.stat(table.problems.file).st_mode
    except OSError:
        return
    if mode & 0o077:
        table.warn("this file holds a key and others can read it: chmod 600", "key")
