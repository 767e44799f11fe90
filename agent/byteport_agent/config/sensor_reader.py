"""Reads one `[[sensor]]`: its own keys, its driver's options, its fields."""

from pathlib import Path
from typing import Any

from byteport_agent.config.driver_channels import channel_names
from byteport_agent.config.driver_options import Options, options_of
from byteport_agent.config.driver_place import place_of, read_address, read_bus, read_driver
from byteport_agent.config.field_reader import check_channels, read_fields
from byteport_agent.config.kinds import ms_text
from byteport_agent.config.problems import KeyPath, did_you_mean, quoted
from byteport_agent.config.sections import FieldSettings, Sensor
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table
from byteport_agent.driver_lookup.finder import FoundDriver

_KEYS = tuple(settings_of(Sensor))


class SensorReader:
    """What is known of one sensor while the others are read; ``sensor`` is None with mistakes."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.place = ""  # which no other sensor may have
        self.channels: tuple[str, ...] | None = None
        self.fields: dict[str, FieldSettings] | None = None
        self._inner: list[Table] = []
        self._values = table.read(Sensor)
        self.name: str = self._values.get("name", "")
        table.advise("name", "sensor", self._values)
        self._read_times()
        self._read_fields()
        driver = self._values.get("driver")
        found = None if driver is None else self._found_driver(driver)
        if found is not None:
            self._read_driver(found)
        else:
            self._refuse_near_keys()

    @property
    def sensor(self) -> Sensor | None:
        """The sensor, None where it has a mistake."""
        if any(table.mistakes for table in self._inner):
            return None
        return self.table.built(
            Sensor,
            {**self._values, "fields": self.fields, "channels": self.channels, "place": self.place},
        )

    @property
    def interval_ms(self) -> int:
        """The interval, given or not."""
        return int(self._values.get("interval_ms", Sensor.interval_ms))

    def sent_as(self) -> list[tuple[str, KeyPath]]:
        """Return the fields that are known to be sent, each with its key."""
        if self.fields is not None:
            return [
                (name, ("fields", each.channel))
                for each in self.fields.values()
                for name in (each.sent_as if each.name else ())
            ]
        return [(name, ()) for name in self.channels or ()]

    def _found_driver(self, driver: str) -> FoundDriver | None:
        """Return the driver of a name, None after a mistake."""
        return read_driver(self.table, driver)

    def _bus_of(self, found: FoundDriver, bus: str | None) -> str:
        """Return the name of the bus that a driver is on, empty for none."""
        return read_bus(self.table, found, bus)

    def _read_times(self) -> None:
        if self._values.get("stagger_ms", 0) >= self.interval_ms:
            self.table.mistake("stagger must be less than interval", "stagger")

    def _read_fields(self) -> None:
        values = self._values.pop("field_table", None)
        if values is not None:
            inner = self.table.inner("fields", values=values)
            self.fields = read_fields(inner, self._inner)

    def _read_driver(self, found: FoundDriver) -> None:
        options = options_of(found)
        address = self._values.get("address")
        bus = self._bus_of(found, self._values.get("bus"))
        if address is not None:
            read_address(self.table, found, options, address)
        given = self._read_options(found, options)
        self.place = place_of(bus, options, address)
        self.channels = channel_names(found, options, given)
        if self.fields is not None:
            check_channels(self.table, found.name, self.fields, self.channels)
        least_ms = getattr(found.kind, "INTERVAL_MS", 0)
        if self.interval_ms < least_ms:
            text = f"interval: {found.name} measures every {ms_text(least_ms)} at most"
            self.table.mistake(text, "interval")
        self._values.update(found=found, options=given, bus=bus)

    def _read_options(self, found: FoundDriver, options: Options) -> dict[str, Any]:
        inside = self._values.pop("option_table", {})
        beside = {key: value for key, value in self.table.values.items() if key not in _KEYS}
        given = {**beside, **inside}
        for key, value in given.items():
            path = ("options", key) if key in inside else (key,)
            if key in inside and key in beside:
                self.table.mistake(f"option {quoted(key)} is given twice", key)
            elif near := did_you_mean(key, _KEYS) if self._is_slip(key, options) else "":
                self.table.mistake(f"unknown key {quoted(key)}{near}", *path)
            elif text := options.mistake(key, value):
                self.table.mistake(text, *path)
        if "name" in options.parameters and self.name:
            given.setdefault("name", self.name)
        for key in options.missing({*given, "address", "root"}):
            self.table.mistake(f"{found.name} needs the option {key}")
        return self._with_absolute_paths(found, given)

    def _is_slip(self, key: str, options: Options) -> bool:
        """Tell whether a key is none of the driver's, nor nearly one."""
        return (
            key not in options.parameters
            and not options.open_ended
            and not did_you_mean(key, options.parameters)
        )

    def _refuse_near_keys(self) -> None:
        """Without a driver, others may be its options; only what looks like a slip is told."""
        for key in self.table.values:
            if key not in (*_KEYS, "pin") and (near := did_you_mean(key, _KEYS)):
                self.table.mistake(f"unknown key {quoted(key)}{near}", key)

    def _with_absolute_paths(self, found: FoundDriver, given: dict[str, Any]) -> dict[str, Any]:
        """Take the paths of files and programs from the configuration's directory."""
        if found.origin != "byteport_drivers" or found.bus not in ("file", "program"):
            return given
        for key in ("path", "directory"):
            if isinstance(given.get(key), str):
                given[key] = str(self.table.base / given[key])
        command = given.get("command")
        first = command[0] if isinstance(command, list) and command else command
        if isinstance(first, str) and first.startswith(("./", "../")):
            absolute = Path(self.table.base, first.split()[0])
            self.table.mistake(f"command: write the whole path: {absolute}", "command")
        return given
