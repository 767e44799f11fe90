"""The log of a running agent: one line per event on stderr, as text or as JSON.

Nothing in a line can end it, move a cursor or show a key. Under systemd a line begins with its
level (sd-daemon(3)) and the journal has the time; elsewhere the line has it.
"""

import json
import logging
import os
import sys
import time
from collections.abc import Iterable
from typing import Protocol, TextIO

from byteport_agent.keys import Secret
from byteport_agent.printable import printable

FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
_SYSTEMD = {"DEBUG": 7, "INFO": 6, "WARNING": 4, "ERROR": 3, "CRITICAL": 2}
_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Line(Protocol):
    """What stands below the log on a terminal and makes way for each line."""

    def clear(self) -> None: ...

    def show(self) -> None: ...


class LogFormatter(logging.Formatter):
    """Formats records; ``secrets`` are shown as ***."""

    def __init__(self, secrets: Iterable[Secret] = ()) -> None:
        super().__init__()
        self.secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text += f": {self.formatException(record.exc_info)}"
        return self.line(record, self._safe(text))

    def line(self, record: logging.LogRecord, text: str) -> str:
        """Return the line for a text that is safe."""
        when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
        return f"{when} {record.levelname.lower()}: {text}"

    def _safe(self, text: str) -> str:
        for secret in self.secrets:
            text = secret.hidden_in(text)
        return printable(text)


class JournalFormatter(LogFormatter):
    """For systemd's journal."""

    def line(self, record: logging.LogRecord, text: str) -> str:
        return f"<{_SYSTEMD.get(record.levelname, 6)}>{text}"


class JsonFormatter(LogFormatter):
    """One object a line: time, level, message, and what the event is about (sensor, output …)."""

    def line(self, record: logging.LogRecord, text: str) -> str:
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        about = {
            name: self._safe(str(value))
            for name, value in vars(record).items()
            if name not in _OWN and value is not None
        }
        shown = {
            "time": f"{seconds}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "message": text,
            **about,
        }
        return json.dumps(shown, ensure_ascii=False)


class _Handler(logging.StreamHandler[TextIO]):
    def __init__(self, stream: TextIO, below: Line | None) -> None:
        super().__init__(stream)
        self._below = below

    def emit(self, record: logging.LogRecord) -> None:
        if self._below is not None:
            self._below.clear()
        super().emit(record)
        if self._below is not None:
            self._below.show()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's name)
        """Let a line be lost where stderr is closed or full: readings are worth more."""


class AgentLog:
    """The logger, and the secrets that it hides; `logger` is what parts of the agent get."""

    def __init__(
        self, kind: str, level: str, below: Line | None = None, stream: TextIO | None = None
    ) -> None:
        self._formatter = _formatter(kind)
        handler = _Handler(stream or sys.stderr, below)
        handler.setFormatter(self._formatter)
        self.logger = logging.getLogger("byteport_agent")
        self.logger.handlers = [handler]
        self.logger.setLevel(level.upper())
        self.logger.propagate = False
        logging.raiseExceptions = False

    def hide(self, secrets: Iterable[Secret]) -> None:
        """Show these as *** from now on, besides those before: an old key is one still."""
        known = self._formatter.secrets
        self._formatter.secrets = (*known, *(each for each in secrets if each not in known))


def _formatter(kind: str) -> LogFormatter:
    if kind == "json":
        return JsonFormatter()
    return JournalFormatter() if _is_journal(sys.stderr) else LogFormatter()


def _is_journal(stream: TextIO) -> bool:
    """Tell whether a stream goes to systemd's journal, by what $JOURNAL_STREAM says of it."""
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError, AttributeError):
        return False
    return os.environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}"
