"""`byteport-agent flash` with the real station: it starts, measures simulated parts, and sends."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from board_rig import board_file
from flash_rig import NEAR, Flasher
from pty_board import PtyBoard

from byteport_agent.boards import board_link
from byteport_agent.boards.board_files import PROGRAM
from micropythons import PROJECT, TESTS
from waiting import wait_for

FOLDERS = (PROJECT / "hw_mocks", PROJECT / "micropython", TESTS / "agent/rigs")
READING = re.compile(r"porch temperature=\d+\.\d\d humidity=\d+\.\d pressure=\d+\.\d\d")


@pytest.fixture
def board(tmp_path: Path) -> Iterator[PtyBoard]:
    with PtyBoard(tmp_path, f"mocks={':'.join(map(str, FOLDERS))}") as board:
        yield board


@pytest.fixture
def flasher(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Flasher:
    monkeypatch.setattr(board_link, "ATTEMPT_S", 0.5)
    monkeypatch.setattr(board_link, "PATIENCE_S", 1.0)
    flasher = Flasher(tmp_path, capfd)
    flasher.configure(board_file('driver = "bme280"', 'interval = "1s"', output=NEAR))
    return flasher


def test_flash_shows_the_station_s_first_reading(board: PtyBoard, flasher: Flasher) -> None:
    assert flasher(board.port, "--wait", "60s") == 0, flasher.out + flasher.errors
    lines = flasher.out.splitlines()
    assert lines.count("output ok") == 1
    assert READING.fullmatch(
        lines[lines.index("waiting for the first reading, and that it is delivered") + 2]
    )
    assert lines[-2].startswith("delivered to http://192.168.1.5:8080 as myownspace.greenhouse-1: ")
    assert lines[-1].startswith("next: 'byteport-agent monitor ")
    assert board.files()["/main.py"] == PROGRAM.encode()


def test_what_it_measures_reaches_the_service(board: PtyBoard, flasher: Flasher) -> None:
    assert flasher(board.port, "--wait", "60s") == 0, flasher.out + flasher.errors
    wait_for(lambda: board.sent.count(b"D stored 1767") >= 3)
    assert b"Traceback" not in board.sent
    assert b"I Wi-Fi: joined home" in board.sent


def test_a_station_that_runs_is_flashed_again(board: PtyBoard, flasher: Flasher) -> None:
    assert flasher(board.port, "--wait", "60s") == 0, flasher.out + flasher.errors
    flasher.configure(board_file('driver = "bme280"', 'interval = "2s"', output=NEAR))
    assert flasher(board.port, "--wait", "60s") == 0, flasher.out + flasher.errors
    assert "wrote 2 files; " in flasher.out
    assert any(map(READING.fullmatch, flasher.out.splitlines()))
