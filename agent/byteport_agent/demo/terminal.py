"""What the demo shows where it was started: on a terminal a table in place, else what others store.

All of it comes from the gateway, so it is what is stored and not what was sent.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from getpass import getuser
from socket import gethostname
from threading import Lock
from typing import Any

from byteport.names import LOG_LEVELS
from byteport_agent.clock import Clock
from byteport_agent.command_line.live_table import (
    LastValue,
    Screen,
    StoredReading,
    reading_line,
    table_lines,
)
from byteport_agent.demo.station import BOARD, DEVICE
from byteport_agent.durations import duration_text
from byteport_agent.outbox import Entry
from byteport_agent.printable import printable

_OWN = (DEVICE, BOARD)
_LOOPBACK = "http://127.0.0.1:"


class Terminal:
    """Writes to stdout; ``heard`` is called in the gateway's thread, the rest in the demo's."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._live = sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
        self._screen = Screen()
        self._lock = Lock()
        self._waiting: list[Entry] = []
        self._began = clock.ticks_ms()
        self.stored = 0

    def introduce(self, url: str, try_line: str) -> None:
        """Say where to look, and how to store a value of one's own."""
        print(f"Dashboard: {url}/")
        if url.startswith(_LOOPBACK) and "SSH_CONNECTION" in os.environ:
            print(f"To see it where you sit, first type there:\n  {_tunnel(url)}")
        print(f"Store a value of your own, and see it there:\n  {try_line}")
        print("Ctrl-C ends it; nothing stays behind.\n", flush=True)

    def heard(self, entries: Sequence[Entry]) -> None:
        """Take what was stored just now."""
        with self._lock:
            self._waiting += entries

    def tell(self, text: str) -> None:
        """Say what is wrong."""
        if self._live:
            self._screen.draw([])
        print(f"byteport-agent demo: {printable(text)}", file=sys.stderr, flush=True)

    def refresh(
        self, devices: Iterable[Mapping[str, Any]], problems: Iterable[Mapping[str, Any]]
    ) -> None:
        """Show what is stored by now, and what is wrong; both as the API gives them."""
        with self._lock:
            entries, self._waiting = self._waiting, []
        if self._live:
            told = (printable(f"{each['what']}: {each['text']}") for each in problems)
            self._screen.draw([*self._table(devices), *told])
        else:
            for number, entry in enumerate(entries, self.stored + 1):
                self._print(number, entry)
        self.stored += len(entries)

    def end(self) -> None:
        """Show the summary."""
        time = duration_text(self._clock.ticks_ms() - self._began)
        print(f"stored {self.stored} readings in {time}", flush=True)

    def _print(self, number: int, entry: Entry) -> None:
        """Print what has news for whoever reads lines: a guest's values, anybody's messages."""
        messages = tuple(pair for pair in entry.fields if pair[0] in LOG_LEVELS)
        fields = tuple(pair for pair in entry.fields if pair[0] not in LOG_LEVELS)
        if messages or entry.device not in _OWN or number == 1:
            reading = StoredReading(number, entry.device, entry.ts_ms or 0, fields, messages)
            print(reading_line(reading, {}), flush=True)

    def _table(self, devices: Iterable[Mapping[str, Any]]) -> list[str]:
        rows, units = [], {}
        for device in devices:
            for field in device["fields"]:
                units[field["name"]] = field["unit"]
                value = LastValue(device["uid"], field["name"], field["value"], field["ts_ms"])
                rows.append(value)
        return table_lines(rows, units, self._clock.unix_ms())


def _tunnel(url: str) -> str:
    """Return the command that brings the dashboard to the other end of this SSH session."""
    port, here = url.removeprefix(_LOOPBACK), os.environ["SSH_CONNECTION"].split()[2:3]
    return f"ssh -N -L {port}:127.0.0.1:{port} {getuser()}@{''.join(here) or gethostname()}"
