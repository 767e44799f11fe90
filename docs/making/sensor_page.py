"""Writes docs/sensors.md: each driver with pins, addresses, channels, limits and an example.

What a driver says of itself is taken from it, its channels' limits from its simulated chip, which
is made after the datasheet; sensors.toml has the rest.

python docs/making/sensor_page.py > docs/sensors.md
"""

import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from tomllib import loads
from typing import Any

import byteport_mocks.chips
from byteport_agent.config.kinds import ms_text
from byteport_agent.driver_lookup.finder import find_driver
from byteport_agent.driver_lookup.listing import (
    BOARD,
    LINUX,
    DriverInfo,
    addresses_text,
    driver_list,
)
from pi_header import BUS_PINS, PINS

HERE = Path(__file__).parent
_INTRODUCTION = """\
# Sensors

Each driver with its pins, addresses, channels, limits and an example for the
[configuration](configuration.md). `byteport-agent scan` prints such tables for what it finds on a
machine, and `byteport-agent once DRIVER` takes one reading. Channels are sent under their own
names, or as `fields` says. Pins are those of the Raspberry Pi's 40-pin header; a board's are what
`byteport-agent check` shows.

**Before wiring: power off. No pin of the Pi or of a board may ever have more than 3.3 V.**

This page is written by `python docs/making/sensor_page.py`, the drawings by
`python docs/making/wiring_drawings.py`.
"""
_BUSES = {"i2c": "I2C", "spi": "SPI", "uart": "serial port, 9600 baud", "w1": "1-Wire"}
_NO_BUS = {"gpio": "any GPIO", "kernel": "the kernel", "program": "a program", "file": "files"}
_HOSTS = {LINUX: "Raspberry Pi, Linux", BOARD: "boards"}
_EXTRAS = {"spi": "spi", "uart": "serial", "gpio": "pi"}


@cache
def facts() -> dict[str, Any]:
    """Return what sensors.toml says."""
    return loads((HERE / "sensors.toml").read_text(encoding="utf-8"))


def kinds() -> dict[str, list[str]]:
    """Return the drivers' names by the chapter that they are in."""
    return {title: names.split() for title, names in facts()["kinds"].items()}


@cache
def drivers() -> dict[str, DriverInfo]:
    """Return all drivers that run on Linux, by name."""
    return {info.name: info for info in driver_list() if info.hosts != (BOARD,)}


@cache
def board_drivers() -> dict[str, DriverInfo]:
    """Return the drivers of boards alone, by name."""
    return {info.name: info for info in driver_list() if info.hosts == (BOARD,)}


def example(name: str) -> str:
    """Return a `[[sensor]]` of a driver."""
    known = facts()[name]
    driver = known.get("driver", name)
    lines = known.get("lines") or _lines_of(find_driver(driver))
    return _table(name, driver, lines)


def board_example(name: str) -> str:
    """Return a `[[sensor]]` of a board's driver."""
    return _table(name, name, [*facts()["board"][name]["lines"], 'interval = "5m"'])


def _table(name: str, driver: str, lines: list[str]) -> str:
    head = ["[[sensor]]", f'name = "my-{name}"', f'driver = "{driver}"']
    return "\n".join([*head, *lines]) + "\n"


def _lines_of(found: Any) -> list[str]:
    bus = {"i2c": 'bus = "i2c-1"', "spi": 'bus = "spi-0.0"'}[found.bus]
    address = [f"address = 0x{found.addresses[0]:02x}"] if found.addresses else []
    return [bus, *address, 'interval = "30s"']


def limits(name: str) -> dict[str, str]:
    """Return between what a driver's channels can be, as far as that is known."""
    known = facts()[name].get("limits", {})
    return {**_chip_limits(name), **known}


@cache
def _chip_limits(name: str) -> dict[str, str]:
    for module in iter_modules(byteport_mocks.chips.__path__):
        for found, kind in vars(import_module(f"byteport_mocks.chips.{module.name}")).items():
            if found.lower() == f"simulated{name}" and hasattr(kind, "QUANTITIES"):
                return {
                    key: f"{low:g} to {_plain(high)}"
                    for key, (low, high, _) in kind().range().items()
                }
    return {}


def _plain(value: float) -> str:
    return f"{value:g}" if value < 1e5 else f"{value:.0f}"


def page() -> str:
    """Return docs/sensors.md."""
    known = drivers()
    parts = [_INTRODUCTION, _overview(known)]
    for title, names in kinds().items():
        parts += [f"## {title}\n", *(_chapter(known[name]) for name in names)]
    parts += [_board_chapter()]
    return "\n".join(parts)


def _overview(known: dict[str, DriverInfo]) -> str:
    lines = ["| driver | bus | power | channels |", "|---|---|---|---|"]
    for name in (name for names in kinds().values() for name in names):
        channels = ", ".join(row[0] for row in known[name].channels or ()) or "as they come"
        power = facts()[name].get("power", "").partition(";")[0].partition(" (")[0]
        lines.append(f"| [{name}](#{name}) | {_bus_text(known[name])} | {power} | {channels} |")
    return "\n".join(lines) + "\n"


def _chapter(info: DriverInfo) -> str:
    known = facts()[info.name]
    drawing = f"![{info.name}](wiring/{info.name}.svg)\n" if _is_drawn(info.name) else ""
    rows = "\n".join(f"| {key} | {text} |" for key, text in _rows(info, known) if text)
    note = f"{known['note']}\n" if "note" in known else ""
    code = f"```toml\n{example(info.name)}```\n"
    table = f"| | |\n|---|---|\n{rows}\n"
    return "\n".join(
        filter(None, (f"### {info.name}\n", f"{info.summary}\n", drawing, table, note, code))
    )


def _is_drawn(name: str) -> bool:
    return (HERE.parent / "wiring" / f"{name}.svg").exists()


def _rows(info: DriverInfo, known: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "power", known.get("power", "")
    yield "bus", _bus_text(info)
    yield "pins", _pins_text(info.bus)
    yield "channels", _channels_text(info)
    yield "fastest", _fastest_text(info)
    yield "options", _options_text(info)
    yield "runs on", ", ".join(_HOSTS[host] for host in info.hosts)
    extra = "dht" if info.name.startswith("dht") else _EXTRAS.get(info.bus, "")
    link = f"the [extra](running-as-a-service.md#extras) `{extra}`"
    yield "needs", link if extra else ""


def _bus_text(info: DriverInfo) -> str:
    name = _BUSES.get(info.bus) or _NO_BUS.get(info.bus, "")
    addresses = addresses_text(info.addresses).replace(",", ", ") if info.addresses else ""
    return f"{name}, {addresses}" if addresses else name


def _pins_text(bus: str) -> str:
    return ", ".join(
        f"{signal}: pin {pin} ({PINS[pin]})" for signal, pin in BUS_PINS.get(bus, {}).items()
    )


def _fastest_text(info: DriverInfo) -> str:
    least_ms = getattr(find_driver(info.name).kind, "INTERVAL_MS", 0)
    return f"every {ms_text(least_ms)}" if least_ms else ""


def _channels_text(info: DriverInfo) -> str:
    known = limits(info.name)
    rows = []
    for name, unit, _ in info.channels or ():
        parts = (known.get(name, ""), unit.replace("/", "") if unit == "/" else unit)
        rows.append(" ".join(filter(None, (f"`{name}`", *parts))))
    return "<br>".join(rows)


def _options_text(info: DriverInfo) -> str:
    parameters = inspect.signature(find_driver(info.name).kind).parameters
    shown = []
    for name in info.options:
        default = parameters[name].default
        empty = default in (parameters[name].empty, None, (), "")
        shown.append(f"`{name}`" if empty else f"`{name}` ({_toml(default)})")
    return ", ".join(shown)


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(list(value)) if isinstance(value, tuple) else str(value)


def _board_chapter() -> str:
    lines = [
        "## Boards alone\n",
        "What only a board has; some of these drivers are named as the Raspberry Pi's.\n",
        "| driver | what | options | example |",
        "|---|---|---|---|",
    ]
    for name, info in board_drivers().items():
        given = ", ".join(facts()["board"][name]["lines"])
        options = ", ".join(f"`{option}`" for option in info.options)
        lines.append(f"| `{name}` | {info.summary} | {options} | {f'`{given}`' if given else ''} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
