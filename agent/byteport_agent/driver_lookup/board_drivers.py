"""Finds the driver that a board has for a name, without importing what only MicroPython can.

gpio                    byteport_drivers.board.gpio, read as syntax
bme280                  byteport_drivers.bme280
./my_sensor.py:MySensor a class in a file beside the configuration, which goes onto the board
"""

from dataclasses import replace
from importlib import import_module
from inspect import Parameter, Signature, signature
from pathlib import Path
from re import fullmatch
from typing import Any

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup.finder import (
    BOARD_PACKAGE,
    PACKAGES,
    FoundDriver,
    driver_class,
    module_names,
)
from byteport_agent.driver_lookup.package_files import module_file
from byteport_agent.driver_lookup.syntax import class_in

LINUX, PORTABLE = PACKAGES
PIN_BUSES = ("pin", "adc", "w1")  # a driver of these is configured with the number of its pin
_PULLS = {"pulse_counter": "up", "dht11": "up", "dht22": "up"}
_OWN_FILE = "write a driver, ./my_sensor.py:MySensor, or leave it to an agent"
_INSTEAD = {
    "ds18b20": 'the driver of boards is "ds18x20", with pin = 4',
    "button": 'the driver of boards is "gpio"',
    "pir": 'the driver of boards is "gpio"',
    "system": 'a board\'s own figures are those of "esp32"',
    "hwmon": 'a board\'s own figures are those of "esp32"',
    "agent": 'a board\'s own figures are those of "esp32"',
    "command": f"a board runs no programs: {_OWN_FILE}",
}


def find_board_driver(name: str, base: Path) -> FoundDriver:
    """Return the driver of a name; raise ConfigurationError for one that no board has."""
    if "/" in name or ".py" in name:
        return _from_path(name, base)
    if fullmatch(r"[a-z][a-z0-9_]*", name):
        if file := module_file(f"{BOARD_PACKAGE}.{name}"):
            kind = class_in(file)
            if kind is not None:
                return _adapted(FoundDriver(name, kind, "byteport_drivers"))
        if module_file(f"{PORTABLE}.{name}"):
            kind = driver_class(import_module(f"{PORTABLE}.{name}"))
            if kind is not None:
                return FoundDriver(name, kind, "byteport_drivers")
    raise ConfigurationError(_why_not(name))


def board_driver_names() -> list[str]:
    """Return the names of all drivers that boards have."""
    names = {*module_names(BOARD_PACKAGE), *module_names(PORTABLE)} - {"board", "linux"}
    return sorted(name for name in names if _is_driver(name))


def driver_module(name: str) -> str:
    """Return what a driver is called on the board: the name of its module there."""
    return Path(name.rpartition(":")[0]).stem if ":" in name else name


def _is_driver(name: str) -> bool:
    try:
        find_board_driver(name, Path())
    except ConfigurationError:
        return False
    return True


def _why_not(name: str) -> str:
    if name.startswith("circuitpython:"):
        return f"driver {name!r} is for Linux: MicroPython has no Blinka"
    if name in _INSTEAD:
        return f"driver {name!r} is for Linux: {_INSTEAD[name]}"
    if name in module_names(LINUX):
        return f"driver {name!r} is for Linux: boards have none like it: {_OWN_FILE}"
    return f"unknown driver {name!r}"


def _from_path(name: str, base: Path) -> FoundDriver:
    file, separator, class_name = name.rpartition(":")
    stem = Path(file).stem
    if not separator or not file.endswith(".py"):
        raise ConfigurationError(f"driver {name!r}: write file and class, ./my_sensor.py:MySensor")
    path = (base / file).resolve()
    if not path.is_file():
        raise ConfigurationError(f"driver {name!r}: there is no file {path}")
    if not fullmatch(r"[a-z][a-z0-9_]*", stem) or class_name.lower() != stem.replace("_", ""):
        raise ConfigurationError(
            f"driver {name!r}: a board finds MySensor in my_sensor.py: name file and class alike"
        )
    kind: Any = class_in(path, class_name)
    if kind is None:
        raise ConfigurationError(f"driver {name!r}: {path} has no class {class_name}")
    lacking = [part for part in ("BUS", "CHANNELS", "start", "read") if not hasattr(kind, part)]
    if lacking:
        raise ConfigurationError(f"driver {name!r} lacks {', '.join(lacking)}")
    if not hasattr(kind, "ADDRESSES"):
        kind.ADDRESSES = ()
    return _adapted(FoundDriver(name, kind, str(path)))


def _adapted(found: FoundDriver) -> FoundDriver:
    """Return a driver whose signature has the pin's number in place of the pin."""
    if found.bus not in PIN_BUSES:
        return found
    by_name = Parameter.POSITIONAL_OR_KEYWORD
    before = [Parameter("pin", by_name, annotation="int")]
    if found.bus == "pin":
        pull = _PULLS.get(found.name, "none")
        before.append(Parameter("pull", Parameter.KEYWORD_ONLY, default=pull, annotation="str"))
    after = list(signature(found.kind).parameters.values())[1:]
    ordered = sorted(before + after, key=lambda parameter: parameter.kind)
    attributes = {**vars(found.kind), "__signature__": Signature(ordered)}
    return replace(found, kind=type(found.kind.__name__, (), attributes))
