"""README.md: what a newcomer copies out of it works, and it stays short enough to be read."""

import os
import subprocess
import sys
from pathlib import Path
from re import DOTALL, findall
from typing import Any

import pytest
from agent_rig import command_env

from byteport import Client
from byteport_agent.config import load_any
from byteport_agent.driver_lookup.listing import driver_list
from byteport_mocks.chaos_server import SimulatedByteport
from micropythons import PROJECT

TEXT = (PROJECT / "README.md").read_text(encoding="utf-8")


ON_CHIPS = """#!{python}
import sys
from byteport_agent.cli import main
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.fronts.i2c_dev import simulated_i2c_dev
from byteport_mocks.i2c import SimulatedI2C

bus = SimulatedI2C()
bus.attach(SimulatedBME280(0x76))
words = sys.argv[1:]
with simulated_i2c_dev({{1: bus}}):
    sys.exit(main([*words, "--root", "{root}"] if words[0] == "scan" else words))
"""


def blocks(language: str) -> list[str]:
    return findall(rf"```{language}\n(.*?)```", TEXT, DOTALL)


def test_it_is_short() -> None:
    assert len(TEXT.splitlines()) <= 200


def test_its_configurations_have_no_mistake(tmp_path: Path) -> None:
    for name in ("byteport.key", "wifi.key"):
        (tmp_path / name).write_text("s3cretk3y\n")
        (tmp_path / name).chmod(0o600)
    for_pi, for_board = blocks("toml")
    for name, text in (("agent.toml", for_pi), ("station.toml", for_board)):
        (tmp_path / name).write_text(text)
        assert load_any(tmp_path / name).warnings == ()


def test_its_first_sensor_is_measured_and_configured_as_typed(tmp_path: Path) -> None:
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev/i2c-1").touch()
    command = tmp_path / "byteport-agent"
    command.write_text(ON_CHIPS.format(python=sys.executable, root=tmp_path))
    command.chmod(0o755)
    measure, send = blocks("sh")[1:3]
    lines = [
        line for line in (measure + send).splitlines() if not line.startswith(("make", "sudo"))
    ]
    (run,) = [line for line in lines if line.startswith("byteport-agent run ")]
    lines.remove(run)
    fill_in = 'sed -i \'s/^namespace = ""/namespace = "myownspace"/; s/^uid = ""/uid = "porch"/\''
    script = "\n".join((*lines[:-1], f"{fill_in} agent.toml", lines[-1]))
    env = command_env(PATH=f"{tmp_path}:{os.environ['PATH']}")
    done = subprocess.run(
        ["bash", "-ec", script], cwd=tmp_path, env=env, input=b"s3cretk3y\n", capture_output=True
    )
    assert done.returncode == 0, done.stderr
    for said in (b"temperature  21.50 Cel", b"agent.toml: no mistakes\n"):
        assert said in done.stdout
    for named in ("byteport-agent status", "byteport-agent install-service"):
        assert named in send


def test_its_test_passes(tmp_path: Path) -> None:
    (tmp_path / "test_example.py").write_text(blocks("python")[0])
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "test_example.py"]
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    run = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, timeout=120)
    assert run.returncode == 0, run.stdout


def test_its_program_stores(
    chaos_server: SimulatedByteport, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "current_temperature").write_text("20.5")
    monkeypatch.chdir(tmp_path)
    program = blocks("python")[1].replace('"barDev1")', '"barDev1", url=url)')
    names: dict[str, Any] = {"key": "s3cretk3y", "url": chaos_server.url}
    exec(compile(program, "README.md", "exec"), names)
    assert isinstance(names["client"], Client)
    names["client"].close()
    stored = [dict(each.fields) for each in chaos_server.stored]
    assert stored == [{"temperature": "21.5"}, {"temperature": "20.5"}]
    assert [each.text for each in chaos_server.messages] == ["up", "All systems nominal"]


def test_its_table_has_every_chip() -> None:
    table = TEXT.partition("## Sensors")[2].partition("[docs/sensors.md]")[0]
    elsewhere = {"kernel", "file", "program", "agent"}
    chips = {each.name for each in driver_list() if each.bus not in elsewhere}
    missing = chips - {"circuitpython"} - set(findall(r"\w+", table))
    assert missing == set(), "README.md: add them to the table of sensors"
