"""What there is to know of every driver, without making one.

Drivers of this host are imported. Those of boards import MicroPython's modules, so their files are
read as Python's syntax instead; the constants are literals there.
"""

import ast
import inspect
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from byteport_agent.driver_finder import BOARD_PACKAGE, FoundDriver, all_drivers, module_names
from byteport_agent.driver_maker import option_names
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
    found = []
    for name in module_names(BOARD_PACKAGE):
        tree = ast.parse(Path(directory, f"{name}.py").read_text(encoding="utf-8"))
        classes = {
            node.name: _constants(node) for node in tree.body if isinstance(node, ast.ClassDef)
        }
        for class_name, constants in classes.items():
            if class_name.lower() == name.replace("_", "") and "BUS" in constants:
                found.append(
                    DriverInfo(
                        name,
                        constants["BUS"],
                        constants.get("ADDRESSES", ()),
                        constants.get("CHANNELS") or None,
                        (BOARD,),
                        (),
                        _summary(ast.get_docstring(tree)),
                    )
                )
    return found


def _constants(node: ast.ClassDef) -> dict[str, Any]:
    """Return the class's literal constants; of others that they are there."""
    constants: dict[str, Any] = {}
    for statement in node.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else []
        if isinstance(statement, ast.AnnAssign):
            targets = [statement.target]
        for target in targets:
            if isinstance(target, ast.Name) and statement.value is not None:  # type: ignore[attr-defined]
                try:
                    constants[target.id] = ast.literal_eval(statement.value)  # type: ignore[attr-defined]
                except ValueError:
                    constants[target.id] = ()
    return constants


def _summary(text: str | None) -> str:
    return (text or "").partition("\n")[0]
