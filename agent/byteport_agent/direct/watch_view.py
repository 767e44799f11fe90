"""What `watch` shows: a line for every file that is stored, and on a terminal how it stands."""

import os
import sys
from collections.abc import Iterable
from datetime import UTC, datetime

from byteport_agent.clock import Clock
from byteport_agent.command_line.live_table import Screen
from byteport_agent.durations import duration_text
from byteport_agent.printable import clipped, printable

_MAX_VALUE_CELLS = 40


class WatchView:
    """Files go to stdout, problems to stderr; the status line is below both and is redrawn."""

    def __init__(self, path: str, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._live = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._screen = Screen()
        self._stored = 0
        self._stored_at: int | None = None
        self._start_at = clock.ticks_ms()

    def stored(self, fields: Iterable[tuple[str, str]]) -> None:
        """Show the files of a call that the service confirmed."""
        self._clear()
        time = datetime.fromtimestamp(self._clock.unix_ms() // 1000, UTC).strftime("%H:%M:%SZ")
        for name, content in fields:
            value = clipped(printable(content.rstrip("\n")), _MAX_VALUE_CELLS)
            print(f"{time} stored {name}={value}")
            self._stored += 1
        sys.stdout.flush()
        self._stored_at = self._clock.ticks_ms()

    def tell(self, text: str) -> None:
        """Say what is wrong, or that it is right again."""
        self._clear()
        print(f"byteport-agent watch: {printable(text)}", file=sys.stderr, flush=True)

    def show(self, waiting: int) -> None:
        """Draw the status line, where there is a terminal."""
        if self._live:
            last = ""
            if self._stored_at is not None:
                last = f", the last {duration_text(self._clock.ticks_ms() - self._stored_at)} ago"
            waits = f", {waiting} calls wait" if waiting else ""
            line = f"watching {printable(self._path)}: {self._stored} stored{last}{waits}"
            self._screen.draw([f"{line} (Ctrl-C ends)"])

    def end(self, unsent: int, given_up: int) -> None:
        """Say what was done, and what was not."""
        self._clear()
        time = duration_text(self._clock.ticks_ms() - self._start_at)
        left = f", {unsent} call{'s' * (unsent != 1)} not sent" if unsent else ""
        left += f", {given_up} value{'s' * (given_up != 1)} given up" if given_up else ""
        print(f"stored {self._stored} value{'s' * (self._stored != 1)} in {time}{left}", flush=True)

    def _clear(self) -> None:
        if self._live:
            self._screen.draw([])
