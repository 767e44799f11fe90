"""Reads `[board]`: its own keys, networks, alarms, buses, and which pin is whose."""

from typing import Any

from byteport_agent.config.board.board_type import ROLES, BoardType
from byteport_agent.config.board.deep_sleep import warn_of_sleep
from byteport_agent.config.board.kinds import HOSTNAME
from byteport_agent.config.board.pins import ANALOG, INPUT, OUTPUT, BoardPins
from byteport_agent.config.board.sections import (
    TELEMETRY,
    Alarm,
    Battery,
    Board,
    I2CBus,
    SPIBus,
    UARTBus,
    Wifi,
)
from byteport_agent.config.board.sensor_reader import BoardSensorReader, kind_of
from byteport_agent.config.board.type_reader import read_type
from byteport_agent.config.board.wifi_password import add_password
from byteport_agent.config.kinds import TABLES, ms_text, must_be
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table

_BUSES: dict[str, Any] = {"i2c": I2CBus, "spi": SPIBus, "uart": UARTBus}
_DRIVERS_SAY: dict[Any, tuple[tuple[str, str], ...]] = {
    SPIBus: (("baudrate", "SPI_HZ"), ("mode", "SPI_MODE")),
    UARTBus: (("baudrate", "BAUDRATE"),),
}
_LEAST_WATCHDOG_MS = 1000
_TABLE_KEYS = ("wifi_tables", "alarm_table", "battery_table")


class BoardReader:
    """One `[board]` while it is read, with the sensors that are on it."""

    def __init__(self, table: Table, uid: str) -> None:
        self._table = table
        self._uid = uid
        self._inner: list[Table] = []
        self._values: dict[str, Any] = {}

    def board(self, sensors: list[BoardSensorReader]) -> Board | None:
        """Return the board, None after a mistake."""
        table = self._table
        bus_names = [key for key in table.values if kind_of(key)]
        table.refuse_others([*settings_of(Board), *bus_names])
        self._values = values = table.read(Board)
        for key in _TABLE_KEYS:
            values.pop(key, None)
        values.setdefault("hostname", _hostname(self._uid))
        values["wifi"] = self._wifi()
        values["alarms"] = self._alarms(sensors)
        values["battery"] = self._battery()
        kind = read_type(table, values["type"]) if "type" in values else None
        if kind is not None:
            self._check_watchdog(kind)
            values["kind"] = kind
            values["buses"] = self._place(kind, sensors)
        self._check_telemetry(sensors)
        warn_of_sleep(table, values, sensors)
        return table.built(Board, values)

    def _wifi(self) -> tuple[Wifi, ...]:
        table = self._table
        try:
            given = TABLES.parse(table.values.get("wifi", []))
        except ValueError:
            return ()  # told already
        if not given:
            text = 'lacks a network: write [[board.wifi]] with ssid = "home" and password_file'
            table.mistake(text)
        networks = [self._network(number, values) for number, values in enumerate(given)]
        return tuple(network for network in networks if network is not None)

    def _network(self, number: int, values: dict[str, Any]) -> Wifi | None:
        table = self._inner_table(f"wifi {number + 1}", values, "wifi", number)
        table.refuse_others(settings_of(Wifi))
        read = table.read(Wifi)
        add_password(table, read)
        return table.built(Wifi, read)

    def _alarms(self, sensors: list[BoardSensorReader]) -> dict[str, Alarm]:
        given = self._table.values.get("alarms", {})
        known = {name for sensor in sensors for name, _ in sensor.sent_as()}
        certain = all(sensor.fields is not None or sensor.channels for sensor in sensors)
        alarms = {}
        for name, values in given.items() if isinstance(given, dict) else ():
            alarm = self._alarm(name, values)
            if certain and name not in known:
                hint = did_you_mean(name, known) or f": there are {', '.join(sorted(known))}"
                self._table.mistake(
                    f"alarms: no field {quoted(name)} is sent{hint}", "alarms", name
                )
            if alarm is not None:
                alarms[name] = alarm
        return alarms

    def _alarm(self, name: str, values: object) -> Alarm | None:
        if not isinstance(values, dict):
            wanted = must_be("a table such as { below = 2.0 }", values)
            self._table.mistake(f"alarms: {quoted(name)}: {wanted}", "alarms", name)
            return None
        table = self._inner_table(f"alarms.{quoted(name)}", values, "alarms", name)
        table.refuse_others(settings_of(Alarm))
        read = table.read(Alarm)
        if not read and not table.mistakes:
            table.mistake("needs below, above or both")
        if read.get("below", float("-inf")) >= read.get("above", float("inf")):
            table.mistake("above must be more than below, or every value is an alarm", "above")
        return table.built(Alarm, read)

    def _battery(self) -> Battery | None:
        values = self._table.values.get("battery")
        if not isinstance(values, dict):
            return None
        table = self._inner_table("battery", values, "battery")
        table.refuse_others(settings_of(Battery))
        return table.built(Battery, table.read(Battery))

    def _check_watchdog(self, kind: BoardType) -> None:
        most_ms = kind.watchdog_most_ms
        if 0 < self._values.get("watchdog_ms", 0) < _LEAST_WATCHDOG_MS:
            self._table.mistake("watchdog: must be 0s or at least 1s", "watchdog")
        if self._values.get("watchdog_ms", 0) > most_ms:
            text = f"watchdog: the longest that a {kind.name} has is {ms_text(most_ms)}"
            self._table.mistake(text, "watchdog")

    def _check_telemetry(self, sensors: list[BoardSensorReader]) -> None:
        listed = self._values.get("telemetry", ())
        if "battery" in listed and "battery" not in self._table.values:
            text = "telemetry: battery needs battery = { pin = 35, scale = 2.0 }"
            self._table.mistake(text, "telemetry")
        if "battery" in self._table.values and "battery" not in listed:
            self._table.warn('battery is not sent: add "battery" to telemetry', "battery")
        for sensor in sensors:
            for name, path in sensor.sent_as():
                if name in listed and name in TELEMETRY:
                    text = f"field {quoted(name)} is also one of telemetry: give it another name"
                    sensor.table.mistake(text, *path)

    # Pins

    def _place(self, kind: BoardType, sensors: list[BoardSensorReader]) -> dict[str, Any]:
        """Give each bus, sensor and part its pins; return the buses that sensors are on."""
        pins = BoardPins(kind)
        buses: dict[str, Any] = {}
        for sensor in sensors:
            if sensor.bus and sensor.bus not in buses:
                buses[sensor.bus] = self._bus(kind, pins, sensor)
            if sensor.pin is not None and sensor.found is not None:
                use = {"adc": ANALOG, "w1": OUTPUT}.get(sensor.found.bus, INPUT)
                use = OUTPUT if sensor.found.name.startswith("dht") else use
                user = f"sensor {quoted(sensor.name)}'s"
                pins.claim(sensor.table, "pin", sensor.pin, user, use, sensor.pull)
        for name in self._table.values:
            if kind_of(name) and name not in buses:
                self._table.warn(f"{name}: no sensor is on it", name)
        self._claim_own(pins)
        return buses

    def _claim_own(self, pins: BoardPins) -> None:
        if self._values.get("led") is not None:
            pins.claim(self._table, "led", self._values["led"], "the LED's")
        battery = self._values["battery"]
        if battery is not None:
            table = self._inner_table("battery", self._table.values["battery"], "battery")
            pins.claim(table, "pin", battery.pin, "the battery's", ANALOG)

    def _bus(self, kind: BoardType, pins: BoardPins, sensor: BoardSensorReader) -> Any:
        name = sensor.bus
        given = self._table.values.get(name, {})
        if name not in kind.buses:
            has = ", ".join(each for each in kind.buses if each[:3] == name[:3])
            sensor.table.mistake(f"bus: {kind.name} has no {name}, but {has}", "bus")
            return None
        if not isinstance(given, dict):
            self._table.mistake(f"{name}: {must_be('a table', given)}", name)
            return None
        table = self._inner_table(name, given, name)
        section = _BUSES[kind_of(name)]
        table.refuse_others(settings_of(section))
        values = {**kind.buses[name].defaults, **table.read(section)}
        self._claim_bus(kind, pins, table, name, values)
        values.update(_of_driver(sensor, section, values))
        return table.built(section, values)

    def _claim_bus(
        self, kind: BoardType, pins: BoardPins, table: Table, name: str, values: dict[str, Any]
    ) -> None:
        roles = ROLES[kind_of(name)]
        for role in roles:
            choices = kind.buses[name].choices.get(role)
            if role not in values and role not in table.values:
                how = ", ".join(f"{each} = PIN" for each in roles)
                table.mistake(f"has no usual pins on this board: write [board.{name}] {how}")
                return
            if role not in values:
                continue
            if choices is not None and values[role] not in choices and values[role] in kind.pins:
                listed = ", ".join(map(str, sorted(choices & kind.pins)))
                table.mistake(f"{role}: pin {values[role]} cannot be it: {listed} can", role)
            use = INPUT if role in ("rx", "miso") else OUTPUT
            pins.claim(table, role, values[role], f"{role} of {name}", use)
        if "cs" in values:
            pins.claim(table, "cs", values["cs"], f"cs of {name}")

    def _inner_table(self, where: str, values: dict[str, Any], *keys: str | int) -> Table:
        path = (*self._table.path, *keys)
        inner = Table(values, path, f"board: {where}", self._table.problems, self._table.base)
        self._inner.append(inner)
        return inner


def _of_driver(sensor: BoardSensorReader, section: Any, values: dict[str, Any]) -> dict[str, Any]:
    """Return what the driver says of its bus, where the file does not."""
    wanted = _DRIVERS_SAY.get(section, ())
    kind = sensor.found.kind if sensor.found is not None else None
    return {
        key: getattr(kind, constant)
        for key, constant in wanted
        if key not in values and hasattr(kind, constant)
    }


def _hostname(uid: str) -> str:
    """Return a device's uid as a name in a network."""
    text = "".join(char if char.isascii() and char.isalnum() else "-" for char in uid)
    try:
        name: str = HOSTNAME.parse(text[:32].strip("-"))
    except ValueError:
        return "byteport"
    return name
