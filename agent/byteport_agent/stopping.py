"""Turns SIGINT and SIGTERM into a flag that every wait looks at, so that a run ends in order.

A pipe and not threading.Event: an Event set by a handler while its own thread waits can deadlock.
"""

import os
import select
import signal
from types import FrameType
from typing import Any


class StopSignal:
    """Catches the signals while it is entered, in the main thread."""

    def __init__(self) -> None:
        self.requested = False
        self._reader, self._writer = os.pipe()
        self._previous: dict[int, Any] = {}

    def __enter__(self) -> "StopSignal":
        for number in (signal.SIGINT, signal.SIGTERM):
            self._previous[number] = signal.signal(number, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._previous.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)

    def fileno(self) -> int:
        """Return what select() finds ready once a stop is requested."""
        return self._reader

    def request(self) -> None:
        """Ask to stop, as a signal does."""
        if not self.requested:
            self.requested = True
            os.write(self._writer, b"\0")

    def wait_ms(self, ms: int) -> bool:
        """Wait, at most until stop is requested; return whether it is."""
        select.select([self._reader], [], [], ms / 1000)
        return self.requested

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self.request()
