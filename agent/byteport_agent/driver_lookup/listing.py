"""What there is to know of every driver, without making one.

Drivers of this host are imported. Those of boards import MicroPython's modules, so their files are
read as Python's syntax instead.
"""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup.board_drivers import find_board_driver
from byteport_agent.driver_lookup.finder import (
    BOARD_PACKAGE,
    FoundDriver,
    all_drivers,
    module_names,
)
from byteport_agent.driver_lookup.maker import option_names
from byteport_agent.record import Channels

_LINUX = "byteport_drivers.linux"
LINUX, BOARD = "linux", "board"


@dataclass
class DriverInfo:
    """One driver; ``channels`` is None where each instance has its own."""

    name: str
    bus: str
    addresses: tuple[int, ...]
    channels: Channels | None
    hosts: tuple[str, ...]
    options: tuple[str, ...]
    summary: str

    @property
    def hosts_text(self) -> str:
        return ", ".join(self.hosts)


def driver_list() -> list[DriverInfo]:
    """Return all drivers, by name; one name may have a driver for Linux and one for boards."""
    drivers = [_info(found) for found in all_drivers()]
    return sorted(drivers + _board_drivers(), key=lambda driver: (driver.name, driver.hosts))


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


def _info(found: FoundDriver) -> DriverInfo:
    portable = not found.kind.__module__.startswith(_LINUX) and found.origin == "byteport_drivers"
    return DriverInfo(
        found.name,
        found.bus,
        found.addresses,
        tuple(getattr(found.kind, "CHANNELS", ())) or None,
        (LINUX, BOARD) if portable else (LINUX,),
        tuple(name for name in option_names(found) if name not in ("address", "root")),
        _summary(inspect.getdoc(inspect.getmodule(found.kind)) or inspect.getdoc(found.kind)),
    )


def _board_drivers() -> list[DriverInfo]:
    found = []
    for name in module_names(BOARD_PACKAGE):
        try:
            found.append(_board_info(find_board_driver(name, Path())))
        except ConfigurationError:
            continue  # a module that drivers share
    return found


def _board_info(found: FoundDriver) -> DriverInfo:
    return DriverInfo(
        found.name,
        found.bus,
        found.addresses,
        found.kind.CHANNELS or None,
        (BOARD,),
        tuple(inspect.signature(found.kind).parameters),
        _summary(found.kind.__doc__),
    )


def _summary(text: str | None) -> str:
    return (text or "").partition("\n")[0]
