"""What a station prints on its serial line: `LEVEL text`, or `I SENSOR FIELD=VALUE …` of a reading.

LEVEL is D, I, W or E. Whatever else comes (a boot loader's words, a traceback) is passed on as it
is.
"""

from collections.abc import Callable
from contextlib import suppress
from re import Match, fullmatch, match, sub
from time import monotonic, sleep
from typing import Any, NamedTuple

from byteport_agent.boards.link_errors import PortError
from byteport_agent.boards.serial_ports import Port, opened, port_again
from byteport_agent.printable import clipped, printable

_LEVELS = {"D": "debug", "I": "", "W": "warn", "E": "error"}
_REPLACED = "\ufffd"  # bytes that are no UTF-8
_ROM = r"ets |rst:|ESP-ROM|Build:|SPIWP:|Saved PC|configsip|clk_drv|mode:|load:|ho |entry |[IWE] \("
_CAUSES = {1: "power on", 2: "reset pin", 3: "watchdog", 4: "deep sleep", 5: "by a program"}
_CAUSE = r"reset cause (\d)\b"  # machine.reset_cause(): the same numbers on every port
_WIDEST = 300
_READ_S = 0.1


class StationLine(NamedTuple):
    """One line; ``level`` is "" for information, None for what no station says."""

    level: str | None
    text: str

    @property
    def is_reading(self) -> bool:
        return self.level == "" and fullmatch(r"\S+( \S+=.*)+", self.text) is not None

    @property
    def is_noise(self) -> bool:
        """Whether a boot loader says it, in words for its makers or at another speed."""
        return self.level is None and (_REPLACED in self.text or bool(match(_ROM, self.text)))

    @property
    def shown(self) -> str:
        text = sub(_CAUSE, _cause_in_words, self.text) if self.level is not None else self.text
        return f"{self.level}: {text}" if self.level else text


def _cause_in_words(found: Match[str]) -> str:
    cause = _CAUSES.get(int(found[1]))
    return f"{found[0]}: {cause}" if cause else found[0]


def station_line(text: str) -> StationLine:
    """Return a line of a serial port, safe to print."""
    safe = clipped(printable(text), _WIDEST)
    if safe[:1] in _LEVELS and safe[1:2] == " " and safe[2:3] != "(":  # ESP-IDF's own have that
        return StationLine(_LEVELS[safe[0]], safe[2:].strip())
    return StationLine(None, safe)


class SerialLines:
    """The lines of a port, through restarts of the board and cables that come and go.

    ``tell`` is called once with why there is nothing, and once when there is something again.
    ``serial`` is a port that is open already.
    """

    def __init__(
        self, port: Port, tell: Callable[[str], object] = lambda _: None, serial: Any = None
    ) -> None:
        self._port = port
        self._tell = tell
        self._serial = serial
        if serial is not None:
            serial.timeout = _READ_S
        self._rest = b""
        self._was_lost = False

    def __enter__(self) -> "SerialLines":
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def read(self) -> list[StationLine]:
        """Return what came within a tenth of a second."""
        start = monotonic()
        try:
            if self._serial is None:
                self._serial = opened(port_again(self._port), timeout=_READ_S)
                self._found()
            data = self._serial.read(1)
            data += self._serial.read(self._serial.in_waiting) if data else b""
        except (PortError, OSError, TypeError) as error:  # TypeError: pyserial, closed in a read
            self._lost(error)
            sleep(max(0, _READ_S - (monotonic() - start)))
            return []
        return self._lines(data)

    def _lines(self, data: bytes) -> list[StationLine]:
        *whole, self._rest = (self._rest + data).split(b"\n")
        if len(self._rest) > 4096:
            whole, self._rest = [*whole, self._rest], b""
        texts = (line.decode("utf-8", "replace").rstrip("\r") for line in whole)
        return [station_line(text) for text in texts if text.strip()]

    def _found(self) -> None:
        if self._was_lost:
            self._tell("the board is back")
        self._was_lost = False

    def _lost(self, error: Exception) -> None:
        self._close()
        if not self._was_lost:
            gone = "the board is gone: unplugged, or asleep"
            self._tell(f"{error if isinstance(error, PortError) else gone}: waiting for it")
        self._was_lost = True

    def _close(self) -> None:
        if self._serial is not None:
            with suppress(Exception):
                self._serial.close()
        self._serial = None
        self._rest = b""
