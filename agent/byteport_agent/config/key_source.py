"""Finds the key of a section: in its file, the credentials directory, the environment.

A key that stands in the configuration itself is taken too, with a warning.
"""

import os
from collections.abc import Mapping
from typing import Any

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.tables import Table
from byteport_agent.keys import CREDENTIAL, VARIABLE, FoundKey, find_key

_PLACES = {
    "device": (CREDENTIAL, VARIABLE),
    "gateway": ("gateway.key", "BYTEPORT_GATEWAY_KEY"),
}


def add_key(table: Table, values: dict[str, Any], environ: Mapping[str, str]) -> None:
    """Put the key that ``key`` and ``key_file`` ask for into the values of a section."""
    given = values.pop("key_text", None)
    if given is not None:
        _warn_of_key_in_file(table)
        if "key_file" in values:
            table.mistake("has key and key_file: which one?", "key")
        values["key"] = FoundKey(given, f"{table.where} in this file")
    elif "key" not in table.values and ("key_file" in values or "key_file" not in table.values):
        if "key_file" in values and not os.path.exists(values["key_file"]):
            # not repeated: it may be the key itself
            text = f"key_file: there is no such file in {table.base}: put the key into it"
            table.mistake(text, "key_file")
            return
        try:
            found = _found(table.where, values.get("key_file"), environ)
        except (ConfigurationError, ValueError) as error:
            table.mistake(str(error), "key_file")
            return
        if found.warning:
            table.warn(found.warning, "key_file")
        values["key"] = found


def _found(section: str, key_file: str | None, environ: Mapping[str, str]) -> FoundKey:
    credential, variable = _PLACES[section]
    how = f'write key_file = "{credential}" and put the key into that file, or set {variable}'
    return find_key(key_file, environ, credential=credential, variable=variable, how=how)


def _warn_of_key_in_file(table: Table) -> None:
    table.warn('the key stands in this file: better is key_file = "FILE"', "key")
    try:
        mode = os.stat(table.problems.file).st_mode
    except OSError:
        return
    if mode & 0o077:
        table.warn("this file holds a key and others can read it: chmod 600", "key")
