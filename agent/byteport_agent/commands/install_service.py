"""`byteport-agent install-service`: lets systemd run the agent, of this machine or of an image."""

import argparse
import os
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from shutil import which

from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import checked
from byteport_agent.printable import printable
from byteport_agent.systemd.account import Run, run_program
from byteport_agent.systemd.installer import Installer
from byteport_agent.systemd.places import NAME, Places, own_places, system_places
from byteport_agent.systemd.unit import (
    closed_part,
    installed_command,
    program_paths,
    unit_text,
)

EXAMPLE = "byteport-agent install-service --print"
_BOOTED = "/run/systemd/system"  # sd_booted(3)
_FOR_ALL = "/opt/byteport-agent"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--print", action="store_true", help="show the unit and change nothing")
    add(
        "--user",
        action="store_true",
        help="as a service of your own user, which needs no root: it has your rights",
    )
    add(
        "--root",
        type=checked(_directory),
        metavar="DIR",
        help="install into the root directory of an image, not into this machine",
    )
    add("--remove", action="store_true", help="take the service away; readings and key stay")


def run(arguments: argparse.Namespace) -> int:
    """Install, print or remove; tell what was done and what to do next."""
    if arguments.user and arguments.root:
        raise UsageError("--user is for this machine, --root for an image: which?")
    places = own_places() if arguments.user else system_places(arguments.root or "")
    command = _command_within(places, installed_command())
    if arguments.print:
        print(unit_text(places, command), end="")
        return 0
    check_rights(places, command)
    try:
        if arguments.remove:
            _remove(places)
        else:
            _install(places, command)
    except OSError as error:
        raise CommandError(f"{error.filename or error}: {error.strerror}") from None
    return 0


def _install(places: Places, command: Sequence[str]) -> None:
    check_program(places, command)
    systemctl = Systemctl(places)
    _say(Installer(places).install(unit_text(places, command)))
    systemctl("daemon-reload")
    _say(_next_steps(places, command, systemctl))


def _remove(places: Places) -> None:
    installer, systemctl = Installer(places), Systemctl(places)
    systemctl("disable", "--now", NAME)
    _say(installer.remove())
    systemctl("daemon-reload")
    _say(_after_removal(places, installer.left()))


class Systemctl:
    """`systemctl` where systemd runs and the service is this machine's, else nothing."""

    def __init__(self, places: Places, run: Run = run_program, booted: str = _BOOTED) -> None:
        self.here = not places.root and os.path.isdir(booted) and which("systemctl") is not None
        self._words = places.systemctl
        self._run = run

    def __call__(self, *words: str) -> bool:
        """Call it; return whether it answered yes."""
        return self.here and self._run([*self._words, *words]).returncode == 0


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        print(printable(line), flush=True)


def check_rights(places: Places, command: Sequence[str]) -> None:
    """Raise CommandError where this user cannot install there."""
    is_root = os.geteuid() == 0
    line = f"{shlex.join(command)} install-service"
    if places.own and is_root:
        raise CommandError(f"--user is for a user's own service: '{line} --user' without sudo")
    if not places.own and not places.root and not is_root:
        raise CommandError(
            f"this needs root: 'sudo {line}'; or '{line} --user' for a service of your own"
        )


def check_program(places: Places, command: Sequence[str]) -> None:
    """Raise CommandError where the service's user could not run the program."""
    if places.own or places.root:
        return
    for path in program_paths(command):
        if part := closed_part(path):
            raise CommandError(
                f"the service's user cannot run {command[0]}: {part} is closed to it. Install for "
                f"all users, with 'make install' where its source is, then 'sudo "
                f"{_FOR_ALL}/bin/byteport-agent install-service'; or "
                f"'{shlex.join(command)} install-service --user' runs it as you"
            )


def _command_within(places: Places, command: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command as an image has it, where it is installed there."""
    root = f"{os.path.realpath(places.root)}/"
    if places.root and command[0].startswith(root):
        return (command[0][len(root) - 1 :], *command[1:])
    return command


def _next_steps(places: Places, command: Sequence[str], systemctl: Systemctl) -> list[str]:
    """Return what is left to a person."""
    config, key = places.here(places.config_file), places.here(places.key_file)
    sudo = "" if places.own else "sudo "
    program = shlex.join(command)
    lines = ["next:"]
    if not key.stat().st_size:
        lines += _filling_in(config, key, sudo)
    if places.root:
        if not os.path.exists(places.here(command[0])):
            lines.append(f"  install byteport-agent in the image: {command[0]} is not there")
        return [*lines, f"  sudo systemctl --root={shlex.quote(places.root)} enable {NAME}"]
    lines.append(f"  {sudo}{program} doctor -c {places.config_file}")
    words = f"  {sudo}{' '.join(places.systemctl)}"
    if not systemctl.here:
        return [
            *lines,
            "  systemd does not run here: start the machine with it, then",
            _start(words),
        ]
    if systemctl("is-active", "--quiet", NAME):
        return [*lines, f"{words} restart {NAME}    # runs already, with what was there before"]
    lines.append(_start(words))
    if places.own:
        lines.append("  sudo loginctl enable-linger $USER    # it runs without you logged in")
    return lines


def _filling_in(config: Path, key: Path, sudo: str) -> Iterator[str]:
    """Yield what fills in configuration and key: what was tried by hand here, or an editor."""
    here = [path.name for path in (config, key) if _is_another_here(path)]
    if here:
        yield f"  {sudo}cp {' '.join(here)} {config.parent}/    # what is in this directory"
    if config.name not in here:
        yield f"  {sudo}nano {config}    # namespace, uid, sensors"
    if key.name not in here:
        yield f"  {sudo}tee {key} >/dev/null    # paste the API key, Enter, Ctrl-D"


def _is_another_here(path: Path) -> bool:
    """Tell whether a file of this name, and not this one, is where this runs."""
    here = Path(path.name)
    return here.is_file() and not (path.exists() and here.samefile(path))


def _start(words: str) -> str:
    return f"{words} enable --now {NAME}"


def _after_removal(places: Places, left: Sequence[Path]) -> list[str]:
    sudo = "" if places.own else "sudo "
    if not left:
        return []
    kept = " ".join(shlex.quote(str(path)) for path in left)
    lines = [f"kept     {kept}: configuration, key, readings", "next, if nothing of it is needed:"]
    lines.append(f"  {sudo}rm -r {kept}")
    return lines if places.own or places.root else [*lines, f"  sudo userdel {NAME}"]


def _directory(text: str) -> str:
    if not Path(text).is_dir():
        raise ValueError(f"{text!r} is no directory")
    return os.path.abspath(text)
