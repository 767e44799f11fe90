"""`byteport-agent demo` as a process of its own: counted, stopped by signals, on a terminal."""

import fcntl
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
from pathlib import Path

import pytest
from agent_rig import command_env

Command = Callable[..., "subprocess.CompletedProcess[str]"]
DEMO = [sys.executable, "-m", "byteport_agent", "demo", "--listen", "127.0.0.1:0"]

_PIPED = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


@pytest.fixture
def started() -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
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


@pytest.mark.parametrize("method", ["POST", "GET", "auto"])
def test_a_number_of_readings(command: Command, method: str) -> None:
    run = command(
        *("demo", "--listen", "127.0.0.1:0", "--interval", "20ms", "--count", "5"),
        *("--method", method),
    )
    assert (run.returncode, run.stderr) == (0, "")
    lines = run.stdout.splitlines()
    assert re.match(r"Gateway: http://127\.0\.0\.1:\d+ ", lines[0])
    readings = [line for line in lines if " this-machine " in line]
    assert [line.split()[1] for line in readings] == ["#1", "#2", "#3", "#4", "#5"]
    assert "load_1min=" in readings[0]
    assert re.fullmatch(r"stored 5 readings of \d+ fields in \d\.\d s, 0 lost", lines[-1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_a_summary(
    started: Callable[..., "subprocess.Popen[str]"], number: int
) -> None:
    process = started("--interval", "10ms")
    read_until(process, "#3 ")
    process.send_signal(number)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    summary = out.splitlines()[-1]
    stored = re.fullmatch(r"stored (\d+) readings of \d+ fields in [\d.]+ s, 0 lost", summary)
    assert stored
    assert int(stored[1]) >= 3


def test_signals_that_pour_in_end_it_as_cleanly(
    started: Callable[..., "subprocess.Popen[str]"],
) -> None:
    process = started("--interval", "1h")
    read_until(process, "#1 ")
    for _ in range(20):
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
    out, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert out.splitlines()[-1].startswith("stored 1 readings")


def test_what_it_proposes_to_try_works(
    started: Callable[..., "subprocess.Popen[str]"],
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed: apt-get install curl")
    process = started("--interval", "10ms")
    lines = [line for line in read_until(process, "#1 ") if line.startswith("Try: ")]
    key_path = Path(re.findall(r"_key@(\S+)", lines[0])[0])
    assert key_path.stat().st_mode & 0o777 == 0o600
    assert len(key_path.read_text()) == 32
    for line in lines:
        words = line.removeprefix("Try:").split()
        if words[0] == "byteport-agent":
            words[:1] = [sys.executable, "-m", "byteport_agent"]
        run = subprocess.run(words, env=command_env(), capture_output=True, timeout=30, check=False)
        assert (run.returncode, run.stderr.count(b"warning")) == (0, 0)
        read_until(process, "my-sensor temp=21.5")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert not key_path.exists()


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
    assert ":8080 " not in lines[1]


def test_a_host_that_is_not_here_is_an_error(command: Command) -> None:
    run = command("demo", "--listen", "192.0.2.1:0")
    assert run.returncode == 1
    assert "cannot listen on 192.0.2.1:0: " in run.stderr
    assert run.stderr.count("\n") == 1


def on_terminal(
    start: Callable[..., "subprocess.Popen[str]"], until: bytes, *words: str
) -> tuple[bytes, int]:
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


def test_on_a_terminal_the_table_is_redrawn_in_place(
    started: Callable[..., "subprocess.Popen[str]"],
) -> None:
    out, code = on_terminal(started, b"3 readings stored", "--interval", "100ms")
    assert code == 0
    text = out.decode()
    assert re.search(r"\x1b\[\d+A\r\d+ readings stored at http://127.0.0.1:\d+, \d+\.\d per", text)
    assert "DEVICE        FIELD " in text
    assert re.search(r"this-machine  memory_used +[\d.]+  % +\d\.\d s\x1b\[K", text)
    assert "#1" not in text
    assert re.search(r"stored \d+ readings of \d+ fields in [\d.]+ s, 0 lost\r\n$", text)


def test_a_dumb_terminal_gets_plain_lines(
    started: Callable[..., "subprocess.Popen[str]"],
) -> None:
    start = partial(started, env=command_env(TERM="dumb"))
    out, code = on_terminal(start, b"#2 ", "--interval", "10ms")
    assert code == 0
    assert b"\x1b" not in out
    assert b" 0 lost\r\n" in out
