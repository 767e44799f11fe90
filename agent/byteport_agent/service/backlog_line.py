"""How far a backlog is: one line at the bottom of a terminal while readings wait to be sent."""

import shutil
from typing import TextIO

from byteport_agent.durations import duration_text
from byteport_agent.printable import clipped

_WORTH_SHOWING = 100  # fewer are sent before anybody looks
_BAR_CELLS = 24
_RATE_MS = 10_000  # the time over which the rate is taken


class BacklogLine:
    """Shows nothing while hardly anything waits; makes way for the log's lines."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._most = 0
        self._seen: list[tuple[int, int]] = []  # (ticks, backlog) of late
        self._text = ""

    def update(self, backlog: int, now: int) -> None:
        """Show the state of a backlog at a time in ticks."""
        self._seen = [each for each in self._seen if now - each[0] <= _RATE_MS]
        self._seen.append((now, backlog))
        self.clear()
        self._most = max(self._most, backlog) if self._text else backlog
        shown = backlog >= (_WORTH_SHOWING // 10 if self._text else _WORTH_SHOWING)
        self._text = self._line(backlog) if shown else ""
        self.show()

    def clear(self) -> None:
        if self._text:
            self._out.write("\r\x1b[K")
            self._out.flush()

    def show(self) -> None:
        if self._text:
            columns, _ = shutil.get_terminal_size()
            self._out.write(clipped(self._text, columns - 1))
            self._out.flush()

    def _line(self, backlog: int) -> str:
        sent = self._most - backlog
        filled = sent * _BAR_CELLS // self._most
        bar = "#" * filled + "-" * (_BAR_CELLS - filled)
        done = f"{100 * sent // self._most} %{self._left(backlog)}"
        return f"{backlog:,} readings wait to be sent [{bar}] {done}"

    def _left(self, backlog: int) -> str:
        (first, before), (last, _) = self._seen[0], self._seen[-1]
        gone = before - backlog
        if gone <= 0 or last == first:
            return ""
        return f", {duration_text(backlog * (last - first) // gone)} left"
