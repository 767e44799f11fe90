"""Writes MicroPython: esptool for an ESP, a UF2 file copied onto a Pico's boot drive."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from byteport_agent.boards.board_link import BoardLink
from byteport_agent.boards.link_errors import NoMicroPythonError
from byteport_agent.boards.packages import flash_package
from byteport_agent.command_errors import CommandError
from byteport_agent.config.board.board_type import BoardType
from byteport_agent.printable import clipped, printable

_BAUD = "460800"
_LOOK_S = 4  # for a MicroPython that may be there
DRIVE_S = 60.0  # for a person who has to find the button
MOUNTS = "/proc/mounts"
_INFO = "INFO_UF2.TXT"
Say = Callable[[str], object]


def write_firmware(file: str, kind: BoardType, device: str, erase: bool, say: Say) -> None:
    """Write a checked file of firmware onto a board.

    An ESP that has no MicroPython yet is erased first, since what is in its flash memory is no file
    system; one that has it keeps its files, and so its readings, unless ``erase`` says otherwise.
    """
    if kind.firmware.tool == "uf2":
        _to_boot_loader(device, say)
        _copy_uf2(file, _drive(kind, say), say)
    else:
        new = not _has_micropython(device)
        port = ("--chip", kind.firmware.chip, "--port", device, "--baud", _BAUD)
        if erase or new:
            esptool([*port, "erase-flash"], say)
        esptool([*port, "write-flash", hex(kind.firmware.offset), file], say)


def _has_micropython(device: str) -> bool:
    try:
        BoardLink(device, patience_s=_LOOK_S).close()
    except NoMicroPythonError:
        return False
    return True


def esptool(words: Sequence[str], say: Say) -> None:
    """Run esptool and show what it says; raise CommandError with its last words if it fails."""
    flash_package("esptool")
    last = ""
    command = [sys.executable, "-m", "esptool", *words]
    with subprocess.Popen(  # noqa: S603 (a program of a package)
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            text = clipped(printable(line.decode("utf-8", "replace").strip()), 200)
            if text:
                say(f"  {text}")
                last = text
    if process.returncode:
        raise CommandError(
            f"esptool failed: {last or f'exit code {process.returncode}'}: hold the board's BOOT "
            "button while it connects, or try another cable or port"
        )


# RP2


def _to_boot_loader(device: str, say: Say) -> None:
    """Ask a MicroPython that runs to start the boot loader; without one a person has to."""
    if not device or not os.path.exists(device):
        return
    try:
        link = BoardLink(device, is_pico=True, patience_s=_LOOK_S)
    except CommandError:
        return
    say("the board starts its boot loader")
    link.leave("import machine\nmachine.bootloader()")


def _drive(kind: BoardType, say: Say) -> Path:
    """Wait for the boot drive of a board and return where it is mounted."""
    end = time.monotonic() + DRIVE_S
    told = False
    while True:
        for place, board in boot_drives():
            if kind.firmware.drive in board:
                return place
            raise CommandError(f"{place} is the boot drive of another board than a {kind.name}")
        if time.monotonic() >= end:
            raise CommandError(
                f"no boot drive {kind.firmware.drive} is mounted: hold BOOTSEL while plugging the "
                "board in; without a desktop mount it yourself, such as 'sudo mount /dev/sda1 /mnt'"
            )
        if not told:
            say(f"waiting for the drive {kind.firmware.drive}: hold BOOTSEL while plugging in")
            told = True
        time.sleep(0.2)


def boot_drives() -> Iterator[tuple[Path, str]]:
    """Yield each mounted boot drive with what its INFO_UF2.TXT says of the board."""
    try:
        lines = Path(MOUNTS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    places = [line.split(" ")[1].encode().decode("unicode_escape") for line in lines if " " in line]
    volumes = Path("/Volumes")  # macOS
    places += [str(each) for each in volumes.iterdir()] if volumes.is_dir() else []
    for place in places:
        info = Path(place, _INFO)
        try:
            yield Path(place), info.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue


def _copy_uf2(file: str, place: Path, say: Say) -> None:
    say(f"copying {file} to {place}")
    target = place / Path(file).name
    try:
        with open(file, "rb") as source, open(target, "wb") as copy:
            shutil.copyfileobj(source, copy)
            copy.flush()
            os.fsync(copy.fileno())
    except OSError as error:
        # the board restarts, and takes the drive away, when it has the last block
        if place.exists() and Path(place, _INFO).exists():
            raise CommandError(f"{target} cannot be written: {error.strerror}") from None
