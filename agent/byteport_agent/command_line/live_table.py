"""What is stored, for a person to watch: a table that is redrawn in place, or plain lines.

The text comes back from the database and may hold anything, so nothing of it reaches the terminal
unescaped. A redraw moves the cursor up (ECMA-48) and never clears what scrolled by before.
"""

import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TextIO

from byteport_agent.command_line.text_table import text_table
from byteport_agent.durations import duration_text
from byteport_agent.printable import clipped, printable

_HEAD = ("DEVICE", "FIELD", "VALUE", "UNIT", "AGE")
_MAX_VALUE_CELLS = 40
_RIGHT = (2, 4)  # columns of numbers


class StoredReading(NamedTuple):
    """One call as it was stored; ``messages`` are (level, text) of the log channels."""

    id: int
    device: str
    ts_ms: int
    fields: tuple[tuple[str, str], ...]
    messages: tuple[tuple[str, str], ...]


class LastValue(NamedTuple):
    """A field's value with the latest timestamp."""

    device: str
    field: str
    value: str
    ts_ms: int


def table_lines(values: Iterable[LastValue], units: Mapping[str, str], now_ms: int) -> list[str]:
    """Return the table, head first; ``units`` are the SenML units of the fields known."""
    rows = []
    for last in values:
        value = clipped(printable(last.value), _MAX_VALUE_CELLS)
        age = duration_text(now_ms - last.ts_ms)
        rows.append((last.device, last.field, value, unit_text(units.get(last.field, "")), age))
    return text_table(_HEAD, rows, _RIGHT)


def reading_line(reading: StoredReading, units: Mapping[str, str]) -> str:
    """Return one stored reading as one line."""
    time = datetime.fromtimestamp(reading.ts_ms / 1000).strftime("%H:%M:%S")
    texts = [
        f"{name}={printable(text)}{unit_text(units.get(name, ''))}" for name, text in reading.fields
    ]
    texts += [f"{level}: {printable(text)}" for level, text in reading.messages]
    return f"{time} #{reading.id} {reading.device} {' '.join(texts) or 'heartbeat'}"


def unit_text(unit: str) -> str:
    """Return a SenML unit as people write it."""
    return {"/": "", "Cel": "°C", "%RH": "%"}.get(unit, unit)


class Screen:
    """The lines last drawn on a terminal, which the next drawing replaces."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout
        self._drawn = 0

    def draw(self, lines: Sequence[str]) -> None:
        """Show as many lines as fit, cut to the terminal's width: a wrapped one is two."""
        columns, rows = shutil.get_terminal_size()
        shown = [clipped(line, columns - 1) for line in lines[: max(rows - 1, 1)]]
        up = f"\x1b[{self._drawn}A" if self._drawn else ""
        text = "".join(f"{line}\x1b[K\n" for line in shown)
        self._out.write(f"{up}\r{text}\x1b[J")
        self._out.flush()
        self._drawn = len(shown)
