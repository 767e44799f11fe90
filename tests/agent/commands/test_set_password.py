"""`byteport-agent set-password` as a user runs it: from a pipe, from a terminal, and wrong."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from agent_rig import command_env
from config_rig import DEVICE, write_keys

from byteport_agent.gateway.passwords import PasswordFile
from waiting import PATIENCE_S, Program

COMMAND = [sys.executable, "-m", "byteport_agent", "set-password"]
GATEWAY = '[gateway]\nkey_file = "gateway.key"\n'


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_keys(tmp_path)
    (tmp_path / "agent.toml").write_text(DEVICE + GATEWAY)
    return tmp_path


def run(place: Path, typed: str, *words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *words],
        input=typed,
        cwd=place,
        env=command_env(),
        capture_output=True,
        text=True,
    )


def test_from_a_pipe(place: Path) -> None:
    done = run(place, "a long password\n")
    assert done.returncode == 0
    assert done.stdout == f"the password is set, its hash is in {place}/gateway.password\n"
    file = PasswordFile(str(place / "gateway.password"))
    assert file.matches("a long password")
    assert run(place, "another password").returncode == 0
    assert file.matches("another password")
    assert run(place, "", "--remove").returncode == 0
    assert not file.is_set()
    assert run(place, "", "--remove").returncode == 0


def test_from_a_terminal_twice(place: Path) -> None:
    for second, code in (("a long password", 0), ("another one", 1)):
        controller, terminal = pty.openpty()
        with Program(
            COMMAND, cwd=place, env=command_env(), stdin=terminal, stdout=terminal,
            stderr=terminal, start_new_session=True,
        ) as process:  # fmt: skip
            os.close(terminal)
            said = b""
            for prompt, typed in ((b"New password: ", "a long password"), (b"Again: ", second)):
                while prompt not in said:
                    said += os.read(controller, 1000)
                os.write(controller, f"{typed}\n".encode())
            try:
                while data := os.read(controller, 1000):
                    said += data
            except OSError:  # the other side is closed
                pass
            process.wait(PATIENCE_S)
        os.close(controller)
        assert process.returncode == code, said
        assert b"a long password" not in said


@pytest.mark.parametrize("typed", ["", "\n", "short\n"])
def test_a_short_one_changes_nothing(place: Path, typed: str) -> None:
    done = run(place, typed)
    assert (done.returncode, done.stdout) == (1, "")
    assert "at least 8 characters: nothing is changed" in done.stderr
    assert not (place / "gateway.password").exists()


def test_without_a_gateway_there_is_nothing_to_set(place: Path) -> None:
    sensor = '[[sensor]]\nname = "one"\ndriver = "system"\n'
    (place / "agent.toml").write_text(DEVICE + sensor)
    done = run(place, "a long password\n")
    assert done.returncode == 78
    assert "there is no [gateway] in the configuration" in done.stderr


def test_a_place_that_cannot_be_written(place: Path) -> None:
    (place / "agent.toml").write_text(f'{DEVICE}{GATEWAY}password_file = "nowhere/file"\n')
    done = run(place, "a long password\n")
    assert done.returncode == 1
    assert "nowhere/file: No such file or directory" in done.stderr
    assert "Traceback" not in done.stderr
