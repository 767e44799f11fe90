"""Whose rights are looked at: the user who asks, or the one whom the service runs as."""

import grp
import os
import pwd
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from byteport_agent.command_errors import UsageError
from byteport_agent.systemd.places import NAME


@dataclass(frozen=True)
class Person:
    """A user with the groups that count now, and those of the database, which count after a login.

    ``here`` is the user of this process.
    """

    name: str
    uid: int
    gids: frozenset[int]
    groups: frozenset[str]
    here: bool

    def may(self, status: os.stat_result, bits: int) -> bool:
        """Tell whether a file's mode lets the user do this: 4 reads, 2 writes, 1 enters or runs."""
        if self.uid == 0:
            return True
        if status.st_uid == self.uid:
            return status.st_mode >> 6 & bits == bits
        if status.st_gid in self.gids:
            return status.st_mode >> 3 & bits == bits
        return status.st_mode & bits == bits


def find_person(
    name: str | None = None,
    uid: int | None = None,
    getgrouplist: Callable[[str, int], Iterable[int]] = os.getgrouplist,
    getgroups: Callable[[], Iterable[int]] = os.getgroups,
) -> Person:
    """Return the user of this name, else the service's where root asks, else who asks.

    Raises UsageError where nobody has the name.
    """
    uid = os.geteuid() if uid is None else uid
    if name is None and uid == 0 and _entry(NAME) is not None:
        name = NAME
    entry = _entry(name) if name is not None else _entry_of(uid)
    if entry is None and name is not None:
        raise UsageError(f"there is no user {name!r} on this machine")
    if entry is None:  # a container may run as a number
        return Person(f"user {uid}", uid, frozenset(getgroups()), frozenset(), True)
    gids = frozenset(getgrouplist(entry.pw_name, entry.pw_gid))
    here = entry.pw_uid == uid
    now = frozenset((*getgroups(), os.getegid())) if here else gids
    return Person(entry.pw_name, entry.pw_uid, now, frozenset(map(group_name, gids)), here)


def group_name(gid: int) -> str:
    """Return a group's name, its number where it has none."""
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _entry_of(uid: int) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        return None
