"""The unit as systemd judges it, and what of it depends on where the program is."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from config_rig import write_keys

from byteport_agent import systemd
from byteport_agent.systemd.places import own_places, system_places
from byteport_agent.systemd.unit import (
    closed_part,
    exec_text,
    installed_command,
    template,
    unit_text,
)

Command = Callable[..., "subprocess.CompletedProcess[str]"]
AGENT = Path(systemd.__file__).parents[2]


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The system's unit, for the program that is installed here."""
    path = tmp_path / "byteport-agent.service"
    path.write_text(unit_text(system_places(), installed_command()))
    return path


def analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    path = shutil.which("systemd-analyze")
    if path is None:
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    return subprocess.run(
        [path, "--no-pager", *words], capture_output=True, text=True, timeout=60, check=False
    )


def test_its_exposure_is_at_most_2(unit: Path) -> None:
    run = analyze("security", "--offline=true", str(unit))
    found = re.search(r"Overall exposure level for byteport-agent\.service: ([\d.]+)", run.stdout)
    assert found is not None, run.stdout + run.stderr
    assert float(found[1]) <= 2.0


def test_systemd_finds_no_mistake_in_it(unit: Path) -> None:
    run = analyze("verify", "--man=no", str(unit))
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


def test_the_unit_of_the_tree_is_the_one_that_is_installed(unit: Path) -> None:
    shown = (AGENT / "systemd/byteport-agent.service").read_text()
    assert shown == template("byteport-agent.service")
    lines = zip(shown.split("\n"), unit.read_text().split("\n"), strict=True)
    differ = {ours.partition("=")[0] for ours, theirs in lines if ours != theirs}
    assert differ <= {"ExecStart", "ProtectHome"}


def test_it_runs_the_command_that_is_installed(unit: Path) -> None:
    words = exec_text(installed_command())
    assert f"\nExecStart={words} run -c /etc/byteport-agent/agent.toml\n" in unit.read_text()


def test_without_a_script_it_is_the_module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(tmp_path))
    monkeypatch.setattr("sys.argv", ["/x/byteport_agent/__main__.py"])
    assert installed_command() == (sys.executable, "-m", "byteport_agent")
    (tmp_path / "byteport-agent").touch(0o755)
    assert installed_command() == (f"{tmp_path}/byteport-agent",)
    monkeypatch.setattr("sys.argv", ["/usr/bin/env/byteport-agent"])  # not there
    assert installed_command() == (f"{tmp_path}/byteport-agent",)


def test_a_program_in_a_home_is_not_hidden_from_the_service() -> None:
    at_home = unit_text(system_places("/image"), ["/home/pi/venv/bin/byteport-agent"])
    assert "\nProtectHome=read-only\n" in at_home
    elsewhere = unit_text(system_places("/image"), ["/opt/byteport-agent/bin/byteport-agent"])
    assert "\nProtectHome=yes\n" in elsewhere


def test_words_are_quoted_as_systemd_reads_them() -> None:
    assert exec_text(["/usr/bin/x", "run", "-c", "/etc/a.toml"]) == "/usr/bin/x run -c /etc/a.toml"
    assert exec_text(["/a b/100%", '$HOME"\\']) == '"/a b/100%%" "$$HOME\\"\\\\"'


def test_what_users_without_a_right_of_their_own_cannot_pass() -> None:
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


def test_the_configuration_is_right_once_names_and_key_are_filled_in(
    command_here: Command, tmp_path: Path
) -> None:
    file = tmp_path / "agent.toml"
    file.write_text(template("agent.toml").replace("/var/lib/byteport-agent", str(tmp_path)))
    write_keys(tmp_path)
    run = command_here("check", "-c", str(file))
    assert run.returncode == 78
    assert [line.partition(": ")[2] for line in run.stderr.splitlines()[:2]] == [
        "device: namespace: is empty: must be a name",
        "device: uid: is empty: must be a name",
    ]
    text = file.read_text().replace('namespace = ""', 'namespace = "myownspace"')
    file.write_text(text.replace('uid = ""', 'uid = "greenhouse-1"'))
    run = command_here("check", "-c", str(file))
    assert (run.returncode, run.stderr) == (0, "")
    # the examples in comments are right too
    file.write_text(re.sub(r"^# (?=\[\[|\w+ = )", "", file.read_text(), flags=re.MULTILINE))
    run = command_here("check", "-c", str(file))
    assert (run.returncode, run.stderr) == (0, "")
    assert "0x76 on i2c-1" in run.stdout
