"""`byteport-agent demo` as a process of its own: counted, stopped by signals, on a terminal."""

import fcntl
import json
import os
import pty
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import termios
from collections.abc import Callable, Iterator
from functools import partial
from getpass import getuser
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from agent_rig import command_env

from byteport_agent.commands import demo as demo_command

Command = Callable[..., "subprocess.CompletedProcess[str]"]
Start = Callable[..., "subprocess.Popen[str]"]
DEMO = [sys.executable, "-m", "byteport_agent", "demo", "--listen", "127.0.0.1:0"]

_PIPED = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


@pytest.fixture
def started() -> Iterator[Start]:
    """Start a demo; what a test leaves running is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start(*words: str, **options: object) -> "subprocess.Popen[str]":
        processes.append(
            subprocess.Popen(  # type: ignore[call-overload]
                [*DEMO, *words],
                **{**_PIPED, "env": command_env(TERM="xterm"), **options},
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        with process:
            process.kill()


def read_until(process: "subprocess.Popen[str]", text: str) -> list[str]:
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return lines
    raise AssertionError(f"no {text!r} in {lines}")


def ended(process: "subprocess.Popen[str]") -> str:
    """Return the last line of one that was told to end."""
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    return out.splitlines()[-1]


def api(lines: list[str], path: str) -> Any:
    """Return what a demo's gateway answers; ``lines`` are the first of its output."""
    (url,) = re.findall(r"Dashboard: (\S+)/$", lines[0])
    with urlopen(url + path, timeout=20) as answer:
        return json.load(answer)


def test_a_number_of_readings(command: Command) -> None:
    run = command("demo", "--listen", "127.0.0.1:0", "--count", "5")
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert re.fullmatch(r"Dashboard: http://127\.0\.0\.1:\d+/", lines[0])
    stored = re.fullmatch(r"stored (\d+) readings in \d\.\d s", lines[-1])
    assert stored
    assert int(stored[1]) >= 5


def test_who_started_it_over_ssh_is_told_how_to_see_it(command: Command) -> None:
    connection = "192.168.1.5 51234 192.168.1.20 22"
    run = command("demo", "--listen", "127.0.0.1:0", "--count", "1", SSH_CONNECTION=connection)
    port = re.findall(r":(\d+)/", run.stdout)[0]
    line = f"  ssh -N -L {port}:127.0.0.1:{port} {getuser()}@192.168.1.20"
    assert run.stdout.splitlines()[2] == line


def test_a_station_a_board_and_days_of_history_are_there_at_once(started: Start) -> None:
    process = started()
    lines = read_until(process, "#1 ")
    station, board = api(lines, "/api/devices")["devices"]
    assert (station["uid"], station["own"], board["uid"]) == ("garden", True, "pond-board")
    units = {each["name"]: each["unit"] for each in station["fields"] + board["fields"]}
    assert units["temperature"] == units["pond_temp"] == "Cel"
    assert units["tank_level"] == "%"
    names = {each["name"] for each in api(lines, "/api/status")["sensors"]}
    assert names >= {"outside", "sky", "greenhouse", "tank", "contacts", "computer"}
    (series,) = api(lines, "/api/series?device=garden&field=temperature&from=-72h")["series"]
    assert len(series["t"]) > 200
    assert api(lines, "/api/messages")["messages"]
    process.send_signal(signal.SIGINT)
    ended(process)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_a_summary(started: Start, number: int) -> None:
    process = started()
    read_until(process, "#1 ")
    process.send_signal(number)
    assert re.fullmatch(r"stored \d+ readings in [\d.]+ s", ended(process))


def test_signals_that_pour_in_end_it_as_cleanly(started: Start) -> None:
    process = started()
    read_until(process, "#1 ")
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
    assert ended(process).startswith("stored ")


def test_what_it_proposes_to_try_works(started: Start) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: apt-get install curl")
    process = started()
    lines = read_until(process, "#1 ")
    (words,) = (line.split() for line in lines if line.startswith("  curl "))
    key_path = Path(words[-2].partition("@")[2])
    assert key_path.stat().st_mode & 0o777 == 0o600
    run = subprocess.run(words, env=command_env(), capture_output=True, timeout=30, check=False)
    assert run.returncode == 0
    read_until(process, "my-sensor temp=21.5")
    assert "my-sensor" in [each["uid"] for each in api(lines, "/api/devices")["devices"]]
    process.send_signal(signal.SIGINT)
    ended(process)
    assert not key_path.parent.exists()


def test_elsewhere_than_on_loopback_a_password_is_asked_for(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []
    answers: list[int] = []

    def password() -> str:
        asked.append("a password")
        return asked[-1]

    class Watching(demo_command.Terminal):
        def introduce(self, url: str, try_line: str) -> None:
            super().introduce(url, try_line)
            with urlopen(f"{url}/", timeout=20) as answer:
                answers.append(answer.url.endswith("/login"))

    monkeypatch.setattr(demo_command, "is_loopback", lambda _: False)
    monkeypatch.setattr(demo_command, "new_password", password)
    monkeypatch.setattr(demo_command, "Terminal", Watching)
    from byteport_agent.cli import main

    assert main(["demo", "--listen", "127.0.0.1:0", "--count", "1"]) == 0
    assert (asked, answers) == (["a password"], [True])
    assert "a password" not in capsys.readouterr().out


def test_a_taken_port_that_was_asked_for_is_an_error(command: Command) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        run = command("demo", "--listen", address, "--count", "1")
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr == (
        f"byteport-agent demo: cannot listen on {address}: Address already in use: stop what uses "
        "it, or choose another address; port 0 takes a free one\n"
    )


def test_the_default_port_may_be_taken(command: Command) -> None:
    try:
        server = socket.create_server(("127.0.0.1", 8080))
    except OSError:
        server = socket.socket()  # somebody else has it, which is as good
    with server:
        run = command("demo", "--count", "1")
    assert run.returncode == 0
    lines = run.stdout.splitlines()
    assert lines[0] == "Port 8080 is taken: the gateway uses a free one."
    assert ":8080/" not in lines[1]


def test_a_host_that_is_not_here_is_an_error(command: Command) -> None:
    run = command("demo", "--listen", "192.0.2.1:0")
    assert run.returncode == 1
    assert "cannot listen on 192.0.2.1:0: " in run.stderr
    assert run.stderr.count("\n") == 1


def on_terminal(start: Start, until: bytes, *words: str) -> tuple[bytes, int]:
    """Run a demo on a terminal of 24 x 80, press Ctrl-C after some output, return all of it."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = start(
        *words,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(terminal)
    out = b""
    pressed = False
    while True:
        try:
            data = os.read(controller, 65536)
        except OSError:  # the other side is closed
            break
        out += data
        if not data:
            break
        if until in out and not pressed:
            os.write(controller, b"\x03")
            pressed = True
    os.close(controller)
    return out, process.wait(timeout=30)


def test_on_a_terminal_the_table_is_redrawn_in_place(started: Start) -> None:
    out, code = on_terminal(started, b"memory_used")
    assert code == 0
    text = out.decode()
    assert re.search(r"DEVICE +FIELD +VALUE  UNIT +AGE", text)
    assert re.search(r"\x1b\[\d+A\r?DEVICE", text)
    assert re.search(r"garden +memory_used +[\d.]+  % +[\d.]+ \w+\x1b\[K", text)
    assert re.search(r"pond-board +pond_temp +[\d.]+  °C", text)
    assert "#1" not in text
    assert re.search(r"stored \d+ readings in [\d.]+ s\r\n$", text)


def test_a_dumb_terminal_gets_plain_lines(started: Start) -> None:
    start = partial(started, env=command_env(TERM="dumb"))
    out, code = on_terminal(start, b"#1 ")
    assert code == 0
    assert b"\x1b" not in out
    assert re.search(rb"stored \d+ readings in [\d.]+ s\r\n$", out)
