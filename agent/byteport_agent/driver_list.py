"""What there is to know of every driver, without making one.

Drivers of this host are imported. Those of boards import MicroPython's modules, so their files are
read as Python's syntax instead.
"""

import inspect
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from byteport_agent.driver_finder import BOARD_PACKAGE, FoundDriver, all_drivers, module_names
from byteport_agent.driver_maker import option_names
from byteport_agent.driver_syntax import class_in
from byteport_agent.record import Channels

_LINUX = "byteport_drivers.linux"
LINUX, BOARD = "linux", "board"
PIN_BUSES = ("pin", "adc", "w1")  # a board's driver of these is configured with the pin's number


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
    (directory,) = import_module(BOARD_PACKAGE).__path__
    kinds = {name: class_in(Path(directory, f"{name}.py")) for name in module_names(BOARD_PACKAGE)}
    return [_board_info(name, kind) for name, kind in kinds.items() if kind is not None]


def _board_info(name: str, kind: Any) -> DriverInfo:
    needs_part = kind.BUS != BOARD  # the bus, pin or converter that the board makes for it
    options = list(inspect.signature(kind).parameters)[needs_part:]
    channels = kind.CHANNELS or None
    return DriverInfo(
        name,
        kind.BUS,
        kind.ADDRESSES,
        channels,
        (BOARD,),
        tuple(["pin"] * (kind.BUS in PIN_BUSES) + options),
        _summary(kind.__doc__),
    )


def _summary(text: str | None) -> str:
    return (text or "").partition("\n")[0]
