"""Finds a network's password, in its file or in the configuration itself, and shows it nowhere."""

import os
from typing import Any

from byteport_agent.config.board.kinds import wifi_password
from byteport_agent.config.tables import Table
from byteport_agent.keys import BY_TYPING

_MOST_BYTES = 4096


def add_password(table: Table, values: dict[str, Any]) -> None:
    """Put the password that ``password`` or ``password_file`` gives into a network's values."""
    given = values.pop("password_text", None)
    if "password" in table.values and "password_file" in table.values:
        table.mistake("has password and password_file: which one?", "password")
    elif "password_file" in values:
        _add_from_file(table, values)
    elif given is not None:
        values["password"] = given
        _warn_of_mode(table, str(table.problems.file), "password", "this file holds a password")


def _add_from_file(table: Table, values: dict[str, Any]) -> None:
    path = values["password_file"]
    key = "password_file"
    if not os.path.exists(path):
        # not repeated: it may be the password itself
        text = f"there is no such file in {table.base}: put the password into it{BY_TYPING}"
        table.mistake(f"{key}: {text}", key)
        return
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES)
        text = content.decode("utf-8-sig").strip("\r\n")
        if not text:
            table.mistake(f"{key}: {path} is empty: put the password into it{BY_TYPING}", key)
            return
        values["password"] = wifi_password(text)
        if text != text.strip():
            table.warn(f"{key}: the password in it begins or ends with a space: is that so?", key)
    except OSError as error:
        table.mistake(f"{key}: it cannot be read: {error.strerror}", key)
    except UnicodeDecodeError:
        table.mistake(f"{key}: holds no text: is it the right file?", key)
    except ValueError as error:
        table.mistake(f"{key}: what is in it {error}", key)
    else:
        _warn_of_mode(table, path, key, "the file of the password is open")


def _warn_of_mode(table: Table, path: str, key: str, what: str) -> None:
    try:
        mode = os.stat(path).st_mode
    except OSError:
        return
    if mode & 0o077:
        table.warn(f"{what}: others can read it: chmod 600 {path}", key)
