"""What a simulation printed, line by line (see `byteport_mocks.board.station_run`), and its sum."""

import json
from typing import Any

from byteport_agent.command_errors import CommandError
from byteport_agent.simulation.ledger import Ledger, least_between

_HOUR_MS = 3_600_000
FIGURES = ("dropped", "boots", "joins", "connections")


class Outcome:
    """``ms`` is how far the simulation is, ``figures`` are there when it is over."""

    def __init__(self, utc_ms: int) -> None:
        self.ledger = Ledger(utc_ms)
        self.ms = 0
        self.figures: dict[str, Any] = {}
        self._heap: list[tuple[int, int]] = []
        self._resets: dict[str, int] = {}

    def take(self, line: str) -> bool:
        """Take a line; return False for one that the station itself printed."""
        if line[:1] != "=" or line[2:3] != " ":
            return False
        kind, rest = line[1], line[3:]
        if kind == "E":
            self.figures = json.loads(rest)
        elif kind == "S":
            self.ledger.stored(*rest.split(" ", 1))
        else:
            first, *more = rest.split(" ", 1)
            self.ms = max(self.ms, int(first))
            self._take_timed(kind, int(first), more[0] if more else "")
        return True

    def _take_timed(self, kind: str, ms: int, rest: str) -> None:
        if kind in "RM":
            boot, s, thousandths, text = rest.split(" ", 3)
            claimed_ms = int(s) * 1000 + int(thousandths)
            self.ledger.kept(ms, int(boot), claimed_ms, text, kind == "R")
        elif kind == "L":
            boot, s, thousandths = rest.split(" ")
            self.ledger.learned(int(boot), int(s) * 1000 + int(thousandths))
        elif kind == "H":
            self._heap.append((ms, int(rest)))
        elif kind == "X":
            ending, _, in_ram = rest.rpartition(" ")
            self._resets[ending] = self._resets.get(ending, 0) + 1
            self.ledger.ended(int(in_ram))

    def summary(self) -> dict[str, Any]:
        """Return what `--json` prints, but for the battery."""
        if not self.figures:
            raise CommandError("the simulation ended without its figures")
        figures = self.figures
        counts = self.ledger.counts(figures["waiting"])
        radio_s = figures["radio_on_ms"] / 1000
        return {
            **counts,
            **{name: figures[name] for name in FIGURES},
            "resets": self._resets,
            "heap_first_hour": least_between(self._heap, _HOUR_MS // 2, _HOUR_MS),
            "heap_end": least_between(self._heap, self.ms - _HOUR_MS, self.ms),
            "radio_on_s": round(radio_s, 1),
            "radio_on_s_per_reading": round(radio_s / max(counts["read"], 1), 3),
            "asleep_s": round(figures["asleep_ms"] / 1000, 1),
            "off_s": round(figures["off_ms"] / 1000, 1),
            "longest_gap_s": round(self.ledger.longest_gap_ms() / 1000, 1),
        }
