"""Goes through a whole mqtt-io file: what can be taken over becomes tables, the rest is listed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from byteport_agent.buses.bus_names import kind_of_bus
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.driver_lookup.finder import find_driver
from byteport_agent.mqtt_io.broker import broker_lines, broker_notes
from byteport_agent.mqtt_io.chips import CHIPS, NO_DRIVER, Chip
from byteport_agent.mqtt_io.pins import AT_PINS, SIGN_OF_LIFE_MS, digital_chip, poll_ms
from byteport_agent.mqtt_io.reasons import REASONS, SECTIONS
from byteport_agent.mqtt_io.sensor_table import Names, SensorTable
from byteport_agent.mqtt_io.yaml_tables import Entry, Left, LeftError

_QUIET = ("name", "module", "cleanup")  # of which there is nothing to tell
_INTERVAL_S = 60  # mqtt-io's default
_LONGEST_MS = 6 * 86_400_000
_PULSES = ("pulse_counter", "gpio")  # of which each input is a sensor of its own


@dataclass
class Conversion:
    """What became of a file."""

    sensors: list[SensorTable] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    inputs: int = 0  # digital and sensor inputs in the file
    taken: int = 0  # those of them that are fields now
    broker: list[str] = field(default_factory=list)  # the lines of its `[[output]]`
    uid: str = ""  # what its topics begin with, if that can be a device's name


def convert(file: Entry) -> Conversion:
    """Return the sensors of a file, and all that is not taken over."""
    return _File(file).converted()


class _File:
    def __init__(self, file: Entry) -> None:
        self._file = file
        self._found = Conversion()
        self._tables: dict[str, SensorTable] = {}
        self._places: dict[tuple[object, object], str] = {}
        self._sensor_names, self._field_names = Names(), Names()

    def converted(self) -> Conversion:
        self._each("digital_inputs", "gpio_modules", self._take_digital)
        self._each("sensor_inputs", "sensor_modules", self._take_sensor)
        self._tell_sections()
        for table in self._tables.values():
            self._finish(table)
        self._found.left.sort(key=lambda left: left.line)
        return self._found

    def _each(self, inputs: str, modules: str, take: Callable[[Entry, Entry], None]) -> None:
        """Take over each input that can be, with the module that it names."""
        known = self._modules(modules)
        named, taken = set(), set()
        for each in self._entries(inputs):
            self._found.inputs += 1
            try:
                name = each.needed_text("module")
                named.add(name)
                if name not in known:
                    raise LeftError(each.line_of("module"), f"there is no module {name!r}")
                take(known[name], each)
            except LeftError as error:
                self._leave(each, error.left)
            else:
                self._found.taken += 1
                taken.add(name)
                self._tell_unused(each)
        for name, module in known.items():
            if name in taken:
                self._tell_unused(module)
            elif name not in named:
                self._found.left.append(Left(module.line, f"{name!r}: no input uses it", True))

    def _modules(self, key: str) -> dict[str, Entry]:
        return {str(each.values.get("name", "")): each for each in self._entries(key)}

    def _entries(self, key: str) -> list[Entry]:
        entries, left = self._file.entries(key)
        self._found.left += left
        return entries

    def _leave(self, entry: Entry, left: Left) -> None:
        name = entry.values.get("name")
        self._found.left.append(Left(left.line, f"{name!r}: {left.text}" if name else left.text))

    def _take_digital(self, module: Entry, digital_input: Entry) -> None:
        chip = digital_chip(module, digital_input)
        polled = chip.driver == "pcf8574"
        self._take(chip, digital_input, poll_ms(digital_input) if polled else SIGN_OF_LIFE_MS)

    def _take_sensor(self, module: Entry, sensor_input: Entry) -> None:
        kind = module.needed_text("module")
        if kind in AT_PINS:
            chip = AT_PINS[kind](sensor_input)
        elif kind in CHIPS:
            chip = CHIPS[kind](module)
        else:
            raise LeftError(module.line_of("module"), _no_driver(kind))
        self._take(chip, sensor_input, 1000 * sensor_input.whole("interval", _INTERVAL_S))

    def _take(self, chip: Chip, entry: Entry, interval_ms: int) -> None:
        name = entry.needed_text("name")
        channel, filters = chip.channel_of(entry)
        if "digits" in entry.values:
            digits = entry.whole("digits", 2)
            filters["decimals"] = max(0, min(digits, 9))
        table = self._table(chip, entry, interval_ms)
        if channel in table.fields:
            raise LeftError(entry.line, f"{table.fields[channel][0]} is the same value already")
        field_name = self._field_names.fitting(name)
        if field_name != name:
            text = f"{name!r} is the field {field_name} here, for names are shorter and plainer"
            self._found.left.append(Left(entry.line_of("name"), text, True))
        table.fields[channel] = field_name, filters
        table.lines.append(entry.line)

    def _table(self, chip: Chip, entry: Entry, interval_ms: int) -> SensorTable:
        """Return the sensor at a chip's place, made for its first input."""
        alone = entry.line if chip.driver in _PULSES else 0
        key = repr((chip.driver, sorted(chip.settings.items()), alone))
        table = self._tables.get(key)
        interval_ms = _possible_ms(chip, interval_ms)
        if table is None:
            self._check_place(chip, entry, key)
            name = str(entry.values["name"] if alone else entry.values["module"])
            table = SensorTable(
                self._sensor_names.fitting(name),
                chip.driver,
                dict(chip.settings),
                interval_ms,
                [],
            )
            self._tables[key] = table
        elif interval_ms != table.interval_ms:
            shorter_s = min(interval_ms, table.interval_ms) / 1000
            text = f"{entry.values['name']!r} is read with the chip's other values, {shorter_s:g} s"
            self._found.left.append(Left(entry.line_of("interval"), text, True))
            table.interval_ms = min(interval_ms, table.interval_ms)
        return table

    def _check_place(self, chip: Chip, entry: Entry, key: str) -> None:
        """Raise LeftError where no such chip can be, or another one is."""
        bus, address = chip.settings.get("bus"), chip.settings.get("address")
        found = find_driver(chip.driver)
        if bus is not None and _kind_of(str(bus)) != found.bus:
            raise LeftError(entry.line, f"{bus!r} is no bus that {chip.driver} can be at")
        if found.addresses and address not in found.addresses:
            raise LeftError(entry.line, f"{chip.driver} cannot be at address {address}")
        if bus is not None and self._places.setdefault((bus, address), key) != key:
            raise LeftError(entry.line, "another module is at the same bus and address")

    def _finish(self, table: SensorTable) -> None:
        """Add what follows from all of a chip's fields, and keep the table."""
        if not table.fields:
            return
        channels = sorted(table.fields)
        if channels[0].startswith("ch"):
            table.settings["channels"] = [_channel_option(channel) for channel in channels]
        if table.driver == "pcf8574":
            table.settings["pins"] = [int(channel[1:]) for channel in channels]
        table.fields = {channel: table.fields[channel] for channel in channels}
        self._found.sensors.append(table)

    def _tell_unused(self, entry: Entry) -> None:
        for key in entry.unused():
            if key not in _QUIET and entry.values[key] is not None:
                reason = REASONS.get(key, "is nothing that is known here")
                self._found.left.append(Left(entry.line_of(key), f"{key} {reason}", True))

    def _tell_sections(self) -> None:
        for key, reason, is_note in SECTIONS:
            if self._file.values.get(key):
                self._tell_section(key, reason, is_note)
        self._take_broker(self._file.entry("mqtt"))
        for key in self._file.unused():
            text = f"{key} is no section of mqtt-io: nothing in it is looked at"
            self._found.left.append(Left(self._file.line_of(key), text))

    def _take_broker(self, mqtt: Entry) -> None:
        prefix = str(mqtt.values.get("topic_prefix") or "")
        self._found.uid = prefix.rstrip("/").split("/")[-1]
        if not mqtt.values:
            return
        inputs = [*self._file.entries("digital_inputs")[0], *self._file.entries("sensor_inputs")[0]]
        try:
            retain = any(each.values.get("retain") is True for each in inputs)
            self._found.broker = broker_lines(mqtt, retain)
        except LeftError as error:
            self._found.left.append(Left(error.left.line, f"mqtt: {error.left.text}"))
        else:
            self._found.left += broker_notes(mqtt)
            self._tell_unused(mqtt)

    def _tell_section(self, key: str, reason: str, is_note: bool) -> None:
        self._file.used.add(key)
        value = self._file.values[key]
        entries = value if isinstance(value, list) else []
        for line, name in _named(entries) or [(self._file.line_of(key), key)]:
            self._found.left.append(Left(line, f"{name} {reason}", is_note))


def _named(entries: list[object]) -> list[tuple[int, str]]:
    return [
        (each.line, repr(str(each.values.get("name", ""))))
        for each in entries
        if isinstance(each, Entry)
    ]


def _possible_ms(chip: Chip, interval_ms: int) -> int:
    """Return an interval that the driver and the agent have."""
    least_ms = getattr(find_driver(chip.driver).kind, "INTERVAL_MS", 10)
    return max(least_ms, 10, min(interval_ms, _LONGEST_MS))


def _no_driver(kind: str) -> str:
    if kind not in NO_DRIVER:
        return f"there is no driver for {kind!r}, which mqtt-io 2.7.0 does not have either"
    hint = f'; perhaps driver = "{NO_DRIVER[kind]}" reads it' if NO_DRIVER[kind] else ""
    return f"there is no driver for {kind!r}{hint}"


def _kind_of(bus: str) -> str:
    try:
        return kind_of_bus(bus)
    except ConfigurationError:
        return ""


def _channel_option(channel: str) -> int | str:
    """Return what chooses a channel: 0 for ch0, "0-1" for ch0_1."""
    number = channel[2:].replace("_", "-")
    return int(number) if number.isdecimal() else number


def together(left: list[Left]) -> Iterator[tuple[Left, list[int]]]:
    """Yield each different text once, with the other lines that it is about."""
    lines: dict[tuple[str, bool], list[int]] = {}
    for each in left:
        lines.setdefault((each.text, each.is_note), []).append(each.line)
    for (text, is_note), where in lines.items():
        yield Left(where[0], text, is_note), sorted(set(where[1:]) - {where[0]})
