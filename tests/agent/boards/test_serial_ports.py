"""Which port is the board's, by the vendors of USB devices."""

import errno

import pytest

from byteport_agent.boards.link_errors import BoardFailedError, reason_in
from byteport_agent.boards.progress import Progress
from byteport_agent.boards.serial_ports import Port, _why_not, found_port, port_again
from byteport_agent.command_errors import UsageError

ESP = Port("/dev/ttyUSB0", 0x10C4, 0xEA60, "0001", "CP2102N USB to UART Bridge")
S3 = Port("/dev/ttyACM0", 0x303A, 0x1001, "AA:BB", "")
PICO = Port("/dev/ttyACM1", 0x2E8A, 0x0005, "E66", "Board in FS mode")
OTHER = Port("/dev/ttyS0")


@pytest.mark.parametrize(
    ("family", "ports", "device"),
    [
        ("esp32", [OTHER, ESP, PICO], "/dev/ttyUSB0"),
        ("rp2", [OTHER, ESP, PICO], "/dev/ttyACM1"),
        ("", [OTHER, S3], "/dev/ttyACM0"),
    ],
)
def test_the_only_board(family: str, ports: list[Port], device: str) -> None:
    assert found_port(family, ports) == device


@pytest.mark.parametrize(
    ("family", "ports", "told"),
    [
        ("esp32", [], "no board found; serial ports: none. Plug it in (some cables only charge;"),
        ("rp2", [OTHER], "serial ports: /dev/ttyS0. Plug it in (without MicroPython: hold BOOTSEL"),
        (
            "esp32",
            [ESP, S3],
            "several boards: /dev/ttyUSB0 (CP2102N USB to UART Bridge), /dev/ttyACM0 (Espressif)",
        ),
    ],
)
def test_none_or_several(family: str, ports: list[Port], told: str) -> None:
    with pytest.raises(UsageError) as error:
        found_port(family, ports)
    assert told in str(error.value)


def test_a_device_under_another_name() -> None:
    moved = Port("/dev/ttyACM5", S3.vendor, S3.product, S3.number)
    assert port_again(S3, lambda: [ESP, moved]) == "/dev/ttyACM5"
    assert port_again(S3, lambda: [ESP]) == "/dev/ttyACM0"
    assert port_again(OTHER, lambda: [ESP]) == "/dev/ttyS0"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.EACCES, "sudo usermod -aG dialout $USER"),
        (errno.EBUSY, "is in use by another program"),
        (errno.EIO, "cannot be opened: Input/output error"),
    ],
)
def test_why_a_port_cannot_be_opened(number: int, told: str) -> None:
    import os

    assert told in _why_not("/dev/ttyUSB0", OSError(number, os.strerror(number)))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Traceback:\r\n  File\r\nOSError: 28\r\n", "its file system is full"),
        ("OSError: [Errno 28] ENOSPC", "its file system is full"),
        ("OSError: [Errno 30] EROFS", "its file system cannot be written"),
        ("MemoryError: memory allocation failed", "it has no memory left for this"),
        ("ValueError: odd\x1b[2J", "ValueError: odd\\x1b[2J"),
        ("", "no reason given"),
    ],
)
def test_what_a_board_s_error_means(said: str, reason: str) -> None:
    assert reason_in(said).startswith(reason)
    assert str(BoardFailedError("writing /x", said)).startswith(f"writing /x: {reason}")


def test_a_progress_bar(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with Progress(200) as progress:
        progress.add("/lib/a.mpy", 50)
        assert progress.bar() == "[#######.......................]  25%"
    assert capsys.readouterr().out == ""  # no terminal
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    with Progress(200) as progress:
        progress.add("/lib/a.mpy", 200)
    out = capsys.readouterr().out
    assert out.startswith("\r[##############################] 100% /lib/a.mpy")
    assert out.endswith("\n")
