"""What a board says after it was flashed, until its first reading is where it is to go."""

from collections.abc import Callable
from re import fullmatch, match
from time import monotonic

from byteport_agent.boards.station_lines import SerialLines, StationLine
from byteport_agent.command_errors import CommandError
from byteport_agent.config.board.sections import BoardConfiguration

_OFFICIAL = "https://api.byteport.se"
Say = Callable[[str], object]


def next_step(device: str) -> str:
    """Return what to type after a board was flashed."""
    return f"next: 'byteport-agent monitor {device}' shows what the board does"


class FirstReading:
    """Listens for a reading and for the service's answer; ``say`` shows what the board says."""

    def __init__(self, lines: SerialLines, limit_s: float, say: Say) -> None:
        self._lines = lines
        self._limit_s = limit_s
        self._end = monotonic() + limit_s
        self._say = say
        self._reading: StationLine | None = None
        self._trouble = ""
        self._is_delivered = self._is_held = False

    def wait(self, device: str, configuration: BoardConfiguration) -> None:
        """Return when it is delivered, or not in time; raise CommandError if there is none."""
        self._say("waiting for the first reading, and that it is delivered")
        while monotonic() < self._end and not self._is_over:
            for line in self._lines.read():
                self._take(line)
        if self._reading is None:
            raise CommandError(
                f"no reading within {self._limit_s:g} s, but all files are there: 'byteport-agent "
                f"monitor {device}' shows what the board does"
            )
        self._say(self._delivered(configuration) if self._is_delivered else self._waits())

    @property
    def _is_over(self) -> bool:
        """Whether there is nothing to wait for: what is held is tried again in minutes."""
        return self._reading is not None and (self._is_delivered or self._is_held)

    def _take(self, line: StationLine) -> None:
        if not line.is_noise:
            self._say(line.shown)
        if line.is_reading:
            self._reading = self._reading or line
        elif fullmatch("output ok( again)?", line.text):
            self._is_delivered = True
        elif match("output |Wi-Fi: (?!joined )", line.text):
            self._trouble = line.text
            self._is_held = line.text.startswith("output held")

    def _waits(self) -> str:
        why = f" ({self._trouble})" if self._trouble else ""
        return (
            f"warning: nothing was delivered yet{why}: readings wait on the board, which goes on "
            "trying; docs/troubleshooting.md has its messages"
        )

    def _delivered(self, configuration: BoardConfiguration) -> str:
        """Return where the reading is, and how it is looked at."""
        device, output = configuration.device, configuration.output
        where = f"delivered to {output.url} as {device.namespace}.{device.uid}"
        if output.type != "byteport":
            return where
        if output.url.rstrip("/") != _OFFICIAL:
            return f"{where}: its dashboard shows it"
        assert self._reading is not None
        field = self._reading.text.split()[1].partition("=")[0]
        return (
            f"{where}: 'byteport-agent history {device.uid} {field} --namespace "
            f"{device.namespace} --user NAME' shows it"
        )
