"""`byteport-agent monitor`: lines as they come, through a pulled cable, until Ctrl-C."""

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread, Timer
from time import monotonic

import pytest
from agent_rig import command_env
from pty_board import PtyBoard

from byteport_agent import cli
from byteport_agent.boards.serial_ports import Port
from byteport_agent.boards.station_lines import SerialLines, StationLine, station_line
from byteport_agent.commands import monitor
from waiting import Program

LIMIT_S = 30
GONE = "the board is gone: unplugged, or asleep: waiting for it"
STATION = b"""\
import time
print("I porch porch_temp=21.50 porch_rh=44.0")
print("W porch: bme280 at 0x76 on i2c-0 does not answer")
number = 0
while True:
    print("I count n=%d" % number)
    number += 1
    time.sleep(0.05)
"""


@pytest.mark.parametrize(
    ("text", "level", "shown", "is_reading"),
    [
        ("I porch t=21.5 rh=44", "", "porch t=21.5 rh=44", True),
        ("I wifi: joined home", "", "wifi: joined home", False),
        ("I started, reset cause 4", "", "started, reset cause 4: deep sleep", False),
        (
            "W a reset that left no word (reset cause 3)",
            "warn",
            "warn: a reset that left no word (reset cause 3: watchdog)",
            False,
        ),
        ("I started, reset cause 6", "", "started, reset cause 6", False),
        ("started, reset cause 3", None, "started, reset cause 3", False),
        ("W porch: no answer", "warn", "warn: porch: no answer", False),
        ("E boot: 3 bad starts", "error", "error: boot: 3 bad starts", False),
        ("D porch t=1", "debug", "debug: porch t=1", False),
        ("Traceback (most recent call last):", None, "Traceback (most recent call last):", False),
        ("I (27) boot: ESP-IDF", None, "I (27) boot: ESP-IDF", False),
        ("I info text=two words", "", "info text=two words", True),
        ("\x1b[2J\x07", None, "\\x1b[2J\\x07", False),
    ],
)
def test_lines(text: str, level: str | None, shown: str, is_reading: bool) -> None:
    line = station_line(text)
    assert (line.level, line.shown, line.is_reading) == (level, shown, is_reading)


@pytest.mark.parametrize(
    ("text", "is_noise"),
    [
        ("ets Jul 29 2019 12:21:46", True),
        ("rst:0x1 (POWERON_RESET),boot:0x13", True),
        ("I (27) boot: ESP-IDF", True),
        ("\ufffd\ufffd~", True),
        ("Traceback (most recent call last):", False),
        ("I porch t=1", False),
    ],
)
def test_a_boot_loader_s_noise(text: str, is_noise: bool) -> None:
    assert station_line(text).is_noise is is_noise


def read_until(
    lines: SerialLines,
    wanted: Callable[[StationLine], bool],
    ended: Callable[[], bool] = lambda: False,
) -> list[StationLine]:
    found: list[StationLine] = []
    end = monotonic() + LIMIT_S
    while monotonic() < end:
        found += lines.read()
        if any(map(wanted, found)) or ended():
            return found
    raise AssertionError(f"not within {LIMIT_S} s: {found}")


def test_a_cable_that_is_pulled_and_put_back(tmp_path: Path) -> None:
    told: list[str] = []
    with PtyBoard(tmp_path) as board:
        board.write({"/main.py": STATION})
        with SerialLines(Port(board.port), told.append) as lines:
            first = read_until(lines, lambda line: line.text == "count n=3")
            assert [line.is_reading for line in first if line.text.startswith("count")][0]
            board.pull()
            read_until(lines, lambda _: False, lambda: bool(told))
            assert told == [GONE]
            board.plug()
            read_until(lines, lambda line: line.text == "count n=0")
        assert told == [GONE, "the board is back"]


def test_a_port_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    told: list[str] = []
    with SerialLines(Port(str(tmp_path / "ttyUSB0")), told.append) as lines:
        for _ in range(3):
            assert lines.read() == []
    (text,) = told
    assert text.startswith(f"there is no port {tmp_path}/ttyUSB0; serial ports: ")
    assert text.endswith(": waiting for it")


def test_a_port_that_cannot_be_opened_ends_it(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["monitor", "/dev/null"]) == 1
    assert capfd.readouterr().err == "byteport-agent monitor: /dev/null is no serial port\n"
    with PtyBoard(tmp_path) as board, SerialLines(Port(board.port)) as lines:
        lines.read()
        assert cli.main(["monitor", board.port]) == 1
    assert f"{board.port} is in use by another program (a monitor" in capfd.readouterr().err


def test_silence_is_explained_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    def tell(text: str) -> None:
        told.append(text)
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(monitor, "QUIET_S", 0.2)
    monkeypatch.setattr(monitor, "_tell", tell)
    master, slave = pty.openpty()
    try:
        assert cli.main(["monitor", os.ttyname(slave)]) == 0
    finally:
        os.close(master)
        os.close(slave)
    (text,) = told
    assert text.startswith("nothing yet: a board speaks when it reads")


def test_a_line_without_an_end_does_not_grow_for_ever(tmp_path: Path) -> None:
    lines = SerialLines(Port(""))
    (line,) = lines._lines(b"x" * 5000)
    assert len(line.text) == 300
    assert lines._lines(b"a\r\n\r\nb") == [StationLine(None, "a")]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_command_prints_what_comes_until_a_signal(tmp_path: Path, number: int) -> None:
    with PtyBoard(tmp_path) as board:
        board.write({"/main.py": STATION})
        words = [sys.executable, "-m", "byteport_agent", "monitor", board.port]
        with Program(
            words,
            env=command_env(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            timer = Timer(LIMIT_S, process.kill)
            timer.start()
            line = ""
            while "count n=" not in line and process.poll() is None:
                line = process.stdout.readline()
            timer.cancel()
            process.send_signal(number)
            _, errors = process.communicate(timeout=30)
        assert process.returncode == 0
        assert line[2] == line[5] == ":"
        assert errors == f"{board.port}: Ctrl-C ends this\n"


def test_a_closed_output_ends_it(tmp_path: Path) -> None:
    with PtyBoard(tmp_path) as board:
        board.write({"/main.py": STATION})
        reader, writer = os.pipe()
        os.close(reader)
        words = [sys.executable, "-m", "byteport_agent", "monitor", board.port]
        run = subprocess.run(
            words, env=command_env(), stdout=writer, stderr=subprocess.PIPE, timeout=60, check=False
        )
        os.close(writer)
        assert run.returncode == 1
        assert b"Traceback" not in run.stderr


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    master, slave = os.openpty()
    thread = Thread(target=os.write, args=(master, b"\xff\xfe\r\nI porch t=1\r\n"))
    with SerialLines(Port(os.ttyname(slave))) as lines:
        lines.read()
        thread.start()
        found = read_until(lines, lambda line: line.is_reading)
    thread.join()
    os.close(master)
    os.close(slave)
    assert found[-1].text == "porch t=1"
