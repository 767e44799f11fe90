"""Reads the sections of an agent's file together, and what only shows between them."""

import os

from byteport_agent.config.file_tables import FileTables
from byteport_agent.config.gateway_reader import beside, read_gateway, read_history
from byteport_agent.config.gateway_sections import Gateway
from byteport_agent.config.key_source import add_legacy_key
from byteport_agent.config.problems import quoted
from byteport_agent.config.sections import Configuration, Outbox, Output, Sensor


class WholeFile(FileTables):
    """An agent's tables while they are read."""

    KNOWN = ("device", "outbox", "gateway", "history", "sensor", "output")

    def configuration(self) -> Configuration:
        """Return the configuration; raise MistakesError that lists all."""
        self._refuse_unknown_tables()
        device = self._device()
        sensors = self._sensors()
        outbox = self._outbox()
        outputs = self._outputs()
        gateway = self._gateway()
        history = read_history(self._table("history"))
        if "history" in self._values and "gateway" not in self._values:
            text = "history: nothing keeps or shows it without a [gateway]"
            self._problems.add(("history",), text, is_warning=True)
        if "sensor" not in self._values and "gateway" not in self._values:
            self._problems.add((), "there is nothing to do: add a [[sensor]], or a [gateway]")
        if "output" not in self._values:
            self._problems.add((), "nothing is sent anywhere: add an [[output]]", is_warning=True)
        self._warn_of_rate(sensors, outputs)
        warnings = self._problems.ended()
        assert device is not None
        assert outbox is not None
        assert history is not None
        gateway, history = beside(outbox, gateway, history)
        return Configuration(
            path=self._problems.file,
            device=device,
            sensors=tuple(sensor for sensor in sensors if sensor is not None),
            outbox=outbox,
            outputs=tuple(output for output in outputs if output is not None),
            gateway=gateway,
            history=history,
            warnings=warnings,
        )

    def _gateway(self) -> Gateway | None:
        if "gateway" not in self._values:
            return None
        return read_gateway(self._table("gateway"), self._environ)

    def _outbox(self) -> Outbox | None:
        table = self._table("outbox")
        values = {"path": str(self._base / "outbox.db"), **self._read(table, Outbox)}
        directory = os.path.dirname(values["path"])
        if not os.path.isdir(directory):
            table.mistake(f"path: there is no directory {directory}", "path")
        return table.built(Outbox, values)

    def _outputs(self) -> list[Output | None]:
        outputs: list[Output | None] = []
        taken: dict[str, int] = {}
        for table in self._tables("output"):
            values = self._read(table, Output)
            if "type" in values:
                values.setdefault("name", values["type"])
            self._refuse_taken(table, "name", values.get("name"), taken)
            self._check_output(table, values)
            add_legacy_key(table, values, self._environ)
            outputs.append(table.built(Output, values))
        return outputs

    def _warn_of_rate(self, sensors: list[Sensor | None], outputs: list[Output | None]) -> None:
        made = sum(1000 / sensor.interval_ms for sensor in sensors if sensor is not None)
        for number, output in enumerate(outputs):
            if output is not None and not output.packets and made > output.max_rate:
                text = (
                    f"output {quoted(output.name)}: {made:g} readings a second are made, and "
                    f"max_rate lets {output.max_rate:g} through: raise it, or ever more will wait"
                )
                self._problems.add(("output", number, "max_rate"), text, is_warning=True)
