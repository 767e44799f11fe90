"""Reads a board's file: the agent's sections as far as a board has them, and `[board]`."""

from byteport_agent.config.board.output import read_board_output, refuse_agents
from byteport_agent.config.board.reader import BoardReader
from byteport_agent.config.board.sections import Board, BoardConfiguration, BoardOutbox
from byteport_agent.config.board.sensor_reader import BoardSensorReader
from byteport_agent.config.broker_sections import MqttTarget
from byteport_agent.config.file_tables import FileTables
from byteport_agent.config.output_sections import ByteportTarget
from byteport_agent.config.sections import Outbox
from byteport_agent.config.settings import settings_of


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
        self._check_time(output, board)
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
        refuse_agents(table, list(settings_of(BoardOutbox)), Outbox)
        return table.built(BoardOutbox, table.read(BoardOutbox))

    def _output(self) -> ByteportTarget | MqttTarget | None:
        tables = self._tables("output")
        if not tables:
            self._problems.add((), 'nothing is sent anywhere: add [[output]], type = "byteport"')
        for table in tables[1:]:
            table.mistake("a board has one output: this one has to go")
        built = [read_board_output(table, self._environ) for table in tables[:1]]
        return built[0] if built else None

    def _check_time(self, output: ByteportTarget | MqttTarget | None, board: Board | None) -> None:
        if isinstance(output, MqttTarget) and board is not None and not board.ntp:
            text = "board: ntp: a broker tells no time: name a time server, or leave this out"
            self._problems.add(("board", "ntp"), text)
