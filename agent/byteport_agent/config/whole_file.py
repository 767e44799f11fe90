"""Reads the sections of an agent's file together, and what only shows between them."""

import os

from byteport_agent.config.file_tables import FileTables
from byteport_agent.config.gateway_reader import beside, read_gateway, read_history
from byteport_agent.config.gateway_sections import Gateway
from byteport_agent.config.message_reader import read_actuator, read_messages, warn_of_no_way
from byteport_agent.config.message_sections import Actuator, Prometheus
from byteport_agent.config.output_reader import OutputReader
from byteport_agent.config.output_sections import Output
from byteport_agent.config.problems import quoted
from byteport_agent.config.prometheus_reader import read_prometheus
from byteport_agent.config.sections import Configuration, Outbox, Sensor
from byteport_agent.systemd.places import state_of


class WholeFile(FileTables):
    """An agent's tables while they are read."""

    KNOWN = (
        "device",
        "outbox",
        "gateway",
        "history",
        "messages",
        "prometheus",
        "sensor",
        "output",
        "actuator",
    )

    def configuration(self) -> Configuration:
        """Return the configuration; raise MistakesError that lists all."""
        self._refuse_unknown_tables()
        device = self._device()
        sensors = self._sensors()
        outbox = self._outbox()
        outputs = self._outputs()
        gateway = self._gateway()
        actuators, messages = self._actuators(), read_messages(self._table("messages"))
        prometheus = self._prometheus(gateway)
        for section in ("actuator", "messages"):
            warn_of_no_way(self._problems, outputs, section, section in self._values)
        history = read_history(self._table("history"))
        self._tell_of_what_lacks()
        self._warn_of_rate(sensors, outputs)
        warnings = self._problems.ended()
        assert device is not None
        assert outbox is not None
        assert messages is not None
        assert history is not None
        gateway, history = beside(outbox, gateway, history)
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
            history=history,
            warnings=warnings,
        )

    def _gateway(self) -> Gateway | None:
        if "gateway" not in self._values:
            return None
        return read_gateway(self._table("gateway"), self._environ)

    def _outbox(self) -> Outbox | None:
        table = self._table("outbox")
        state = state_of(str(self._base), self._environ)
        values = {"path": os.path.join(state, "outbox.db"), **self._read(table, Outbox)}
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

    def _prometheus(self, gateway: Gateway | None) -> Prometheus | None:
        if "prometheus" not in self._values:
            return None
        return read_prometheus(self._table("prometheus"), self._environ, gateway)

    def _tell_of_what_lacks(self) -> None:
        if "history" in self._values and "gateway" not in self._values:
            text = "history: nothing keeps or shows it without a [gateway]"
            self._problems.add(("history",), text, is_warning=True)
        if "sensor" not in self._values and "gateway" not in self._values:
            text = "there is nothing to do: add a [[sensor]], or a [gateway]; 'byteport-agent scan'"
            self._problems.add((), f"{text} prints one for each sensor that it finds")
        if "output" not in self._values:
            self._problems.add((), "nothing is sent anywhere: add an [[output]]", is_warning=True)

    def _warn_of_rate(self, sensors: list[Sensor | None], outputs: list[Output | None]) -> None:
        made = sum(1000 / sensor.interval_ms for sensor in sensors if sensor is not None)
        for number, output in enumerate(outputs):
            if output is not None and output.most_together == 1 and made > output.max_rate:
                text = (
                    f"output {quoted(output.name)}: {made:g} readings a second are made, and "
                    f"max_rate lets {output.max_rate:g} through: raise it, or ever more will wait"
                )
                self._problems.add(("output", number, "max_rate"), text, is_warning=True)
