"""Writing MicroPython: files are checked, esptool is called as it wants to be, a drive gets a copy.

No ESP and no Pico is here: esptool's part is played by a program that notes how it is called, and
the real one is asked whether it takes that. A Pico's drive is a folder.
"""

import json
import os
import pty
import subprocess
import sys
import tty
from pathlib import Path
from struct import pack
from threading import Thread
from time import monotonic, sleep

import pytest
from board_rig import board_file
from flash_rig import GPIO, NEAR, PROGRAM, Flasher, flasher
from pty_board import PtyBoard

from byteport_agent.boards import firmware
from byteport_agent.boards.firmware import boot_drives, esptool, write_firmware
from byteport_agent.boards.firmware_file import check_firmware
from byteport_agent.command_errors import CommandError, ConfigurationError
from byteport_agent.config.board.type_reader import known_type

__all__ = ["flasher"]
ESP32, PICO_W = known_type("esp32"), known_type("pico-w")
FAKE = """\
import json, os, sys
with open(os.environ["ESPTOOL_CALLS"], "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
print("esptool v5")
print(os.environ.get("ESPTOOL_SAYS", "Hash of data verified."))
sys.exit(int(os.environ.get("ESPTOOL_CODE", "0")))
"""


def esp_image(chip_id: int = 0) -> bytes:
    return pack("<BBBBIBBBBH", 0xE9, 3, 2, 0x20, 0, 0xEE, 0, 0, 0, chip_id) + bytes(200_000)


def uf2_file(family: int = 0xE48BFF56, blocks: int = 400) -> bytes:
    head = pack("<IIIIIIII", 0x0A324655, 0x9E5D5157, 0x2000, 0, 256, 0, blocks, family)
    return (head + bytes(512 - len(head))) * blocks


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Have a program that notes its arguments in place of esptool; return its notes."""
    package = tmp_path / "fake/esptool"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "__main__.py").write_text(FAKE)
    notes = tmp_path / "calls"
    notes.write_text("")
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setenv("ESPTOOL_CALLS", str(notes))
    return notes


def noted(calls: Path) -> list[list[str]]:
    return [json.loads(line) for line in calls.read_text().splitlines()]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is no image for an ESP: micropython.org/download/ESP32_GENERIC has a .bin"),
        (uf2_file(), "is no image for an ESP"),
        (esp_image(9), "is an image for another chip than esp32"),
        (esp_image()[:5000], "is too short for MicroPython"),
    ],
)
def test_a_file_that_is_not_this_esp_s(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "firmware.bin"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as error:
        check_firmware(str(path), ESP32)
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (esp_image(), "is no UF2 file: micropython.org/download/RPI_PICO_W has a .uf2 "),
        (uf2_file(0xE48BFF59), "is for another chip than rp2040"),
    ],
)
def test_a_file_that_is_not_this_pico_s(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "firmware.uf2"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError) as error:
        check_firmware(str(path), PICO_W)
    assert told in str(error.value)


def test_right_files(tmp_path: Path) -> None:
    for content, kind in ((esp_image(), ESP32), (uf2_file(), PICO_W)):
        path = tmp_path / "firmware"
        path.write_bytes(content)
        check_firmware(str(path), kind)
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        check_firmware(str(tmp_path / "none"), ESP32)


def test_a_board_with_micropython_keeps_its_files(
    tmp_path: Path, flasher: Flasher, calls: Path
) -> None:
    path = tmp_path / "firmware.bin"
    path.write_bytes(esp_image())
    with PtyBoard(tmp_path) as board:
        board.write({"/outbox/0001": b"readings"})
        assert flasher(board.port, "--firmware", str(path)) == 0, flasher.errors
        assert board.files()["/outbox/0001"] == b"readings"
    assert noted(calls) == [
        [
            *("--chip", "esp32", "--port", board.port, "--baud", "460800"),
            *("write-flash", "0x1000", str(path)),
        ]
    ]
    assert "  Hash of data verified.\n" in flasher.out
    assert "porch state=1" in flasher.out


def test_a_board_without_it_is_erased_first(
    tmp_path: Path, calls: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(firmware, "_LOOK_S", 0.2)
    master, slave = pty.openpty()
    tty.setraw(slave)
    port = tmp_path / "ttyUSB1"
    port.symlink_to(os.ttyname(slave))
    try:
        write_firmware("f.bin", known_type("esp32-c3"), str(port), False, print)
    finally:
        os.close(master)
        os.close(slave)
    assert [words[6:] for words in noted(calls)] == [
        ["erase-flash"],
        ["write-flash", "0x0", "f.bin"],
    ]
    assert noted(calls)[0][:2] == ["--chip", "esp32c3"]


def test_erase_when_it_is_asked_for(tmp_path: Path, flasher: Flasher, calls: Path) -> None:
    path = tmp_path / "firmware.bin"
    path.write_bytes(esp_image())
    with PtyBoard(tmp_path) as board:
        assert flasher(board.port, "--firmware", str(path), "--erase") == 0
    assert [words[6] for words in noted(calls)] == ["erase-flash", "write-flash"]


def test_esptool_s_failure_is_told(calls: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ESPTOOL_SAYS", "A fatal error occurred: Failed to connect to ESP32")
    monkeypatch.setenv("ESPTOOL_CODE", "2")
    with pytest.raises(CommandError) as error:
        esptool(["--chip", "esp32", "erase-flash"], print)
    assert "esptool failed: A fatal error occurred: Failed to connect to ESP32: hold" in str(error)


@pytest.mark.parametrize("words", [["erase-flash"], ["write-flash", "0x1000", "FILE"]])
def test_the_real_esptool_takes_these_words(tmp_path: Path, words: list[str]) -> None:
    """It fails where nobody answers on the port, and not because of how it is called."""
    image = tmp_path / "firmware.bin"
    image.write_bytes(esp_image())
    (tmp_path / "esptool.cfg").write_text("[esptool]\nconnect_attempts = 1\nsync_timeout = 0.01\n")
    master, slave = pty.openpty()
    tty.setraw(slave)
    words = [str(image) if word == "FILE" else word for word in words]
    port = ("--chip", "esp32", "--port", os.ttyname(slave), "--baud", "460800")
    try:
        run = subprocess.run(
            [sys.executable, "-m", "esptool", *port, *words],
            env={**os.environ, "ESPTOOL_CFGFILE": str(tmp_path / "esptool.cfg")},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(master)
        os.close(slave)
    assert run.returncode != 0
    said = run.stdout + run.stderr
    assert "Usage:" not in said
    assert "Failed to connect" in said or "Could not open" in said or "ioctl" in said, said


# Picos


@pytest.fixture
def drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A boot drive of a Pico W, mounted at a place with a space in its name."""
    place = tmp_path / "RPI RP2"
    place.mkdir()
    (place / "INFO_UF2.TXT").write_text("UF2 Bootloader v3.0\nBoard-ID: RPI-RP2\n")
    mounts = tmp_path / "mounts"
    shown = str(place).replace(" ", "\\040")
    mounts.write_text(f"proc /proc proc rw 0 0\n/dev/sda1 {shown} vfat rw 0 0\n")
    monkeypatch.setattr(firmware, "MOUNTS", str(mounts))
    return place


def test_boot_drives_are_found(drive: Path) -> None:
    assert [place for place, _ in boot_drives()] == [drive]


def test_a_pico_is_sent_to_its_boot_loader_and_measures(
    tmp_path: Path, flasher: Flasher, drive: Path
) -> None:
    path = tmp_path / "firmware.uf2"
    path.write_bytes(uf2_file())
    flasher.configure(board_file(*GPIO, kind="pico-w", output=NEAR))
    options = ("platform=rp2", "machine=Raspberry Pi Pico W with RP2040")
    with PtyBoard(tmp_path, *options, noise=b"") as board:

        def start_again() -> None:
            end = monotonic() + 20
            while not (drive / "firmware.uf2").exists() and monotonic() < end:
                sleep(0.01)
            board.plug()

        thread = Thread(target=start_again)
        thread.start()
        code = flasher(board.port, "--firmware", str(path))
        thread.join()
        assert code == 0, flasher.errors
        assert board.bootloader
        assert board.files()["/main.py"] == PROGRAM.encode()
    assert (drive / "firmware.uf2").read_bytes() == path.read_bytes()
    assert "the board starts its boot loader" in flasher.out


def test_another_pico_s_drive(drive: Path) -> None:
    with pytest.raises(CommandError, match="is the boot drive of another board than a Raspberry"):
        write_firmware("f.uf2", known_type("pico2-w"), "", False, print)


def test_no_boot_drive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(firmware, "MOUNTS", str(tmp_path / "none"))
    monkeypatch.setattr(firmware, "DRIVE_S", 0.05)
    said: list[str] = []
    with pytest.raises(CommandError, match="no boot drive RPI-RP2 is mounted: hold BOOTSEL"):
        write_firmware("f.uf2", PICO_W, "", False, said.append)
    assert said == ["waiting for the drive RPI-RP2: hold BOOTSEL while plugging in"]


def test_a_drive_that_cannot_be_written(drive: Path, tmp_path: Path) -> None:
    (drive / "f.uf2").mkdir()
    (tmp_path / "f.uf2").write_bytes(uf2_file())
    with pytest.raises(CommandError, match="cannot be written: Is a directory"):
        write_firmware(str(tmp_path / "f.uf2"), PICO_W, "", False, print)
