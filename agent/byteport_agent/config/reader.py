"""Reads a whole configuration and checks it before anything starts: every mistake is listed.

No hardware is touched. Drivers are imported, which is how their options are known; key files are
read, so that a key that is missing is known too.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from re import fullmatch, search
from tomllib import loads
from typing import TYPE_CHECKING, Any

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.problems import MistakesError, Problem, Problems
from byteport_agent.config.sections import Configuration
from byteport_agent.config.source_lines import key_lines
from byteport_agent.config.whole_file import WholeFile

if TYPE_CHECKING:
    from byteport_agent.config.board.sections import BoardConfiguration

_HINTS = {
    "Invalid value": ": is it a text without quotes?",
    "Cannot overwrite a value": ": is a key given twice?",
    "Cannot declare": ": is a table there twice?",
    "Invalid initial character for a key part": ": is a { } broken over lines?",
    "Expected '='": ": write KEY = VALUE, and # before a remark",
    "Illegal character '\\n'": ": does a text lack its second quote?",
    "Unterminated string": ": does a text lack its second quote?",
}
SEARCHED = ("agent.toml", "/etc/byteport-agent/agent.toml")
_BOARD_HINT = ": -c FILE names another, and docs/boards.md has one to begin with"
_MAX_BYTES = 1_000_000


def find_file(given: str | None = None, also: str = "") -> Path:
    """Return the file that was given, else the first of those searched that is there.

    ``also`` is one more name in the working directory, after the agent's.
    """
    if given is not None:
        return Path(given)
    for name in (SEARCHED[0], also, SEARCHED[1]):
        if os.path.exists(name):
            return Path(name)
    raise ConfigurationError(
        f"no configuration: neither ./{' nor '.join(SEARCHED)} is there; give -c FILE, or begin "
        f"one: 'byteport-agent scan > {SEARCHED[0]}'"
    )


def load(path: Path, environ: Mapping[str, str] = os.environ) -> Configuration:
    """Return an agent's file; raise ConfigurationError, MistakesError if it can be read."""
    return parse(_text(path), path, environ)


def load_board(path: Path, environ: Mapping[str, str] = os.environ) -> "BoardConfiguration":
    """Return a board's file; raise ConfigurationError, MistakesError if it can be read."""
    return parse_board(_text(path, _BOARD_HINT), path, environ)


def load_any(
    path: Path, environ: Mapping[str, str] = os.environ
) -> "Configuration | BoardConfiguration":
    """Return the file of a board where it has `[board]`, else of an agent."""
    text = _text(path)
    if "board" in _values(text.replace("\r\n", "\n"), path):
        return parse_board(text, path, environ)
    return parse(text, path, environ)


def parse(text: str, path: Path, environ: Mapping[str, str] = os.environ) -> Configuration:
    """Return the configuration of a text that stands at a path; raise MistakesError."""
    values, problems = _read(text, path)
    if "board" in values:
        told = "board: this file is a board's, not an agent's: 'byteport-agent flash' puts it there"
        problems.add(("board",), told)
        problems.ended()
    return WholeFile(values, problems, path.absolute().parent, environ).configuration()


def parse_board(
    text: str, path: Path, environ: Mapping[str, str] = os.environ
) -> "BoardConfiguration":
    """Return the configuration of a board's text that stands at a path; raise MistakesError."""
    from byteport_agent.config.board.file import BoardFile  # an agent needs none of it

    values, problems = _read(text, path)
    if "board" not in values:
        problems.add((), 'lacks [board], with such as type = "esp32": is it an agent\'s file?')
        problems.ended()
    return BoardFile(values, problems, path.absolute().parent, environ).configuration()


def _text(path: Path, hint: str = "") -> str:
    try:
        with open(path, "rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise ConfigurationError(f"{path} cannot be read: {why}{hint}") from None
    if len(content) > _MAX_BYTES:
        raise ConfigurationError(f"{path} is longer than {_MAX_BYTES} bytes: is it the right file?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise MistakesError([Problem(str(path), line, "is not UTF-8: save it as UTF-8")]) from None


def _read(text: str, path: Path) -> tuple[dict[str, Any], Problems]:
    text = text.replace("\r\n", "\n")
    return _values(text, path), Problems(path, key_lines(text))


def _values(text: str, path: Path) -> dict[str, Any]:
    try:
        return loads(text)
    except RecursionError:
        raise MistakesError([Problem(str(path), 0, "is nested too deeply")]) from None
    except ValueError as error:  # besides TOMLDecodeError, a number of too many digits
        raise MistakesError([_syntax_problem(str(error), text, path)]) from None


def _syntax_problem(error: str, text: str, path: Path) -> Problem:
    parts = fullmatch(r"(.*) \(at line (\d+), column (\d+)\)", error)
    what, line, column = parts.groups() if parts else (error, 0, 0)
    wrong = text.split("\n")[int(line) - 1]  # the last one for a text that ends too early
    if search("[“”„‘’«»]", wrong):
        hint = ': quotes are straight, as in "bme280", not those of a word processor'
    else:
        hint = next((told for start, told in _HINTS.items() if what.startswith(start)), "")
    place = f" (column {column})" if column else ""
    return Problem(str(path), int(line), f"this is no TOML: {what}{place}{hint}")
