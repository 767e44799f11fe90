"""`byteport-agent install-service`: into an image's directory, and a user's own.

Nothing here touches the machine's own services: the system's is installed below a root of its own.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from agent_rig import command_env
from systemd_rig import Programs, make_image

from byteport_agent.command_errors import CommandError
from byteport_agent.commands import install_service
from byteport_agent.commands.install_service import Systemctl, check_program, check_rights
from byteport_agent.systemd.account import account_ids
from byteport_agent.systemd.installer import Installer
from byteport_agent.systemd.places import own_places, system_places
from byteport_agent.systemd.unit import config_text, installed_command, unit_text

Command = Callable[..., "subprocess.CompletedProcess[str]"]
UNIT = "etc/systemd/system/byteport-agent.service"
CONFIG = "etc/byteport-agent/agent.toml"
KEY = "etc/byteport-agent/byteport.key"
STATE = "var/lib/byteport-agent"


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return make_image(tmp_path / "image")


@pytest.fixture
def installed(command_here: Command, image: Path) -> Path:
    run = command_here("install-service", "--root", str(image))
    assert (run.returncode, run.stderr) == (0, "")
    return image


def test_a_command_of_the_image_is_called_by_its_path_there(
    image: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = image / "opt/byteport-agent/bin/byteport-agent"
    script.parent.mkdir(parents=True)
    script.touch(0o755)
    monkeypatch.setattr("sys.argv", [str(script)])
    assert install_service.run(_arguments(root=str(image), print=True)) == 0
    assert "\nExecStart=/opt/byteport-agent/bin/byteport-agent run -c" in capsys.readouterr().out


def test_print_shows_the_unit_and_writes_nothing(command_here: Command, image: Path) -> None:
    run = command_here("install-service", "--root", str(image), "--print")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("# 'byteport-agent install-service' writes this")
    assert run.stdout.endswith("WantedBy=multi-user.target\n")
    assert [path.name for path in image.rglob("*")] == ["etc", "group"]
    assert "WantedBy=default.target" in command_here("install-service", "--user", "--print").stdout


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_X4_modes_whatever_the_umask(image: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        subprocess.run(
            [sys.executable, "-m", "byteport_agent", "install-service", "--root", str(image)],
            env=command_env(),
            capture_output=True,
            check=True,
        )
    finally:
        os.umask(before)
    assert mode(image / KEY) == 0o600
    assert (image / KEY).read_bytes() == b""
    assert mode(image / STATE) == 0o700
    assert mode(image / CONFIG) == mode(image / UNIT) == 0o644
    for path in ("etc/byteport-agent", "etc/systemd/system", "etc/sysusers.d", "var/lib"):
        assert mode(image / path) == 0o755


def test_X4_a_key_that_others_can_read_is_closed_to_them(
    command_here: Command, installed: Path
) -> None:
    (installed / KEY).write_text("canary")
    (installed / KEY).chmod(0o644)
    run = command_here("install-service", "--root", str(installed))
    assert f"closed   {installed / KEY} to other users\n" in run.stdout
    assert mode(installed / KEY) == 0o600
    assert (installed / KEY).read_text() == "canary"


def test_X1_the_key_is_not_told(command_here: Command, installed: Path) -> None:
    (installed / KEY).write_text("c4nary-word")
    for more in ([], ["--print"], ["--remove"]):
        run = command_here("install-service", "--root", str(installed), *more)
        assert run.returncode == 0
        assert "c4nary" not in run.stdout + run.stderr


def test_a_second_time_all_is_kept(command_here: Command, installed: Path) -> None:
    (installed / CONFIG).write_text("# mine\n")
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*") if path.is_file()}
    run = command_here("install-service", "--root", str(installed))
    done = run.stdout.partition("next:")[0].splitlines()
    assert [line.split()[0] for line in done] == ["kept"] * 6
    after = {path: path.stat().st_mtime_ns for path in installed.rglob("*") if path.is_file()}
    ours = [path for path in before if path.name not in ("group", "passwd", "shadow", "gshadow")]
    assert [before[path] for path in ours] == [after[path] for path in ours]


def test_a_unit_of_another_release_is_written_again(command_here: Command, installed: Path) -> None:
    wanted = (installed / UNIT).read_text()
    (installed / UNIT).write_text("[Service]\n")
    run = command_here("install-service", "--root", str(installed))
    assert run.stdout.startswith(f"wrote    {installed / UNIT}\nkept ")
    assert (installed / UNIT).read_text() == wanted


def test_it_tells_what_to_do_next(command_here: Command, image: Path) -> None:
    run = command_here("install-service", "--root", str(image))
    script = installed_command()[0]
    assert run.stdout.partition("next:\n")[2].splitlines() == [
        f"  sudo nano {image / CONFIG}    # namespace, uid, sensors",
        f"  sudo tee {image / KEY} >/dev/null    # paste the API key, Enter, Ctrl-D",
        f"  install byteport-agent in the image: {script} is not there",
        f"  sudo systemctl --root={image} enable byteport-agent",
    ]


def test_what_was_tried_before_is_copied(
    command_here: Command, image: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "agent.toml").write_text("# tried\n")
    (tmp_path / "byteport.key").touch()
    run = command_here("install-service", "--root", str(image))
    assert run.stdout.partition("next:\n")[2].startswith(
        f"  sudo cp agent.toml byteport.key {image}/etc/byteport-agent/    # what is in this "
    )
    assert "nano" not in run.stdout
    assert "tee" not in run.stdout


def test_the_user_is_in_the_groups_that_are_there(installed: Path) -> None:
    if shutil.which("systemd-sysusers") is None:
        pytest.skip("systemd-sysusers is not installed: apt-get install systemd")
    ids = account_ids(system_places(str(installed)))
    assert ids is not None
    if os.geteuid() == 0:
        state = (installed / STATE).stat()
        assert (state.st_uid, state.st_gid) == ids
    groups = (installed / "etc/group").read_text()
    assert "i2c:x:994:byteport-agent\n" in groups
    assert "gpio:x:993:byteport-agent\n" in groups
    assert "spi" not in groups
    assert "nologin" in (installed / "etc/passwd").read_text()


def test_remove_leaves_what_a_person_wrote_and_the_readings(
    command_here: Command, installed: Path
) -> None:
    (installed / KEY).write_text("canary")
    (installed / STATE / "outbox.db").touch()
    wants = installed / "etc/systemd/system/multi-user.target.wants/byteport-agent.service"
    wants.parent.mkdir()
    wants.symlink_to("/" + UNIT)
    run = command_here("install-service", "--root", str(installed), "--remove")
    assert (run.returncode, run.stderr) == (0, "")
    assert not (installed / UNIT).exists()
    assert not os.path.lexists(wants)
    assert not (installed / CONFIG).exists()  # it was as it had been written
    assert (installed / KEY).read_text() == "canary"
    assert (installed / STATE / "outbox.db").exists()
    assert f"sudo rm -r {installed}/etc/byteport-agent {installed / STATE}\n" in run.stdout


def test_remove_takes_all_that_nobody_touched(command_here: Command, installed: Path) -> None:
    run = command_here("install-service", "--root", str(installed), "--remove")
    names = {path.name for path in installed.rglob("*")}
    assert not any("byteport" in name for name in names)
    assert "rm -r" not in run.stdout
    assert command_here("install-service", "--root", str(installed), "--remove").stdout == ""


def test_ones_own_service(tmp_path: Path) -> None:
    home = {"XDG_CONFIG_HOME": f"{tmp_path}/a b", "XDG_STATE_HOME": f"{tmp_path}/100%"}
    places = own_places(home)
    unit = unit_text(places, ["/home/pi/.local/bin/byteport-agent"])
    lines = list(Installer(places).install(unit))
    assert [line.split()[0] for line in lines] == ["wrote", "wrote", "made", "made"]
    config = tmp_path / "a b/byteport-agent"
    assert f'run -c "{config}/agent.toml"\n' in unit
    assert f"WorkingDirectory={tmp_path}/100%%/byteport-agent\n" in unit
    assert mode(config) == mode(tmp_path / "100%/byteport-agent") == 0o700
    assert mode(config / "agent.toml") == mode(config / "byteport.key") == 0o600
    assert f'path = "{tmp_path}/100%/byteport-agent/outbox.db"' in config_text(places)
    assert {line.split()[0] for line in Installer(places).install(unit)} == {"kept"}
    assert own_places({}).config == os.path.expanduser("~/.config/byteport-agent")


def _arguments(**given: object) -> object:
    from argparse import Namespace

    return Namespace(**{"print": False, "user": False, "root": None, "remove": False, **given})


def test_without_root_it_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CommandError, match=r"^this needs root: 'sudo /bin/b install-service'; or"):
        check_rights(system_places(), ["/bin/b"])
    check_rights(own_places({}), ["/bin/b"])
    check_rights(system_places("/image"), ["/bin/b"])
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    check_rights(system_places(), ["/bin/b"])
    with pytest.raises(CommandError, match=r"'/bin/b install-service --user' without sudo"):
        check_rights(own_places({}), ["/bin/b"])


def test_a_program_that_the_services_user_cannot_reach(tmp_path: Path) -> None:
    script = tmp_path / "home/bin/byteport-agent"
    script.parent.mkdir(parents=True)
    script.touch(0o755)
    (tmp_path / "home").chmod(0o700)
    with pytest.raises(CommandError, match=r" is closed to it\. Install for all users, with "):
        check_program(system_places(), [str(script)])
    check_program(own_places({}), [str(script)])


def test_systemctl_is_called_where_systemd_runs(tmp_path: Path) -> None:
    programs = Programs()
    if shutil.which("systemctl") is None:
        pytest.skip("systemctl is not installed: apt-get install systemd")
    booted = str(tmp_path)
    assert Systemctl(system_places(), programs, booted)("daemon-reload")
    assert Systemctl(own_places({}), programs, booted)("is-active", "--quiet", "byteport-agent")
    assert not Systemctl(system_places("/image"), programs, booted)("daemon-reload")
    assert not Systemctl(system_places(), programs, f"{booted}/not")("daemon-reload")
    assert programs.calls == [
        "systemctl daemon-reload",
        "systemctl --user is-active --quiet byteport-agent",
    ]


def test_what_is_wrong_is_one_line(command_here: Command, tmp_path: Path) -> None:
    run = command_here("install-service", "--root", str(tmp_path / "missing"))
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "is no directory" in run.stderr
    run = command_here("install-service", "--root", str(tmp_path), "--user")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    (tmp_path / "etc").touch()
    run = command_here("install-service", "--root", str(tmp_path))
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert f"{tmp_path}/etc" in run.stderr
