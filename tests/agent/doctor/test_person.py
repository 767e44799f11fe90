"""Whose rights are looked at."""

import os
import pwd
from collections.abc import Callable
from pathlib import Path

import pytest

from byteport_agent.command_errors import UsageError
from byteport_agent.commands.doctor import machine_of
from byteport_agent.doctor import person
from byteport_agent.doctor.person import Person, find_person, group_name

SERVICE = pwd.struct_passwd(("byteport-agent", "x", 990, 989, "", "/", "/bin/false"))


@pytest.fixture
def passwd(monkeypatch: pytest.MonkeyPatch) -> Callable[[pwd.struct_passwd | None], None]:
    """Let the service's user be there, or not."""

    def let(entry: pwd.struct_passwd | None) -> None:
        monkeypatch.setattr(person, "_entry", lambda name: entry if name in ("byteport-agent",)
                            else None)  # fmt: skip

    return let


def test_who_asks() -> None:
    found = find_person(uid=os.geteuid() or 1)
    assert found.name == pwd.getpwuid(os.geteuid() or 1).pw_name
    assert found.here


def test_root_asks_for_the_services_user(
    passwd: Callable[[pwd.struct_passwd | None], None],
) -> None:
    passwd(SERVICE)
    found = find_person(uid=0, getgrouplist=lambda name, gid: [gid, 0])
    assert (found.name, found.uid, found.here) == ("byteport-agent", 990, False)
    assert found.gids == {989, 0}
    assert "root" in found.groups
    assert machine_of(found).directory == "/var/lib/byteport-agent"
    passwd(None)
    assert find_person(uid=0).name == "root"


def test_groups_that_count_only_after_a_login() -> None:
    name = pwd.getpwuid(os.geteuid()).pw_name
    found = find_person(name, getgrouplist=lambda _, gid: [gid, 0], getgroups=lambda: [4711])
    assert "root" in found.groups
    assert 4711 in found.gids


def test_names_and_numbers_without_an_entry() -> None:
    with pytest.raises(UsageError, match="there is no user 'nobody-here' on this machine"):
        find_person("nobody-here")
    found = find_person(uid=4_000_000)
    assert (found.name, found.here) == ("user 4000000", True)
    assert group_name(4_000_000) == "4000000"


@pytest.mark.parametrize(
    ("uid", "gids", "mode", "bits", "may"),
    [
        (0, set(), 0o000, 6, True),
        (1, set(), 0o600, 6, True),
        (1, set(), 0o400, 6, False),
        (2, {5}, 0o060, 6, True),
        (2, {5}, 0o040, 6, False),
        (2, {5}, 0o606, 6, False),  # the group's bits count for who is in it
        (2, set(), 0o006, 6, True),
        (2, set(), 0o001, 1, True),
    ],
)
def test_the_mode_says_who_may(
    tmp_path: Path, uid: int, gids: set[int], mode: int, bits: int, may: bool
) -> None:
    values = [mode, 0, 0, 1, 1, 5, 0, 0, 0, 0]
    someone = Person("x", uid, frozenset(gids), frozenset(), here=False)
    assert someone.may(os.stat_result(values), bits) is may
