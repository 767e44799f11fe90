"""Reads a board's file: the agent's sections as far as a board has them, and `[board]`."""

import os
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from byteport_agent.config.board_reader import BoardReader
from byteport_agent.config.board_sections import BoardConfiguration, BoardOutbox
from byteport_agent.config.board_sensor_reader import BoardSensorReader
from byteport_agent.config.file_tables import FileTables
from byteport_agent.config.output_sections import ByteportTarget
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.config.sections import Outbox
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table

_OUTPUT_KEYS = ("type", "name", "url", "method", "timeout", "retry_min", "retry_max", "ca")
_ITSELF = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 (refused)


class BoardFile(FileTables):
    """A board's tables while they are read."""

    KNOWN = ("device", "outbox", "sensor", "output", "board")
    SENSOR_READER = BoardSensorReader

    def configuration(self) -> BoardConfiguration:
        """Return the configuration; raise MistakesError that lists all."""
        self._refuse_gateway()
        self._refuse_unknown_tables()
        device = self._device()
        readers = self._sensor_readers()
        sensors = [reader.sensor for reader in readers]
        outbox = self._outbox()
        output = self._output()
        reader = BoardReader(self._table("board"), str(self._table("device").values.get("uid", "")))
        board = reader.board([each for each in readers if isinstance(each, BoardSensorReader)])
        if not readers:
            self._problems.add((), "there is nothing to measure: add a [[sensor]]")
        warnings = self._problems.ended()
        assert device is not None
        assert outbox is not None
        assert output is not None
        assert board is not None
        return BoardConfiguration(
            path=self._problems.file,
            device=device,
            sensors=tuple(sensor for sensor in sensors if sensor is not None),
            outbox=outbox,
            output=output,
            board=board,
            warnings=warnings,
        )

    def _refuse_gateway(self) -> None:
        if "gateway" in self._values:
            self._problems.add(("gateway",), "gateway: a board has none: it has to go")
            del self._values["gateway"]

    def _outbox(self) -> BoardOutbox | None:
        table = self._table("outbox")
        self._refuse_agents(table, list(settings_of(BoardOutbox)), Outbox)
        return table.built(BoardOutbox, table.read(BoardOutbox))

    def _output(self) -> ByteportTarget | None:
        tables = self._tables("output")
        if not tables:
            self._problems.add((), 'nothing is sent anywhere: add [[output]], type = "byteport"')
        for table in tables[1:]:
            table.mistake("a board has one output: this one has to go")
        built = [self._built_output(table) for table in tables[:1]]
        return built[0] if built else None

    def _built_output(self, table: Table) -> ByteportTarget | None:
        self._refuse_agents(table, _OUTPUT_KEYS, ByteportTarget)
        table.values = {key: table.values[key] for key in _OUTPUT_KEYS if key in table.values}
        values = table.read(ByteportTarget)
        self._check_output(table, values)
        values.setdefault("name", values.get("type"))
        return table.built(ByteportTarget, values)

    def _check_output(self, table: Table, values: dict[str, Any]) -> None:
        shortest = values.get("retry_min_ms", ByteportTarget.retry_min_ms)
        if values.get("retry_max_ms", ByteportTarget.retry_max_ms) < shortest:
            table.mistake("retry_max must not be less than retry_min", "retry_max")
        url = urlsplit(values.get("url", ByteportTarget.url))
        self._check_host(table, url.hostname or "", url.scheme == "http")
        if "ca" in values and not os.path.isfile(values["ca"]):
            table.mistake(f"ca: there is no file {values['ca']}", "ca")

    def _check_host(self, table: Table, host: str, is_plain: bool) -> None:
        if host in _ITSELF:
            table.mistake(f"url: {host} is the board itself: write the other machine's", "url")
        elif is_plain and not _is_near(host):
            table.warn(f"the key travels unencrypted to {host}: use https://", "url")

    def _refuse_agents(self, table: Table, known: Any, agents: type) -> None:
        """Add a mistake for each key that a board does not have."""
        others = settings_of(agents)
        for key in table.values:
            if key not in known:
                text = f"unknown key {quoted(key)}{did_you_mean(key, known)}"
                has = f"{key} is an agent's: a board has {', '.join(known)}"
                table.mistake(has if key in others else text, key)


def _is_near(host: str) -> bool:
    """Tell whether a host is in one's own network, by its look."""
    try:
        return ip_address(host.strip("[]")).is_private
    except ValueError:
        return "." not in host or os.path.splitext(host)[1] in (".local", ".lan", ".home")
