"""A history and the outbox that it is filled from, on a clock that a test sets, and no thread."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from outbox_rig import BOOT, NOW_MS, SetClock

from byteport_agent.gateway import HISTORY
from byteport_agent.gateway.history import History
from byteport_agent.gateway.history_feed import HistoryFeed, HistoryLimits
from byteport_agent.outbox import Entry, Outbox, Reading

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000


class HistoryRig:
    """``told`` is what was logged, ``heard`` what was passed on."""

    def __init__(self, directory: Path, **limits: Any) -> None:
        self.directory = directory
        self.path = directory / "history.db"
        self.limits = HistoryLimits(str(self.path), **limits)
        self.clock = SetClock(NOW_MS)
        self.told: list[str] = []
        self.heard: list[Entry] = []
        self.open()

    def open(self) -> None:
        """Begin as an agent does that starts now."""
        self.outbox = Outbox(
            str(self.directory / "outbox.db"), [HISTORY], self.clock, self.told.append, boot=BOOT
        )
        self.history = History()
        self.feed = HistoryFeed(
            self.history, self.limits, self.outbox, self.clock, self.told.append, self._heard
        )
        self.feed._open()
        self.step()
        self.feed._flush()

    def die(self) -> None:
        """End as a process does that is killed: nothing more is written."""
        if self.history.file is not None:
            self.history.file._writer.close()
            self.history.file._reader.close()
        self.outbox._keeping._close_log()
        self.outbox._keeping._lock.release()

    def close(self) -> None:
        self.step()
        self.feed._flush()
        if self.history.file is not None:
            self.history.file.close()
        self.outbox.close()

    def put(self, ts_ms: int, device: str = "dev", **fields: str) -> None:
        ticks = self.clock.ticks
        self.outbox.append([Reading(device, "", tuple(fields.items()), ticks, ts_ms)])

    def step(self) -> None:
        """Do what the feed's thread does in one round."""
        while self.feed._read():
            self.feed._flush_if_due()
        self.feed._flush_if_due()
        self.feed._retain_if_due()

    def pass_ms(self, ms: int) -> None:
        self.clock.ticks += ms
        self.outbox.upkeep()
        self.step()

    def values(self, field: str, device: str = "dev") -> dict[int, str]:
        """Return all that there is of a field."""
        series = self.history.find(device, field)
        assert series is not None
        found: dict[int, str] = {}
        for column in self.history.values(series, 0, 1 << 50):
            assert list(found) == sorted(found)
            found.update(zip(column.times, column.texts(), strict=True))
        return found

    def _heard(self, entries: Sequence[Entry]) -> None:
        self.heard += entries
