"""The user that the service runs as, and the groups that give it the machine's buses.

A group that is not there would keep the unit from starting if the unit named it, so the user is a
member of those that are. Source: sysusers.d(5), useradd(8).
"""

import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from shutil import which

from byteport_agent.command_errors import CommandError
from byteport_agent.systemd.places import NAME, Places

GROUPS = ("i2c", "spi", "gpio", "dialout")
SYSUSERS = f"/etc/sysusers.d/{NAME}.conf"
_TITLE = "Byteport sensor agent"

Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


def run_program(words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    """Run a program of the system to its end."""
    return subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603


def bus_groups(places: Places) -> list[str]:
    """Return those of GROUPS that are there."""
    there = {row[0] for row in _rows(places, "group")}
    return [name for name in GROUPS if name in there]


def account_ids(places: Places) -> tuple[int, int] | None:
    """Return the user's uid and gid, None where there is no such user."""
    for row in _rows(places, "passwd"):
        if row[0] == NAME and len(row) > 3:
            return int(row[2]), int(row[3])
    return None


def sysusers_text(places: Places) -> str:
    """Return the declaration of the user and its groups."""
    members = "".join(f"m {NAME} {group}\n" for group in bus_groups(places))
    return f'u {NAME} - "{_TITLE}" {places.state}\n{members}'


def make_account(places: Places, run: Run, find: Callable[[str], str | None] = which) -> None:
    """Make the user, and a member of the groups, where it is not so already."""
    if _is_made(places):
        return
    if find("systemd-sysusers"):
        root = [f"--root={places.root}"] if places.root else []
        _run(run, ["systemd-sysusers", *root, f"{NAME}.conf"])
        return
    prefix = ["--prefix", places.root] if places.root else []
    groups = ",".join(bus_groups(places))
    if account_ids(places) is None:
        if not find("useradd"):
            raise CommandError(
                f"neither systemd-sysusers nor useradd is here: make a system user {NAME} with a "
                "group of that name, and call this again"
            )
        member = ["--groups", groups] if groups else []
        home = ["--home-dir", places.state, "--no-create-home", "--shell", "/usr/sbin/nologin"]
        _run(run, ["useradd", *prefix, "--system", "--user-group", *home, *member, NAME])
    elif groups:
        _run(run, ["usermod", *prefix, "--append", "--groups", groups, NAME])


def _is_made(places: Places) -> bool:
    members = {row[0]: row[3].split(",") for row in _rows(places, "group") if len(row) > 3}
    return account_ids(places) is not None and all(
        NAME in members.get(group, ()) for group in bus_groups(places)
    )


def _run(run: Run, words: list[str]) -> None:
    done = run(words)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise CommandError(f"{' '.join(words)}: {last}")


def _rows(places: Places, file: str) -> list[list[str]]:
    path = Path(f"{places.root}/etc/{file}")
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    return [line.split(":") for line in text.splitlines()]
