"""Reads the sections of one file together, and what only shows between them: names given twice."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from byteport_agent.config.extras import need
from byteport_agent.config.field_reader import name_mistake
from byteport_agent.config.key_source import add_key
from byteport_agent.config.kinds import must_be
from byteport_agent.config.message_reader import read_actuator, read_messages, warn_of_no_way
from byteport_agent.config.message_sections import Actuator, Messages, Prometheus
from byteport_agent.config.output_reader import OutputReader, needs_api_key
from byteport_agent.config.output_sections import Output
from byteport_agent.config.problems import Problems, did_you_mean, quoted
from byteport_agent.config.sections import Configuration, Device, Gateway, Outbox, Sensor
from byteport_agent.config.sensor_reader import SensorReader
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table
from byteport_agent.keys import NO_KEY

TABLES = {
    "device": Device,
    "outbox": Outbox,
    "gateway": Gateway,
    "messages": Messages,
    "prometheus": Prometheus,
}
LISTS = {"sensor": Sensor, "output": Output, "actuator": Actuator}
_MOST_OUTPUTS = 16


class WholeFile:
    """One file's tables while they are read."""

    def __init__(
        self, values: dict[str, Any], problems: Problems, base: Path, environ: Mapping[str, str]
    ) -> None:
        self._values = values
        self._problems = problems
        self._base = base
        self._environ = environ

    def configuration(self) -> Configuration:
        """Return the configuration; raise MistakesError that lists all."""
        self._refuse_unknown_tables()
        device = self._device()
        sensors = self._sensors()
        outbox = self._outbox()
        outputs = self._outputs()
        gateway = self._gateway()
        actuators, messages = self._actuators(), read_messages(self._table("messages"))
        prometheus = self._prometheus()
        for section in ("actuator", "messages"):
            warn_of_no_way(self._problems, outputs, section, section in self._values)
        if "sensor" not in self._values and "gateway" not in self._values:
            self._problems.add((), "there is nothing to do: add a [[sensor]], or a [gateway]")
        if "output" not in self._values:
            self._problems.add((), "nothing is sent anywhere: add an [[output]]", is_warning=True)
        self._warn_of_rate(sensors, outputs)
        warnings = self._problems.ended()
        assert device is not None
        assert outbox is not None
        assert messages is not None
        return Configuration(
            path=self._problems.file,
            device=device,
            sensors=tuple(sensor for sensor in sensors if sensor is not None),
            outbox=outbox,
            outputs=tuple(output for output in outputs if output is not None),
            gateway=gateway,
            actuators=tuple(actuator for actuator in actuators if actuator is not None),
            messages=messages,
            prometheus=prometheus,
            warnings=warnings,
        )

    def _refuse_unknown_tables(self) -> None:
        known = [*TABLES, *LISTS]
        for name, value in self._values.items():
            if name not in known:
                what = "table" if isinstance(value, (dict, list)) else "key"
                text = f"unknown {what} {quoted(name)}{did_you_mean(name, known)}"
                self._problems.add((name,), text)

    def _device(self) -> Device | None:
        table = self._table("device")
        values = self._read(table, Device)
        table.advise("namespace", "namespace", values)
        table.advise("uid", "device", values)
        given = {"key", "key_file"} & set(table.values)
        if given or needs_api_key(self._values.get("output")):
            add_key(table, values, self._environ)
        else:
            values["key"] = NO_KEY
        return table.built(Device, values)

    def _gateway(self) -> Gateway | None:
        if "gateway" not in self._values:
            return None
        table = self._table("gateway")
        values = self._read(table, Gateway)
        add_key(table, values, self._environ)
        return table.built(Gateway, values)

    def _outbox(self) -> Outbox | None:
        table = self._table("outbox")
        values = {"path": str(self._base / "outbox.db"), **self._read(table, Outbox)}
        directory = os.path.dirname(values["path"])
        if not os.path.isdir(directory):
            table.mistake(f"path: there is no directory {directory}", "path")
        return table.built(Outbox, values)

    def _outputs(self) -> list[Output | None]:
        readers = [OutputReader(table, self._environ) for table in self._tables("output")]
        taken: dict[str, int] = {}
        for reader in readers:
            self._refuse_taken(reader.table, "name", reader.name, taken)
        return [reader.output() for reader in readers]

    def _actuators(self) -> list[Actuator | None]:
        actuators: list[Actuator | None] = []
        names: dict[str, int] = {}
        for table in self._tables("actuator"):
            name, actuator = read_actuator(table)
            self._refuse_taken(table, "name", name, names)
            actuators.append(None if table.mistakes else actuator)
        return actuators

    def _prometheus(self) -> Prometheus | None:
        if "prometheus" not in self._values:
            return None
        table = self._table("prometheus")
        need(table, "prometheus")
        return table.built(Prometheus, self._read(table, Prometheus))

    def _warn_of_rate(self, sensors: list[Sensor | None], outputs: list[Output | None]) -> None:
        made = sum(1000 / sensor.interval_ms for sensor in sensors if sensor is not None)
        for number, output in enumerate(outputs):
            if output is not None and output.most_together == 1 and made > output.max_rate:
                text = (
                    f"output {quoted(output.name)}: {made:g} readings a second are made, and "
                    f"max_rate lets {output.max_rate:g} through: raise it, or ever more will wait"
                )
                self._problems.add(("output", number, "max_rate"), text, is_warning=True)

    def _sensors(self) -> list[Sensor | None]:
        readers = [SensorReader(table) for table in self._tables("sensor")]
        names: dict[str, int] = {}
        places: dict[str, tuple[str, int]] = {}
        fields: dict[str, tuple[str, int]] = {}
        for reader in readers:
            self._refuse_taken(reader.table, "name", reader.name, names)
            self._refuse_place(reader, places)
            self._refuse_fields(reader, fields)
        return [reader.sensor for reader in readers]

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
