"""README.md: what a newcomer copies out of it works, and it stays short enough to be read."""

import os
import subprocess
import sys
from pathlib import Path
from re import DOTALL, findall
from typing import Any

import pytest

from byteport import Client
from byteport_agent.config import load_any
from byteport_agent.driver_lookup.listing import driver_list
from byteport_mocks.chaos_server import SimulatedByteport
from micropythons import PROJECT

TEXT = (PROJECT / "README.md").read_text(encoding="utf-8")


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
