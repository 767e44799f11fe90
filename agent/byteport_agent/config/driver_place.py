"""Where a sensor is: whether its driver is there, fits the bus and can have the address."""

from functools import cache
from re import fullmatch

from byteport_agent.buses.bus_names import DEFAULT_BUS, kind_of_bus
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.driver_options import Options
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.config.tables import Table
from byteport_agent.driver_lookup.finder import FoundDriver, all_drivers, find_driver


def read_driver(table: Table, name: str) -> FoundDriver | None:
    """Return the driver of this name, whose module is imported; None where there is none."""
    try:
        found = find_driver(name, table.base)
    except ConfigurationError as error:
        text = str(error)
        table.mistake(_unknown(name) if text.startswith("unknown driver") else text, "driver")
    except (Exception, SystemExit) as error:  # whatever a user's file or an odd path does
        table.mistake(f"driver {quoted(name)}: {type(error).__name__}: {error}", "driver")
    else:
        if callable(getattr(found.kind, "read", None)):
            return found
        table.mistake(f"{found.name} is no sensor: it gives buses to others", "driver")
    return None


def _unknown(name: str) -> str:
    hint = did_you_mean(name, _known_drivers()) or ": 'byteport-agent sensors' lists all"
    return f"unknown driver {quoted(name)}{hint}"


@cache
def _known_drivers() -> tuple[str, ...]:
    return tuple(driver.name for driver in all_drivers())


def read_bus(table: Table, found: FoundDriver, bus: str | None) -> str:
    """Return the name of the driver's bus, empty where it has none."""
    if found.bus not in DEFAULT_BUS:
        if bus is not None:
            table.mistake(
                f"{found.name} is read from {found.bus or 'no bus'}: bus has to go", "bus"
            )
        return ""
    default = DEFAULT_BUS[found.bus]
    if bus is None:
        return default
    try:
        kind = kind_of_bus(bus)
    except ConfigurationError:
        table.mistake(f"bus: {quoted(bus)} is no bus: write such as {default}", "bus")
        return default
    if kind != found.bus:
        table.mistake(
            f"bus: {found.name} needs a bus such as {default}, {quoted(bus)} is {kind}", "bus"
        )
    return bus.removeprefix("/dev/") if kind == "i2c" else bus


def read_address(table: Table, found: FoundDriver, options: Options, address: int | str) -> None:
    """Check that the driver's chip can have this address."""
    if "address" not in options.parameters and not options.open_ended:
        table.mistake(f"{found.name} has no address: address has to go", "address")
    elif found.bus == "i2c" and not isinstance(address, int):
        table.mistake(f"address: {quoted(address)} is no address: write such as 0x76", "address")
    elif found.addresses and isinstance(address, int) and address not in found.addresses:
        # with the list of drivers behind it
        from byteport_agent.driver_lookup.listing import address_mistake

        text = address_mistake(found.name, address, found.addresses)
        table.mistake(f"address: {text}", "address")
    elif found.bus == "i2c" and isinstance(address, int) and not 0x08 <= address <= 0x77:
        table.mistake(f"address: no chip is at 0x{address:02x}: 0x08 to 0x77", "address")
    elif found.bus == "w1" and not fullmatch(r"[0-9a-f]{2}-[0-9a-f]{12}", str(address)):
        table.mistake("address: write one such as 28-00000a1b2c3d", "address")


def place_of(sensor_bus: str, options: Options, address: int | str | None) -> str:
    """Return what only one sensor can be at, empty where several can."""
    if not sensor_bus:
        return ""
    parameter = options.parameters.get("address")
    if address is None and parameter is not None and parameter.default is not parameter.empty:
        address = parameter.default
    shown = f"0x{address:02x} on " if isinstance(address, int) else ""
    return f"{shown}{sensor_bus}"
