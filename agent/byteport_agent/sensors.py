"""`byteport-agent sensors`: every driver there is, with bus, addresses, channels and hosts."""

import argparse
import json
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

from byteport_agent.command_errors import UsageError
from byteport_agent.driver_list import DriverInfo, driver_list
from byteport_agent.printable import clipped, padded, printable

EXAMPLE = "byteport-agent sensors bme280"
_WIDTHS = (16, 8, 12, 13)  # of driver, bus, addresses, hosts; channels have the rest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("names", nargs="*", metavar="DRIVER", help="show these, with their options; default all")
    add("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    drivers = _selected(driver_list(), arguments.names)
    if arguments.json:
        print(json.dumps([_as_json(driver) for driver in drivers], indent=2))
        return 0
    print(_line(("DRIVER", "BUS", "ADDRESSES", "HOSTS"), "CHANNELS"))
    for driver in drivers:
        columns = (driver.name, driver.bus, addresses_text(driver.addresses), driver.hosts_text)
        print(_line(columns, channels_text(driver)))
        if arguments.names:
            print(printable(f"  {driver.summary}"))
        if arguments.names and driver.options:
            print(printable(f"  options: {', '.join(driver.options)}"))
    if not arguments.names:
        print("\nnext: 'byteport-agent once DRIVER' takes a reading, 'byteport-agent scan' looks")
    return 0


def addresses_text(addresses: Sequence[int]) -> str:
    """Return addresses briefly: 0x76,0x77 or 0x40-0x4f."""
    ordered = sorted(addresses)
    if len(ordered) > 2 and ordered == list(range(ordered[0], ordered[-1] + 1)):
        return f"0x{ordered[0]:02x}-0x{ordered[-1]:02x}"
    if len(ordered) > 2:
        return f"0x{ordered[0]:02x},…0x{ordered[-1]:02x}"
    return ",".join(f"0x{address:02x}" for address in ordered)


def address_mistake(name: str, address: int, possible: Sequence[int]) -> str:
    """Return why a driver's chip cannot have an address, empty where it can; 76 may mean 0x76."""
    if not possible or address in possible:
        return ""
    meant = next(
        (f" (did you mean {each:#x}?)" for each in possible if f"{each:x}" == f"{address}"), ""
    )
    return f"{name} cannot be at 0x{address:02x}, only at {addresses_text(possible)}{meant}"


def channels_text(driver: DriverInfo) -> str:
    """Return the channels with their units in brackets."""
    if driver.channels is None:
        return "as configured"
    return ", ".join(f"{name} ({unit})" if unit else name for name, unit, _ in driver.channels)


def _selected(drivers: Sequence[DriverInfo], names: Sequence[str]) -> list[DriverInfo]:
    known = {driver.name for driver in drivers}
    for name in names:
        if name not in known:
            near = get_close_matches(name.lower(), known, 1)
            hint = f": did you mean {near[0]}?" if near else ": 'byteport-agent sensors' lists all"
            raise UsageError(f"unknown driver {name!r}{hint}")
    return [driver for driver in drivers if not names or driver.name in names]


def _line(columns: Sequence[str], last: str) -> str:
    cells = [
        padded(clipped(printable(text), width), width)
        for text, width in zip(columns, _WIDTHS, strict=True)
    ]
    return " ".join([*cells, printable(last)]).rstrip()


def _as_json(driver: DriverInfo) -> dict[str, Any]:
    channels = (
        None
        if driver.channels is None
        else [
            {"name": name, "unit": unit, "decimals": decimals}
            for name, unit, decimals in driver.channels
        ]
    )
    return {
        "driver": driver.name,
        "bus": driver.bus,
        "addresses": [f"0x{address:02x}" for address in driver.addresses],
        "channels": channels,
        "hosts": list(driver.hosts),
        "options": list(driver.options),
        "summary": driver.summary,
    }
