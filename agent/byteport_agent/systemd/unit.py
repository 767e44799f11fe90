"""The unit's text for this installation: the command that is installed, and where its files are."""

import os
import sys
import sysconfig
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from re import fullmatch

from byteport_agent.systemd.places import NAME, Places

_HOMES = ("/home/", "/root/")
_PLAIN = r"[\w./:@%+=,-]+"


def template(name: str) -> str:
    """Return a file of this package."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def unit_text(places: Places, command: Sequence[str]) -> str:
    """Return the unit that runs a command."""
    text = template(f"{NAME}.user.service" if places.own else f"{NAME}.service")
    words = (*command, "run", "-c", places.config_file)
    state = places.state.replace("%", "%%")
    settings = {"ExecStart": exec_text(words), "WorkingDirectory": state}
    paths = command[:1] if places.root else program_paths(command)
    if not places.own and any(path.startswith(_HOMES) for path in paths):
        settings["ProtectHome"] = "read-only"  # hidden, the program would be too
    return _with(text, settings)


def config_text(places: Places) -> str:
    """Return the configuration to begin with; it is right once names and key are filled in."""
    return template("agent.toml").replace("/var/lib/byteport-agent", places.state)


def begun_text() -> tuple[str, str]:
    """Return what stands before and behind the sensors of a configuration that a person begins."""
    text = template("agent.toml")
    head, tail = text.partition("[[sensor]]")[0], text.partition("[[output]]")
    return head, "".join(tail[1:])


def installed_command() -> tuple[str, ...]:
    """Return the words that start this program wherever it is called from."""
    called = Path(sys.argv[0])
    beside = Path(sysconfig.get_path("scripts"), NAME)
    for path in (called if called.name == NAME else beside, beside):
        if path.is_absolute() and os.access(path, os.X_OK):
            return (str(path),)
    return (sys.executable, "-m", "byteport_agent")


def program_paths(command: Sequence[str]) -> list[str]:
    """Return the paths of what is run: command, interpreter and package, with links followed."""
    paths = [command[0], sys.executable, os.path.dirname(os.path.dirname(__file__))]
    return [form for path in paths for form in (path, os.path.realpath(path))]


def closed_part(path: str) -> str:
    """Return the first part of a path that users without a right of their own cannot pass.

    Empty where there is none. They must be able to enter a directory and to read a file.
    """
    for part in [*reversed(Path(path).parents), Path(path)]:
        try:
            mode = part.stat().st_mode
        except OSError:
            return str(part)
        if not mode & (0o001 if part.is_dir() else 0o004):
            return str(part)
    return ""


def exec_text(words: Sequence[str]) -> str:
    """Return words as ExecStart= has them: quoted, without specifiers or variables in them."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    text = word.replace("%", "%%").replace("$", "$$")
    if fullmatch(_PLAIN, text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _with(text: str, settings: dict[str, str]) -> str:
    """Return a unit with the values of some settings, each of which it has once."""
    lines = []
    for line in text.splitlines():
        name = line.partition("=")[0]
        lines.append(f"{name}={settings.pop(name)}" if name in settings else line)
    assert not settings
    return "\n".join(lines) + "\n"
