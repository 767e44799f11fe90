"""What the files of an agent and of a board have in common: device, sensors, names given twice."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from byteport_agent.config.field_reader import name_mistake
from byteport_agent.config.key_source import add_key
from byteport_agent.config.kinds import must_be
from byteport_agent.config.problems import Problems, did_you_mean, quoted
from byteport_agent.config.sections import Device, Sensor
from byteport_agent.config.sensor_reader import SensorReader
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table


class FileTables:
    """One file's tables while they are read; ``KNOWN`` are those that it can have."""

    KNOWN: tuple[str, ...] = ()
    SENSOR_READER = SensorReader

    def __init__(
        self, values: dict[str, Any], problems: Problems, base: Path, environ: Mapping[str, str]
    ) -> None:
        self._values = values
        self._problems = problems
        self._base = base
        self._environ = environ

    def _refuse_unknown_tables(self) -> None:
        for name, value in self._values.items():
            if name not in self.KNOWN:
                what = "table" if isinstance(value, (dict, list)) else "key"
                text = f"unknown {what} {quoted(name)}{did_you_mean(name, self.KNOWN)}"
                self._problems.add((name,), text)

    def _device(self) -> Device | None:
        table = self._table("device")
        values = self._device_values(table)
        add_key(table, values, self._environ)
        return table.built(Device, values)

    def _device_values(self, table: Table) -> dict[str, Any]:
        values = self._read(table, Device)
        table.advise("namespace", "namespace", values)
        table.advise("uid", "device", values)
        return values

    def _sensors(self) -> list[Sensor | None]:
        return [reader.sensor for reader in self._sensor_readers()]

    def _sensor_readers(self) -> list[SensorReader]:
        """Return the sensors' readers, of which no two are at one place or send one field."""
        readers = [self.SENSOR_READER(table) for table in self._tables("sensor")]
        names: dict[str, int] = {}
        places: dict[str, tuple[str, int]] = {}
        fields: dict[str, tuple[str, int]] = {}
        for reader in readers:
            self._refuse_taken(reader.table, "name", reader.name, names)
            self._refuse_place(reader, places)
            self._refuse_fields(reader, fields)
        return readers

    def _refuse_taken(
        self, table: Table, key: str, name: str | None, taken: dict[str, int]
    ) -> None:
        if name and name in taken:
            table.mistake(f"{key} {quoted(name)} is taken{_line(taken[name])}", key)
        elif name:
            taken[name] = self._problems.line_of((*table.path, key))

    def _refuse_place(self, reader: SensorReader, places: dict[str, tuple[str, int]]) -> None:
        place, line = reader.place, self._problems.line_of(reader.table.path)
        if place and place in places:
            other, at = places[place]
            text = f"{place} is also sensor {quoted(other)}{_line(at)}: one of them is elsewhere"
            reader.table.mistake(text, "address" if "address" in reader.table.values else "bus")
        elif place:
            places[place] = reader.name, line

    def _refuse_fields(self, reader: SensorReader, fields: dict[str, tuple[str, int]]) -> None:
        for name, path in reader.sent_as():
            line = self._problems.line_of((*reader.table.path, *path))
            if not path and (text := name_mistake(name)):
                advice = f'; give it another with fields = {{ "{name}" = "FIELD" }}'
                reader.table.mistake(f"field {text}{advice}")
            elif name in fields:
                other, at = fields[name]
                which = f"field {quoted(name)} is also sensor {quoted(other)}'s{_line(at)}"
                reader.table.mistake(f"{which}: give one another name with fields", *path)
            else:
                fields[name] = reader.name, line

    def _read(self, table: Table, section: type) -> dict[str, Any]:
        table.refuse_others(settings_of(section))
        return table.read(section)

    def _table(self, name: str) -> Table:
        value = self._values.get(name, {})
        if isinstance(value, dict):
            return Table(value, (name,), name, self._problems, self._base)
        what = "write it once, as" if isinstance(value, list) else "must be a table:"
        self._problems.add((name,), f"{name}: {what} [{name}]")
        return Table({}, (name,), name, self._problems, self._base)

    def _tables(self, name: str) -> list[Table]:
        value = self._values.get(name, [])
        if not isinstance(value, list):
            self._problems.add((name,), f"{name}: write [[{name}]], there may be several")
            value = [value] if isinstance(value, dict) else []
        tables = []
        for number, item in enumerate(value):
            path = (name, number)
            if isinstance(item, dict):
                where = f"{name} {_title(item.get('name'), number)}"
                tables.append(Table(item, path, where, self._problems, self._base))
            else:
                self._problems.add(path, f"{name} {number + 1}: {must_be('a table', item)}")
        return tables


def _title(name: object, number: int) -> str:
    return quoted(name) if isinstance(name, str) and name else str(number + 1)


def _line(line: int) -> str:
    return f" (line {line})" if line else ""
