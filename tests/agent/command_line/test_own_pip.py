"""The pip that messages name."""

import sys
from pathlib import Path

import pytest

from byteport_agent.command_line import own_pip
from byteport_agent.command_line.own_pip import pip, with_own_pip

MESSAGE = "porch needs the package gpiozero: pip install 'byteport-agent[pi]', then again"


@pytest.fixture
def venv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(own_pip, "pip", lambda: pip(str(tmp_path), True))
    return tmp_path


def test_a_message_names_the_pip_of_this_environment(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/pip")
    assert with_own_pip(MESSAGE) == MESSAGE.replace("pip ins", f"{venv}/bin/pip ins")
    assert with_own_pip(with_own_pip(MESSAGE)) == with_own_pip(MESSAGE)
    assert with_own_pip("all is well") == "all is well"


def test_one_that_a_shell_finds_is_called_by_its_name(
    venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: f"{venv}/bin/pip")
    assert with_own_pip(MESSAGE) == MESSAGE


def test_what_is_not_ones_own_needs_sudo(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert pip(str(venv), True) == f"sudo {venv}/bin/pip"
    assert pip(str(venv), False) == "pip"
