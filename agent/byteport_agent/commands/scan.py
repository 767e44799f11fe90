"""`byteport-agent scan`: looks for sensors and prints a configuration for those it found.

Chips are named where an id proves them; where none does, the drivers for that address are listed,
as a comment. Nothing is written to a chip but the number of a register to read.
"""

import argparse
from pathlib import Path

from byteport_agent.buses.bus_names import kind_of_bus
from byteport_agent.command_errors import CommandError
from byteport_agent.command_line.arguments import checked
from byteport_agent.scanning.finds import toml_lines
from byteport_agent.scanning.i2c import i2c_sections
from byteport_agent.scanning.kernel import kernel_sections

EXAMPLE = "byteport-agent scan i2c-1"
_NEXT = "next: paste what you want into the configuration; 'byteport-agent once DRIVER' tries one"


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
    root = arguments.root.rstrip("/")
    sections = list(i2c_sections(root, arguments.bus))
    if arguments.bus is None:
        sections += kernel_sections(root)
    if not sections:
        raise CommandError(
            "no I2C bus, 1-Wire, IIO or hwmon here: switch a bus on with 'sudo raspi-config' and "
            "look again; 'byteport-agent once system' needs none"
        )
    for line in toml_lines(sections):
        print(line)
    if not any(find.settings for section in sections for find in section.finds):
        return 1
    print(f"# {_NEXT}")
    return 0


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
