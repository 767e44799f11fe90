"""Passwords: from a file, a pipe, or typed where nobody sees it; never from a command line."""

import getpass
import os
import sys

from byteport_agent.command_errors import CommandError, ConfigurationError, UsageError
from byteport_agent.gateway.passwords import LEAST_CHARACTERS
from byteport_agent.keys import Secret

_MAX_BYTES = 4096


def find_password(path: str | None, username: str) -> Secret:
    """Return the password in a file's one line, or ask for it.

    Raises ConfigurationError for a file without one, UsageError where nobody can be asked.
    """
    if path is not None:
        return _from_file(path)
    if not sys.stdin.isatty():
        raise UsageError("no terminal to ask for the password: give --password-file FILE")
    text = getpass.getpass(f"Password of {username}: ")
    if not text:
        raise UsageError("no password was typed")
    return Secret(text)


def new_password() -> str:
    """Ask for a new password; raises CommandError where it is none."""
    if sys.stdin is None or not sys.stdin.isatty():
        return _checked(sys.stdin.readline().rstrip("\r\n") if sys.stdin else "")
    password = _checked(getpass.getpass("New password: "))
    if getpass.getpass("Again: ") != password:
        raise CommandError("the two are not the same: nothing is changed")
    return password


def open_to_others(path: str) -> bool:
    """Tell whether every user of this machine can read a file, or write to it."""
    try:
        return bool(os.stat(path).st_mode & 0o006)
    except OSError:
        return False


def _from_file(path: str) -> Secret:
    try:
        with open(path, "rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"password file {path!r} cannot be read: {error.strerror}"
        ) from None
    try:
        text = content.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        text = ""
    if not text or not text.isprintable() or len(content) > _MAX_BYTES:
        raise ConfigurationError(
            f"password file {path!r} is empty, or holds more than one line: is it the right file?"
        )
    return Secret(text)


def _checked(password: str) -> str:
    if len(password) < LEAST_CHARACTERS:
        raise CommandError(f"at least {LEAST_CHARACTERS} characters: nothing is changed")
    return password
