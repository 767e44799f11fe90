"""Brings a service's files to where they belong, and takes them away again.

What a person has put into a file is never written over or deleted. Each step yields a line that
says what was done, so that the command tells nothing that did not happen.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from byteport_agent.systemd.account import (
    SYSUSERS,
    Run,
    account_ids,
    bus_groups,
    make_account,
    run_program,
    sysusers_text,
)
from byteport_agent.systemd.files import put, put_directory, put_new
from byteport_agent.systemd.places import NAME, UNIT, Places
from byteport_agent.systemd.unit import config_text

_WANTS = f"multi-user.target.wants/{UNIT}"


class Installer:
    """Installs or removes at some places; ``run`` runs the system's programs."""

    def __init__(
        self, places: Places, run: Run = run_program, account: Callable[..., None] = make_account
    ) -> None:
        self._places = places
        self._run = run
        self._make_account = account

    def install(self, unit: str) -> Iterator[str]:
        """Yield what is done; what is right already is kept."""
        places = self._places
        yield self._put(places.unit, unit)
        if not places.own:
            yield from self._account()
        yield self._config()
        yield self._key()
        yield self._state()

    def remove(self) -> Iterator[str]:
        """Yield what is done; what holds a person's work, or readings, stays."""
        places = self._places
        for path in (places.unit, f"{os.path.dirname(places.unit)}/{_WANTS}", SYSUSERS):
            if (path != SYSUSERS or not places.own) and _is_there(places.here(path)):
                places.here(path).unlink()
                yield _line("removed", places.here(path))
        for path, untouched in (
            (places.config_file, config_text(places)),
            (places.key_file, ""),
        ):
            file = places.here(path)
            if file.is_file() and file.read_bytes() == untouched.encode():
                file.unlink()
                yield _line("removed", file)
        for path in (places.config, places.state):
            if places.here(path).is_dir() and not os.listdir(places.here(path)):
                places.here(path).rmdir()
                yield _line("removed", places.here(path))

    def left(self) -> list[Path]:
        """Return the directories that `remove` left."""
        paths = (self._places.config, self._places.state)
        return [path for path in map(self._places.here, paths) if path.is_dir()]

    def _put(self, path: str, text: str) -> str:
        file = self._places.here(path)
        self._put_directory(file.parent, 0o755)
        return _line("wrote" if put(file, text, 0o644) else "kept", file)

    def _put_directory(self, path: Path, mode: int) -> bool:
        return put_directory(path, mode, 0o700 if self._places.own else 0o755)

    def _account(self) -> Iterator[str]:
        places = self._places
        yield self._put(SYSUSERS, sysusers_text(places))
        there = account_ids(places) is not None
        self._make_account(places, self._run)
        groups = ", ".join(bus_groups(places)) or "none of the machine's buses"
        yield f"{'kept' if there else 'made':<8} user {NAME}, in the groups {groups}"

    def _config(self) -> str:
        places = self._places
        file = places.here(places.config_file)
        self._put_directory(file.parent, 0o700 if places.own else 0o755)
        made = put_new(file, config_text(places), 0o600 if places.own else 0o644)
        return _line("wrote" if made else "kept", file)

    def _key(self) -> str:
        file = self._places.here(self._places.key_file)
        if put_new(file, "", 0o600):
            return f"{_line('made', file)}, for the API key"
        if file.stat().st_mode & 0o077:
            file.chmod(0o600)
            return f"{_line('closed', file)} to other users"
        return _line("kept", file)

    def _state(self) -> str:
        directory = self._places.here(self._places.state)
        made = self._put_directory(directory, 0o700)
        ids = None if self._places.own else account_ids(self._places)
        if ids is not None and os.geteuid() == 0:
            os.chown(directory, *ids)
        return f"{_line('made' if made else 'kept', directory)}, for the readings"


def _line(done: str, path: Path) -> str:
    return f"{done:<8} {path}"


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)
