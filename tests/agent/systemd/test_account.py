"""The service's user, made by whichever program is there."""

from collections.abc import Callable
from pathlib import Path

import pytest
from systemd_rig import Programs, make_image

from byteport_agent.command_errors import CommandError
from byteport_agent.systemd.account import account_ids, make_account
from byteport_agent.systemd.places import system_places


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return make_image(tmp_path / "image")


def only(*names: str) -> Callable[[str], str | None]:
    return lambda name: f"/usr/sbin/{name}" if name in names else None


def test_without_sysusers_there_is_useradd(image: Path) -> None:
    programs = Programs()
    make_account(system_places(str(image)), programs, only("useradd"))
    (call,) = programs.calls
    assert call == (
        f"useradd --prefix {image} --system --user-group --home-dir /var/lib/byteport-agent "
        "--no-create-home --shell /usr/sbin/nologin --groups i2c,gpio byteport-agent"
    )
    (image / "etc/passwd").write_text("byteport-agent:x:990:989::/var/lib/byteport-agent:\n")
    make_account(system_places(str(image)), programs, only("useradd"))
    assert programs.calls[1:] == [
        f"usermod --prefix {image} --append --groups i2c,gpio byteport-agent"
    ]
    assert account_ids(system_places(str(image))) == (990, 989)


def test_a_user_that_is_right_is_left_alone(image: Path) -> None:
    programs = Programs(1)  # as for who may not read the image's shadow file
    (image / "etc/passwd").write_text("byteport-agent:x:990:989::/var/lib/byteport-agent:\n")
    (image / "etc/group").write_text("i2c:x:994:pi,byteport-agent\ngpio:x:993:byteport-agent\n")
    make_account(system_places(str(image)), programs, only("systemd-sysusers"))
    assert programs.calls == []


def test_a_user_that_cannot_be_made_is_an_error(image: Path) -> None:
    with pytest.raises(CommandError, match="make a system user byteport-agent"):
        make_account(system_places(str(image)), Programs(), only())
    failing = Programs(1, "first\nFailed to take lock\n")
    with pytest.raises(CommandError, match=r"^systemd-sysusers .*: Failed to take lock$"):
        make_account(system_places(str(image)), failing, only("systemd-sysusers"))
