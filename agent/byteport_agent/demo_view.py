"""What the demo shows: on a terminal a table in place, anywhere else a line for every reading.

Both come from the gateway, so they show what is stored and not what was sent.
"""

import os
import sys
from collections.abc import Iterable

from byteport_agent.clock import Clock
from byteport_agent.demo_store import DemoStore
from byteport_agent.durations import duration_text
from byteport_agent.live_table import Screen, reading_line, table_lines
from byteport_agent.printable import printable
from byteport_agent.record import Channels

_MIN_REDRAW_MS = 100
_MESSAGES = 3


class DemoView:
    """Writes to stdout; problems go into the table, or to stderr where there is none."""

    def __init__(self, store: DemoStore, clock: Clock, channels: Channels) -> None:
        self._store = store
        self._clock = clock
        self._units = {name: unit for name, unit, _ in channels}
        self._live = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._screen = Screen()
        self._url = ""
        self._problem = ""
        self._shown = 0  # number of the last reading that has its line
        self._start_ticks_ms = clock.ticks_ms()
        self._drawn_ticks_ms = self._start_ticks_ms - _MIN_REDRAW_MS

    def introduce(self, url: str, try_lines: Iterable[str]) -> None:
        """Say where readings are stored and how to store one's own."""
        self._url = url
        print(f"Gateway: {url} (Byteport's store API; Ctrl-C ends it)")
        for line in try_lines:
            print(f"Try:      {line}")
        print(flush=True)

    def tell(self, text: str) -> None:
        """Show a problem, or the end of one."""
        self._problem = printable(text)
        if not self._live:
            print(f"byteport-agent demo: {self._problem}", file=sys.stderr, flush=True)

    def refresh(self, at_once: bool = False) -> None:
        """Show what is stored by now."""
        if not self._live:
            self._print_new()
        elif at_once or self._clock.ticks_ms() - self._drawn_ticks_ms >= _MIN_REDRAW_MS:
            self._drawn_ticks_ms = self._clock.ticks_ms()
            self._screen.draw(self._table())

    def end(self, lost: int) -> None:
        """Show the last state and the summary."""
        self.refresh(at_once=True)
        fields = len(self._store.last_values())
        time = duration_text(self._clock.ticks_ms() - self._start_ticks_ms)
        print(
            f"stored {self._store.count()} readings of {fields} fields in {time}, {lost} lost",
            flush=True,
        )

    def _print_new(self) -> None:
        for reading in self._store.readings_after(self._shown):
            print(reading_line(reading, self._units), flush=True)
            self._shown = reading.id

    def _table(self) -> list[str]:
        rate = _rate_text(self._store.per_second())
        lines = [f"{self._store.count()} readings stored at {self._url}, {rate}", self._problem]
        lines += table_lines(self._store.last_values(), self._units, self._clock.unix_ms())
        for device, level, text in self._store.last_messages(_MESSAGES):
            lines.append(f"{device} {level}: {printable(text)}")
        return lines


def _rate_text(per_second: float) -> str:
    if per_second >= 0.1 or per_second == 0:
        return f"{per_second:.1f} per second"
    return f"{60 * per_second:.1f} per minute"
