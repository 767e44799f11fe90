"""Reads one `[[sensor]]` of a board: as an agent's, with the drivers and buses of a board."""

from re import fullmatch
from typing import Any

from byteport_agent.buses.bus_names import DEFAULT_BUS
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.board.board_type import ROLES
from byteport_agent.config.driver_options import Options
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.config.sensor_reader import SensorReader
from byteport_agent.driver_lookup.board_drivers import (
    PIN_BUSES,
    board_driver_names,
    find_board_driver,
)
from byteport_agent.driver_lookup.finder import FoundDriver

_DEFAULT = {"i2c": "i2c-0", "spi": "spi-1", "uart": "uart-1"}
_PULLS = ("none", "up", "down")


class BoardSensorReader(SensorReader):
    """What is known of one sensor; ``bus`` is its bus, ``pin`` its pin, whichever it has."""

    bus = ""
    pin: int | None = None
    pull = ""
    found: FoundDriver | None = None

    def _found_driver(self, driver: str) -> FoundDriver | None:
        try:
            self.found = find_board_driver(driver, self.table.base)
        except ConfigurationError as error:
            hint = ""
            if str(error).startswith("unknown driver"):
                nearest = did_you_mean(driver, board_driver_names())
                hint = nearest or ": 'byteport-agent sensors' lists all"
            self.table.mistake(f"{error}{hint}", "driver")
            return None
        if callable(getattr(self.found.kind, "read", None)):
            return self.found
        self.table.mistake(f"{driver} is no sensor: it gives buses to others", "driver")
        return None

    def _bus_of(self, found: FoundDriver, bus: str | None) -> str:
        if found.bus not in DEFAULT_BUS:
            if bus is not None:
                what = "its pin" if found.bus in PIN_BUSES else "the board itself"
                self.table.mistake(f"{found.name} is read from {what}: bus has to go", "bus")
            return ""
        self.bus = _DEFAULT[found.bus] if bus is None else bus
        if not fullmatch(r"(i2c|spi|uart)-[0-9]", self.bus):
            more = ": a board has none behind a multiplexer" if "/" in self.bus else ""
            text = f"bus: {quoted(self.bus)} is no bus of a board: write such as "
            self.table.mistake(f"{text}{_DEFAULT[found.bus]}{more}", "bus")
            self.bus = ""
        elif not self.bus.startswith(found.bus):
            text = f"bus: {found.name} needs a bus such as {_DEFAULT[found.bus]}"
            self.table.mistake(f"{text}, {quoted(self.bus)} is {self.bus[:-2]}", "bus")
            self.bus = ""
        return self.bus

    def _read_options(self, found: FoundDriver, options: Options) -> dict[str, Any]:
        if "pin" in self.table.values and found.bus in ROLES:
            self._refuse_pin(found)
        given = super()._read_options(found, options)
        if found.bus in PIN_BUSES:
            self._read_pin(options, given)
        return given

    def _refuse_pin(self, found: FoundDriver) -> None:
        roles = ", ".join(f"{role} = …" for role in ROLES[found.bus])
        text = (
            f"pin: {found.name} is on a bus: bus = {quoted(_DEFAULT[found.bus])}, whose pins are "
        )
        self.table.mistake(f"{text}those of [board.{_DEFAULT[found.bus]}]: {roles}", "pin")
        del self.table.values["pin"]

    def _read_pin(self, options: Options, given: dict[str, Any]) -> None:
        pin = given.get("pin")
        self.pin = pin if isinstance(pin, int) and not isinstance(pin, bool) else None
        if "pull" in options.parameters:
            self.pull = given.setdefault("pull", options.parameters["pull"].default)
            if self.pull not in _PULLS:
                text = f'pull: {quoted(str(self.pull))} is none of "none", "up", "down"'
                self.table.mistake(text, "pull")


def kind_of(bus: str) -> str:
    """Return "i2c", "spi" or "uart" of a bus's name."""
    kind = bus.partition("-")[0]
    return kind if kind in ROLES else ""
