"""`byteport-agent install-service`: into an image's directory, a user's own, and what systemd says.

Nothing here touches the machine's own services: the system's is installed below a root of its own.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from agent_rig import command_env
from config_rig import write_keys

from byteport_agent import install_service
from byteport_agent.command_errors import CommandError
from byteport_agent.install_service import Systemctl, check_program, check_rights
from byteport_agent.systemd.account import account_ids, make_account
from byteport_agent.systemd.installer import Installer
from byteport_agent.systemd.places import own_places, system_places
from byteport_agent.systemd.unit import closed_part, config_text, exec_text, template, unit_text

Command = Callable[..., "subprocess.CompletedProcess[str]"]
AGENT = Path(install_service.__file__).parents[1]
UNIT = "etc/systemd/system/byteport-agent.service"
CONFIG = "etc/byteport-agent/agent.toml"
KEY = "etc/byteport-agent/byteport.key"
STATE = "var/lib/byteport-agent"


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    path = shutil.which("systemd-analyze")
    if path is None:
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    return subprocess.run(
        [path, "--no-pager", *words], capture_output=True, text=True, timeout=60, check=False
    )


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o7777


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A root directory with groups for I2C and pins, and none for SPI."""
    root = tmp_path / "image"
    (root / "etc").mkdir(parents=True)
    (root / "etc/group").write_text("root:x:0:\ni2c:x:994:\ngpio:x:993:\n")
    return root


@pytest.fixture
def installed(command: Command, image: Path) -> Path:
    run = command("install-service", "--root", str(image))
    assert (run.returncode, run.stderr) == (0, "")
    return image


def test_its_exposure_is_at_most_2(installed: Path) -> None:
    run = analyze("security", "--offline=true", str(installed / UNIT))
    found = re.search(r"Overall exposure level for byteport-agent\.service: ([\d.]+)", run.stdout)
    assert found is not None, run.stdout + run.stderr
    assert float(found[1]) <= 2.0


def test_systemd_finds_no_mistake_in_it(command: Command, installed: Path) -> None:
    run = analyze("verify", "--man=no", str(installed / UNIT))
    assert (run.returncode, run.stderr) == (0, "")


def test_systemd_finds_no_mistake_in_a_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = own_places({"XDG_CONFIG_HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path)})
    unit = tmp_path / "byteport-agent.service"
    unit.write_text(unit_text(places, [sys.executable, "-m", "byteport_agent"]))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    run = analyze("verify", "--man=no", "--user", str(unit))
    assert (run.returncode, run.stderr) == (0, "")


def test_hardware_stays_usable() -> None:
    lines = template("byteport-agent.service").splitlines()
    for device in ("i2c", "spi", "gpiochip", "*gpiomem*", "ttyAMA", "ttyS", "ttyUSB", "ttyACM"):
        assert f"DeviceAllow=char-{device} rw" in lines
    text = "\n".join(lines)
    for hides in ("\nPrivateDevices=", "\nProcSubset=", "\nPrivateNetwork=", "\nPrivateUsers="):
        assert hides not in text
    assert "WorkingDirectory=/var/lib/byteport-agent" in lines


def test_the_unit_of_the_tree_is_the_one_that_is_installed(installed: Path) -> None:
    shown = (AGENT / "systemd/byteport-agent.service").read_text()
    assert shown == template("byteport-agent.service")
    differ = {
        (ours, theirs)
        for ours, theirs in zip(shown.split("\n"), (installed / UNIT).read_text().split("\n"))
        if ours != theirs
    }
    assert {ours.partition("=")[0] for ours, _ in differ} <= {"ExecStart", "ProtectHome"}


def test_it_runs_the_command_that_is_installed(installed: Path) -> None:
    script = Path(sys.executable).parent / "byteport-agent"
    text = (installed / UNIT).read_text()
    assert f"\nExecStart={script} run -c /etc/byteport-agent/agent.toml\n" in text


def test_a_command_of_the_image_is_called_by_its_path_there(
    image: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    script = image / "opt/byteport-agent/bin/byteport-agent"
    script.parent.mkdir(parents=True)
    script.touch(0o755)
    monkeypatch.setattr("sys.argv", [str(script)])
    assert install_service.run(_arguments(root=str(image), print=True)) == 0
    assert "\nExecStart=/opt/byteport-agent/bin/byteport-agent run -c" in capsys.readouterr().out


def test_print_shows_the_unit_and_writes_nothing(command: Command, image: Path) -> None:
    run = command("install-service", "--root", str(image), "--print")
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.startswith("# 'byteport-agent install-service' writes this")
    assert run.stdout.endswith("WantedBy=multi-user.target\n")
    assert [path.name for path in image.rglob("*")] == ["etc", "group"]
    assert "WantedBy=default.target" in command("install-service", "--user", "--print").stdout


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


def test_X4_a_key_that_others_can_read_is_closed_to_them(command: Command, installed: Path) -> None:
    (installed / KEY).write_text("canary")
    (installed / KEY).chmod(0o644)
    run = command("install-service", "--root", str(installed))
    assert f"closed   {installed / KEY} to other users\n" in run.stdout
    assert mode(installed / KEY) == 0o600
    assert (installed / KEY).read_text() == "canary"


def test_X1_the_key_is_not_told(command: Command, installed: Path) -> None:
    (installed / KEY).write_text("c4nary-word")
    for more in ([], ["--print"], ["--remove"]):
        run = command("install-service", "--root", str(installed), *more)
        assert run.returncode == 0
        assert "c4nary" not in run.stdout + run.stderr


def test_a_second_time_all_is_kept(command: Command, installed: Path) -> None:
    (installed / CONFIG).write_text("# mine\n")
    before = {path: path.stat().st_mtime_ns for path in installed.rglob("*") if path.is_file()}
    run = command("install-service", "--root", str(installed))
    done = run.stdout.partition("next:")[0].splitlines()
    assert [line.split()[0] for line in done] == ["kept"] * 6
    after = {path: path.stat().st_mtime_ns for path in installed.rglob("*") if path.is_file()}
    ours = [path for path in before if path.name not in ("group", "passwd", "shadow", "gshadow")]
    assert [before[path] for path in ours] == [after[path] for path in ours]


def test_a_unit_of_another_release_is_written_again(command: Command, installed: Path) -> None:
    wanted = (installed / UNIT).read_text()
    (installed / UNIT).write_text("[Service]\n")
    run = command("install-service", "--root", str(installed))
    assert run.stdout.startswith(f"wrote    {installed / UNIT}\nkept ")
    assert (installed / UNIT).read_text() == wanted


def test_it_tells_what_to_do_next(command: Command, image: Path) -> None:
    run = command("install-service", "--root", str(image))
    script = Path(sys.executable).parent / "byteport-agent"
    assert run.stdout.partition("next:\n")[2].splitlines() == [
        f"  sudo nano {image / CONFIG}    # namespace, uid, sensors",
        f"  sudo tee {image / KEY} >/dev/null    # paste the API key, Enter, Ctrl-D",
        f"  install byteport-agent in the image: {script} is not there",
        f"  sudo systemctl --root={image} enable byteport-agent",
    ]


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


class Programs:
    """Stands for the system's programs: notes how they are called, and fails as told."""

    def __init__(self, code: int = 0, stderr: str = "") -> None:
        self.calls: list[str] = []
        self._answer = code, stderr

    def __call__(self, words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        self.calls.append(" ".join(words))
        return subprocess.CompletedProcess(words, self._answer[0], "", self._answer[1])


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


def test_a_user_that_cannot_be_made_is_an_error(image: Path) -> None:
    with pytest.raises(CommandError, match="make a system user byteport-agent"):
        make_account(system_places(str(image)), Programs(), only())
    failing = Programs(1, "first\nFailed to take lock\n")
    with pytest.raises(CommandError, match=r"^systemd-sysusers .*: Failed to take lock$"):
        make_account(system_places(str(image)), failing, only("systemd-sysusers"))


def test_the_configuration_is_right_once_names_and_key_are_filled_in(
    command: Command, tmp_path: Path
) -> None:
    file = tmp_path / "agent.toml"
    file.write_text(template("agent.toml").replace("/var/lib/byteport-agent", str(tmp_path)))
    write_keys(tmp_path)
    run = command("check", "-c", str(file))
    assert run.returncode == 78
    assert [line.partition(": ")[2] for line in run.stderr.splitlines()[:2]] == [
        "device: namespace: is empty: must be a name",
        "device: uid: is empty: must be a name",
    ]
    text = file.read_text().replace('namespace = ""', 'namespace = "myownspace"')
    file.write_text(text.replace('uid = ""', 'uid = "greenhouse-1"'))
    run = command("check", "-c", str(file))
    assert (run.returncode, run.stderr) == (0, "")
    # the examples in comments are right too
    file.write_text(re.sub(r"^# (?=\[\[|\w+ = )", "", file.read_text(), flags=re.MULTILINE))
    run = command("check", "-c", str(file))
    assert (run.returncode, run.stderr) == (0, "")
    assert "0x76 on i2c-1" in run.stdout


def test_remove_leaves_what_a_person_wrote_and_the_readings(
    command: Command, installed: Path
) -> None:
    (installed / KEY).write_text("canary")
    (installed / STATE / "outbox.db").touch()
    wants = installed / "etc/systemd/system/multi-user.target.wants/byteport-agent.service"
    wants.parent.mkdir()
    wants.symlink_to("/" + UNIT)
    run = command("install-service", "--root", str(installed), "--remove")
    assert (run.returncode, run.stderr) == (0, "")
    assert not (installed / UNIT).exists()
    assert not os.path.lexists(wants)
    assert not (installed / CONFIG).exists()  # it was as it had been written
    assert (installed / KEY).read_text() == "canary"
    assert (installed / STATE / "outbox.db").exists()
    assert f"sudo rm -r {installed}/etc/byteport-agent {installed / STATE}\n" in run.stdout


def test_remove_takes_all_that_nobody_touched(command: Command, installed: Path) -> None:
    run = command("install-service", "--root", str(installed), "--remove")
    names = {path.name for path in installed.rglob("*")}
    assert not any("byteport" in name for name in names)
    assert "rm -r" not in run.stdout
    assert command("install-service", "--root", str(installed), "--remove").stdout == ""


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
    with pytest.raises(CommandError, match=r" is closed to it\. Install for all users:"):
        check_program(system_places(), [str(script)])
    check_program(own_places({}), [str(script)])
    assert closed_part("/usr/bin/env") == ""
    assert closed_part("/nowhere/at/all") == "/nowhere"
    with TemporaryDirectory() as directory:  # pytest's own are closed to others already
        program = Path(directory, "program")
        program.touch(0o750)
        assert closed_part(str(program)) == directory
        Path(directory).chmod(0o711)
        assert closed_part(str(program)) == str(program)
        program.chmod(0o755)
        assert closed_part(str(program)) == ""


def test_a_program_in_a_home_is_not_hidden_from_the_service() -> None:
    at_home = unit_text(system_places("/image"), ["/home/pi/venv/bin/byteport-agent"])
    assert "\nProtectHome=read-only\n" in at_home
    elsewhere = unit_text(system_places("/image"), ["/opt/byteport-agent/bin/byteport-agent"])
    assert "\nProtectHome=yes\n" in elsewhere


def test_words_are_quoted_as_systemd_reads_them() -> None:
    assert exec_text(["/usr/bin/x", "run", "-c", "/etc/a.toml"]) == "/usr/bin/x run -c /etc/a.toml"
    assert exec_text(["/a b/100%", '$HOME"\\']) == '"/a b/100%%" "$$HOME\\"\\\\"'


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


def test_what_is_wrong_is_one_line(command: Command, tmp_path: Path) -> None:
    run = command("install-service", "--root", str(tmp_path / "missing"))
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    assert "is no directory" in run.stderr
    run = command("install-service", "--root", str(tmp_path), "--user")
    assert (run.returncode, run.stderr.count("\n")) == (2, 1)
    (tmp_path / "etc").touch()
    run = command("install-service", "--root", str(tmp_path))
    assert (run.returncode, run.stderr.count("\n")) == (1, 1)
    assert f"{tmp_path}/etc" in run.stderr
