"""`byteport-agent scan`: looks for sensors and prints a configuration for those it found.

Where there is no configuration yet it is a whole one, in which names and key are to be filled in.
Chips are named where an id proves them; where none does, the drivers for that address are listed,
as a comment. Nothing is written to a chip but the number of a register to read.
"""

import argparse
import os
import sys
from pathlib import Path

from byteport_agent.buses.bus_names import kind_of_bus
from byteport_agent.command_errors import CommandError
from byteport_agent.command_line.arguments import checked
from byteport_agent.config.reader import SEARCHED
from byteport_agent.scanning.finds import Section, report_lines, toml_lines
from byteport_agent.scanning.i2c import i2c_sections
from byteport_agent.scanning.kernel import kernel_sections
from byteport_agent.systemd.unit import begun_text

EXAMPLE = "byteport-agent scan i2c-1"
_NO_I2C = "I2C: no bus for sensors; on a Pi 'sudo raspi-config nonint do_i2c 0' switches one on"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "bus",
        nargs="?",
        type=checked(_i2c_bus),
        metavar="BUS",
        help="an I2C bus such as i2c-1, to look at no other; default all of the machine",
    )
    add(
        "--root",
        type=checked(_directory),
        default="/",
        metavar="DIRECTORY",
        help="where dev and sys are; default /",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print what was found; 1 where it is nothing."""
    sections = _sections(arguments.root.rstrip("/"), arguments.bus)
    found = any(find.settings for section in sections for find in section.finds)
    if not found or not sys.stdout.isatty():
        for line in report_lines(sections):  # where it is seen when the rest goes into a file
            print(line, file=sys.stderr)
    there = next((path for path in SEARCHED if _is_written(path)), "")
    if found:
        head, tail = ("", "") if there else begun_text()
        print("\n".join((*head.splitlines(), *toml_lines(sections), *tail.splitlines())))
    print(f"next: {_next(found, there)}", file=sys.stderr)
    return 0 if found else 1


def _sections(root: str, bus: str | None) -> list[Section]:
    """Return what is found on one bus or on all; CommandError where there is nothing to look at."""
    i2c = list(i2c_sections(root, bus))
    if bus is not None:
        return i2c
    sections = [*i2c, *kernel_sections(root)]
    if not sections:
        raise CommandError(
            "no I2C bus, 1-Wire, IIO or hwmon here: switch a bus on with 'sudo raspi-config' and "
            "look again; 'byteport-agent once system' needs none"
        )
    return sections if any(section.scanned for section in i2c) else [Section(_NO_I2C), *sections]


def _next(found: bool, there: str) -> str:
    if not found:
        return "'byteport-agent doctor' says what to do"
    if there:
        return f"paste what you want into {there}; 'byteport-agent check' reads it then"
    if sys.stdout.isatty():
        return f"'byteport-agent scan > {SEARCHED[0]}' begins a configuration with this"
    return "fill in namespace, uid and key file; 'byteport-agent check' says what is left"


def _is_written(path: str) -> bool:
    """Tell whether there is such a file; a shell has made an empty one for our output."""
    try:
        return os.path.getsize(path) > 0
    except OSError:
        return False


def _directory(text: str) -> str:
    if not Path(text).is_dir():
        raise ValueError(f"{text!r} is no directory")
    return text


def _i2c_bus(text: str) -> str:
    try:
        kind = kind_of_bus(text)
    except CommandError as error:
        raise ValueError(str(error)) from None
    if kind != "i2c":
        raise ValueError(f"{text!r}: only I2C can be scanned; SPI and UART have no addresses")
    return text.removeprefix("/dev/")
