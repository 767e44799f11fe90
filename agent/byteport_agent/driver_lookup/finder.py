"""Finds a driver by the name that a configuration gives it.

    bme280                              byteport_drivers.linux.bme280, else byteport_drivers.bme280
    windvane                            an installed package's entry point, group byteport.drivers
    ./my_sensor.py:MySensor             a class in a file, beside the configuration
    agent                               the running agent's own figures
    circuitpython:adafruit_x.X          any CircuitPython class

Our drivers are the modules that are there, each with one class of the module's name; nothing lists
them by hand. They are imported when they are asked for.
"""

import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from re import fullmatch
from types import ModuleType
from typing import Any

from byteport_agent.command_errors import ConfigurationError

PACKAGES = ("byteport_drivers.linux", "byteport_drivers")  # in the order of search
BOARD_PACKAGE = "byteport_drivers.board"  # runs on MicroPython only
GROUP = "byteport.drivers"
_CIRCUITPYTHON = "circuitpython:"
_OWN = "agent"
_loaded: dict[Path, tuple[tuple[int, int], ModuleType]] = {}


@dataclass(frozen=True)
class FoundDriver:
    """A driver class, the name it was found by and what its constructor is given anyway."""

    name: str
    kind: Any
    origin: str
    options: dict[str, object] = field(default_factory=dict)

    @property
    def bus(self) -> str:
        return str(getattr(self.kind, "BUS", ""))

    @property
    def addresses(self) -> tuple[int, ...]:
        return tuple(getattr(self.kind, "ADDRESSES", ()))


def find_driver(name: str, base: Path | None = None) -> FoundDriver:
    """Return the driver of a name; paths are relative to ``base``, else where this runs."""
    if name.startswith(_CIRCUITPYTHON):
        found = find_driver("circuitpython")
        return FoundDriver(name, found.kind, found.origin, {"target": name[len(_CIRCUITPYTHON) :]})
    if "/" in name or ".py" in name:
        return _from_path(name, base or Path())
    driver = _named(name)
    if driver is not None:
        return driver
    if name in module_names(BOARD_PACKAGE):
        raise ConfigurationError(f"driver {name!r} is for boards: it runs on MicroPython only")
    near = get_close_matches(name.lower(), [known.name for known in all_drivers()], 1)
    hint = f"did you mean {near[0]}?" if near else "'byteport-agent sensors' lists all"
    raise ConfigurationError(f"unknown driver {name!r}: {hint}")


def all_drivers() -> Iterator[FoundDriver]:
    """Yield every driver that runs here; one that cannot be imported is left out."""
    modules = {name for package in PACKAGES for name in module_names(package)}
    for name in sorted({*modules, _OWN, *(entry.name for entry in _entry_points())}):
        try:
            driver = _named(name)
        except ConfigurationError:
            continue
        if driver is not None:
            yield driver


def module_names(package: str) -> list[str]:
    """Return the names of a package's modules."""
    return [module.name for module in iter_modules(import_module(package).__path__)]


def driver_class(module: ModuleType) -> Any:
    """Return the class of a driver's module, None where the module is no driver."""
    wanted = module.__name__.rpartition(".")[2].replace("_", "")
    for name, value in vars(module).items():
        if isinstance(value, type) and name.lower() == wanted and hasattr(value, "BUS"):
            return value
    return None


def _named(name: str) -> FoundDriver | None:
    if name == _OWN:
        from byteport_agent.driver_lookup.agent_driver import AgentTelemetry

        return FoundDriver(name, AgentTelemetry, "byteport_agent")
    kind = _from_packages(name)
    if kind is not None:
        return FoundDriver(name, kind, "byteport_drivers")
    for entry in _entry_points(name):
        return _from_entry_point(entry)
    return None


def _from_packages(name: str) -> Any:
    if not fullmatch(r"[a-z][a-z0-9_]*", name):
        return None
    for package in PACKAGES:
        if importlib.util.find_spec(f"{package}.{name}") is not None:
            kind = driver_class(import_module(f"{package}.{name}"))
            if kind is not None:
                return kind
    return None


def _entry_points(name: str | None = None) -> Any:
    from importlib.metadata import entry_points  # 25 ms, and a driver of ours needs none

    return entry_points(group=GROUP) if name is None else entry_points(group=GROUP, name=name)


def _from_entry_point(entry: Any) -> FoundDriver:
    origin = entry.dist.name if entry.dist is not None else entry.value
    try:
        kind = entry.load()
    except (Exception, SystemExit) as error:  # whatever a third party's module does
        raise ConfigurationError(
            f"driver {entry.name!r} of {origin} cannot be loaded: {type(error).__name__}: {error}"
        ) from None
    return FoundDriver(entry.name, _checked(kind, entry.name), origin)


def _from_path(name: str, base: Path) -> FoundDriver:
    file, separator, class_name = name.rpartition(":")
    if not separator or not file.endswith(".py"):
        raise ConfigurationError(f"driver {name!r}: write file and class, ./my_sensor.py:MySensor")
    path = (base / file).resolve()
    if not path.is_file():
        raise ConfigurationError(f"driver {name!r}: there is no file {path}")
    kind = getattr(_module_at(path, name), class_name, None)
    if kind is None:
        raise ConfigurationError(f"driver {name!r}: {path} has no class {class_name}")
    return FoundDriver(name, _checked(kind, name), str(path))


def _module_at(path: Path, name: str) -> ModuleType:
    """Return the module of a file, the same one until the file changes."""
    status = path.stat()
    version = status.st_mtime_ns, status.st_size
    known = _loaded.get(path)
    if known is None or known[0] != version:
        known = _loaded[path] = version, _loaded_module(path, name)
    return known[1]


def _loaded_module(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))  # a driver may have modules of its own beside it
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever the user's file does
        raise ConfigurationError(
            f"driver {name!r} cannot be loaded: {type(error).__name__}: {error}"
        ) from None
    finally:
        sys.path.remove(str(path.parent))
    return module


def _checked(kind: Any, name: str) -> Any:
    """Return a third party's class; raise ConfigurationError saying what it lacks."""
    missing = [part for part in ("CHANNELS", "start", "read") if not hasattr(kind, part)]
    if not isinstance(kind, type) or missing:
        lacks = ", ".join(missing) or "to be a class"
        raise ConfigurationError(f"driver {name!r} lacks {lacks}")
    return kind
