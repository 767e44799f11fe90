"""`byteport-agent once`: one reading of one sensor, with units, or of those of a configuration."""

import argparse
import sys
import tomllib
from re import fullmatch
from traceback import extract_tb
from typing import Any

from byteport.errors import ChipNotFound, DriverError
from byteport_agent.buses.bus_names import DEFAULT_BUS
from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import checked
from byteport_agent.command_line.configuration import checked_configuration
from byteport_agent.command_line.own_pip import with_own_pip
from byteport_agent.driver_lookup.finder import FoundDriver, find_driver
from byteport_agent.driver_lookup.maker import MadeDriver, make_driver
from byteport_agent.durations import duration_ms
from byteport_agent.printable import printable
from byteport_agent.record import channel_texts
from byteport_agent.sampling.one_reading import one_reading

EXAMPLE = "byteport-agent once bme280 --bus i2c-1 --address 0x76"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "names",
        nargs="*",
        metavar="DRIVER",
        help="a name of 'byteport-agent sensors', or ./file.py:Class; with -c, configured sensors",
    )
    add("-c", "--config", metavar="FILE", help="read the sensors of a configuration, as configured")
    add("--bus", metavar="BUS", help="such as i2c-1 (default), spi-0.0, /dev/serial0")
    add("--address", type=checked(_address), metavar="ADDRESS", help="such as 0x76, or a 1-Wire id")
    add(
        "--option",
        action="append",
        default=[],
        type=checked(_option),
        metavar="NAME=VALUE",
        help="an option of the driver, such as pin=4; may be repeated",
    )
    add(
        "--timeout",
        type=checked(duration_ms),
        default="20s",
        metavar="DURATION",
        help="how long a sensor that is not ready is asked again; default 20s",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print one reading; CommandError tells why there is none."""
    if arguments.config is not None:
        return _print_configured(arguments)
    if len(arguments.names) != 1:
        raise UsageError("which driver? One, or -c FILE for the sensors of a configuration")
    options = dict(arguments.option)
    if len(options) < len(arguments.option):
        raise UsageError("an option is given twice")
    found = find_driver(arguments.names[0])
    _check_address(found, arguments.address)
    try:
        made = make_driver(found, arguments.bus, arguments.address, options)
        try:
            _print(made, one_reading(made, arguments.timeout / 1000))
        finally:
            made.close()
    except (CommandError, OSError):
        raise
    except DriverError as error:
        raise CommandError(f"{error}{_hint(error, found, arguments.bus)}") from None
    except Exception as error:  # a third party's driver may raise anything
        text = f"{type(error).__name__}: {error} ({_place_of(error)})"
        raise CommandError(f"{found.name} failed: {text}") from None
    return 0


def _hint(error: DriverError, found: FoundDriver, bus: str | None) -> str:
    if not isinstance(error, ChipNotFound) or found.bus != "i2c":
        return ""
    return f"; 'byteport-agent scan {bus or DEFAULT_BUS['i2c']}' shows what answers"


def _check_address(found: FoundDriver, address: int | str | None) -> None:
    if isinstance(address, int) and found.addresses:
        from byteport_agent.driver_lookup.listing import (
            address_mistake,  # with the list of drivers behind it
        )

        if text := address_mistake(found.name, address, found.addresses):
            raise UsageError(text)


def _print_configured(arguments: argparse.Namespace) -> int:
    from byteport_agent.direct.once_configured import readings

    if arguments.bus or arguments.address or arguments.option:
        raise UsageError("--bus, --address and --option are in the configuration with -c")
    configuration = checked_configuration(arguments.config)
    lines, failures = readings(configuration, arguments.names, arguments.timeout / 1000)
    for line in lines:
        print(printable(line))
    for failure in failures:
        print(f"byteport-agent once: {printable(with_own_pip(failure))}", file=sys.stderr)
    return 1 if failures else 0


def _place_of(error: Exception) -> str:
    place = extract_tb(error.__traceback__)[-1]
    return f"{place.filename}, line {place.lineno}"


def _print(made: MadeDriver, values: Any) -> None:
    channels = made.driver.CHANNELS
    try:
        texts = channel_texts(channels, values)
    except DriverError as error:
        raise CommandError(f"{made.name}: {error}") from None
    width = max((len(name) for name, _ in texts), default=0)
    for (name, text), (_, unit, _) in zip(texts, channels, strict=True):
        shown = "" if unit == "/" else unit  # SenML's sign for a ratio says nothing to people
        print(printable(f"{name:<{width}}  {text} {shown}".rstrip()))


def _address(text: str) -> int | str:
    if fullmatch(r"0[xX][0-9a-fA-F]{1,2}|[0-9]{1,3}", text):
        return int(text, 0)
    if fullmatch(r"[0-9a-f]{2}-[0-9a-f]{12}", text):
        return text
    raise ValueError(f"{text!r} is no address: write such as 0x76, or 28-00000a1b2c3d")


def _option(text: str) -> tuple[str, object]:
    name, separator, value = text.partition("=")
    if not separator or not name.isidentifier():
        raise ValueError(f"{text!r} is no option: write NAME=VALUE, such as pin=4")
    try:
        return name, tomllib.loads(f"value = {value}")["value"]
    except tomllib.TOMLDecodeError:
        return name, value  # a text without quotes
