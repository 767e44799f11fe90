"""Looks for chips on the I2C buses of this machine."""

from collections.abc import Callable, Iterator
from glob import glob
from re import search
from typing import Any

from byteport.errors import DriverError
from byteport_agent.buses.bus_names import open_bus
from byteport_agent.buses.shared import Buses
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup.finder import all_drivers
from byteport_agent.scanning.chip_ids import MULTIPLEXER, proved_driver
from byteport_agent.scanning.finds import Find, Section
from byteport_drivers.linux.kernel_files import optional_text

_DISPLAYS = r"(?i)hdmi|ddc|dpddc|aux|i915|nvidia|nvkm|amdgpu|radeon|drm"
Drivers = dict[int, list[str]]


def i2c_sections(
    root: str, only: str | None, open_i2c: Callable[..., Any] = open_bus
) -> Iterator[Section]:
    """Yield a section for each I2C bus, or for the one that is asked for."""
    names = [only] if only else sorted(_buses(root), key=lambda name: (len(name), name))
    drivers = _drivers_by_address()
    for name in names:
        adapter = optional_text(f"{root}/sys/class/i2c-dev/{name}/name")
        title = f"{name} ({adapter})" if adapter else name
        if not only and search(_DISPLAYS, adapter):
            text = f"{title}: a display's, not scanned; 'byteport-agent scan {name}' does"
            yield Section(text, scanned=False)
            continue
        buses = Buses(open_i2c)
        try:
            yield _section(title, name, buses.open(name), drivers)
        except (ConfigurationError, DriverError, OSError) as error:
            yield Section(f"{name}: {str(error).removeprefix(name + ': ')}")
        finally:
            buses.close()


def _section(title: str, name: str, bus: Any, drivers: Drivers) -> Section:
    if hasattr(bus, "responding"):
        answering = bus.responding()
    else:  # a channel behind a multiplexer
        answering = dict.fromkeys(bus.scan(), True)
    if not answering:
        return Section(f"{title}: nothing answers: wiring, power or pull-up resistors?")
    finds = [
        _find(bus, name, address, drivers.get(address, []))
        if free
        else Find(f"0x{address:02x}: a kernel driver has it, see IIO and hwmon below")
        for address, free in answering.items()
    ]
    return Section(f"{title}: {len(finds)} answer", finds)


def _find(bus: Any, name: str, address: int, candidates: list[str]) -> Find:
    place = f"0x{address:02x}"
    proved, disproved = proved_driver(bus, address)
    if proved == MULTIPLEXER:
        return Find(f"{place}: {proved}: a multiplexer: scan its channels {name}/{place}/0 to 7")
    if proved and proved not in candidates:
        return Find(f"{place}: {proved} by its id; no driver for it here")
    if proved:
        settings = {"driver": proved, "bus": name, "address": address}
        return Find(f"{place}: {proved} by its id", settings, sure=True)
    possible = [driver for driver in candidates if driver not in disproved]
    if not possible:
        mux = f", or a {MULTIPLEXER}: scan {name}/{place}/0 to 7" if 0x70 <= address <= 0x77 else ""
        return Find(f"{place}: no driver here for such a chip{mux}")
    settings = {"driver": possible[0], "bus": name, "address": address}
    others = f"or {', '.join(possible[1:])}" if possible[1:] else ""
    kind = "one of " if others else "perhaps "
    text = f"{place}: {kind}{', '.join(possible)}: no id to prove it"
    return Find(text, settings, also=others)


def _buses(root: str) -> list[str]:
    return [path.rpartition("/")[2] for path in glob(f"{root}/dev/i2c-[0-9]*")]


def _drivers_by_address() -> Drivers:
    """Return the sensors at each address, first those that have the fewest others."""
    drivers: Drivers = {}
    for found in sorted(all_drivers(), key=lambda found: len(found.addresses)):
        if not hasattr(found.kind, "read"):
            continue  # a multiplexer
        for address in found.addresses:
            drivers.setdefault(address, []).append(found.name)
    return drivers
