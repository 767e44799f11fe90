"""Makes a driver from what a configuration or a command line says: bus, address, options.

Mistakes end as one ConfigurationError: an option that the driver lacks with the nearest one it
has, an option that it needs, a bus that it cannot use.
"""

from collections.abc import Mapping
from difflib import get_close_matches
from inspect import Parameter, signature
from typing import Any

from byteport.errors import ChipNotFound
from byteport_agent.buses.bus_errors import bus_error_text
from byteport_agent.buses.bus_names import DEFAULT_BUS, kind_of_bus
from byteport_agent.buses.shared import Buses
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup.finder import FoundDriver

_SETTINGS = {
    "spi": (("speed_hz", "SPI_HZ"), ("mode", "SPI_MODE")),
    "uart": (("baudrate", "BAUDRATE"),),
}


class MadeDriver:
    """A driver, where it is in words, and the buses if they are its own."""

    def __init__(self, name: str, driver: Any, place: str, buses: Buses | None) -> None:
        self.name = name
        self.driver = driver
        self.place = place
        self._buses = buses

    def error_text(self, error: OSError) -> str:
        """Return what a bus's error means for this sensor."""
        return bus_error_text(error, self.name, self.place)

    def close(self) -> None:
        """Close the driver, where it can be, and buses that are its own."""
        if hasattr(self.driver, "close"):
            self.driver.close()
        if self._buses is not None:
            self._buses.close()


def make_driver(
    found: FoundDriver,
    bus: str | None = None,
    address: int | str | None = None,
    options: Mapping[str, object] | None = None,
    buses: Buses | None = None,
) -> MadeDriver:
    """Prove the chip and return the driver, on one of ``buses`` or on a bus of its own.

    DriverError is for a chip that may come, a bus's OSError in words included;
    ConfigurationError for what must be changed.
    """
    given = {} if address is None else {"address": address}
    arguments = {**found.options, **(options or {}), **given}
    _check(found, arguments)
    name = _bus_name(found, bus)
    place = _place(name, {"address": _default_address(found), **arguments})
    source = Buses() if buses is None else buses
    own = source if buses is None else None
    try:
        opened = [source.open(name, **_bus_settings(found))] if name else []
        return MadeDriver(found.name, _made(found, opened, arguments, place), place, own)
    except BaseException:
        if own is not None:
            own.close()
        raise


def _bus_name(found: FoundDriver, bus: str | None) -> str:
    """Return the name of the bus that a driver is to have, empty for none."""
    if found.bus not in DEFAULT_BUS:
        if bus is not None:
            raise ConfigurationError(f"{found.name} is read from {found.bus or 'no bus'}: no bus")
        return ""
    name = bus or DEFAULT_BUS[found.bus]
    if kind_of_bus(name) != found.bus:
        raise ConfigurationError(
            f"{found.name} needs a bus such as {DEFAULT_BUS[found.bus]}, {name} is none"
        )
    return name


def option_names(found: FoundDriver) -> list[str]:
    """Return the names of a driver's options, those that it needs first."""
    return [name for name, _ in _options(found)]


def _check(found: FoundDriver, arguments: Mapping[str, object]) -> None:
    if not callable(getattr(found.kind, "read", None)):
        raise ConfigurationError(f"{found.name} is no sensor: it gives buses to others")
    known = _options(found)
    names = [name for name, _ in known]
    open_ended = any(p.kind is Parameter.VAR_KEYWORD for p in _parameters(found))
    for name in arguments:
        if name not in names and not open_ended:
            near = get_close_matches(name, names, 1)
            has = f"it has {', '.join(names)}" if names else "it has none"
            hint = f"did you mean {near[0]}?" if near else has
            raise ConfigurationError(f"{found.name} has no option {name!r}: {hint}")
    if missing := [name for name, needed in known if needed and name not in arguments]:
        given = " ".join(f"--option {name}=…" for name in missing)
        raise ConfigurationError(f"{found.name} needs {' and '.join(missing)}: {given}")


def _options(found: FoundDriver) -> list[tuple[str, bool]]:
    """Return each option with whether it must be given; ``root`` is for tests."""
    skip = 1 if found.bus in DEFAULT_BUS else 0
    by_name = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)
    named = [p for p in _parameters(found) if p.kind in by_name]
    return [(p.name, p.default is p.empty) for p in named[skip:]]


def _parameters(found: FoundDriver) -> list[Parameter]:
    return list(signature(found.kind).parameters.values())


def _made(found: FoundDriver, buses: list[Any], arguments: Mapping[str, object], place: str) -> Any:
    try:
        return found.kind(*buses, **arguments)
    except OSError as error:
        raise ChipNotFound(bus_error_text(error, found.name, place)) from None
    except (TypeError, ValueError) as error:
        raise ConfigurationError(f"{found.name} does not take this: {error}") from None


def _bus_settings(found: FoundDriver) -> dict[str, object]:
    return {
        setting: getattr(found.kind, constant)
        for setting, constant in _SETTINGS.get(found.bus, ())
        if hasattr(found.kind, constant)
    }


def _default_address(found: FoundDriver) -> object:
    for parameter in _parameters(found):
        if parameter.name == "address" and parameter.default is not parameter.empty:
            return parameter.default
    return None


def _place(bus: str, arguments: Mapping[str, object]) -> str:
    address = arguments.get("address")
    shown = f"0x{address:02x}" if isinstance(address, int) else str(address or "")
    return " on ".join(part for part in (shown, bus) if part) or "this machine"
