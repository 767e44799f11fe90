"""A measured figure beside its target, and how to measure ratios on a machine that is not quiet.

Processes are waited for without a time limit: with one, subprocess looks every 32 ms in the end.
"""

import statistics
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Figure:
    """One row of the table. A target is reached at or above it, or at or below if ``at_most``."""

    what: str
    measured: float
    unit: str
    target: float | None = None
    at_most: bool = False

    @property
    def reached(self) -> bool:
        if self.target is None:
            return True
        return self.measured <= self.target if self.at_most else self.measured >= self.target

    def row(self) -> str:
        sign = "≤" if self.at_most else "≥"
        target = "" if self.target is None else f"{sign} {self.target:,g}"
        verdict = "" if self.target is None else ("reached" if self.reached else "MISSED")
        measured = shown(self.measured)
        return f"| {self.what} | {measured} {self.unit} | {target} | {verdict} |"


def shown(number: float) -> str:
    """Return a number with three significant digits, 0.31, or what is counted in full, 37,481."""
    return f"{number if isinstance(number, int) else float(f'{number:.3g}'):,.10g}"


def table(figures: list[Figure]) -> str:
    head = "| what | measured | target | |\n|---|---|---|---|"
    return "\n".join([head, *(figure.row() for figure in figures)])


def seconds(function: Callable[[], object]) -> float:
    begin = time.perf_counter()
    function()
    return time.perf_counter() - begin


def speed_ratio(ours: Callable[[], object], other: Callable[[], object], pairs: int = 41) -> float:
    """Return how many times as fast ours is, the median of pairs measured in turn.

    Each is a batch of the same work. Turn and turn about, because a machine's speed drifts.
    """
    ours(), other()
    return statistics.median(seconds(other) / seconds(ours) for _ in range(pairs))


def extra_ms(command: list[str], bare: list[str], pairs: int = 31) -> float:
    """Return how much longer one process takes than another: the shortest of each, run in turn.

    Shortest, because a shared machine adds tens of milliseconds to many starts.
    """

    def run(words: list[str]) -> float:
        return seconds(lambda: subprocess.run(words, check=True))

    run(command), run(bare)
    times = [(run(command), run(bare)) for _ in range(pairs)]
    return (min(ours for ours, _ in times) - min(theirs for _, theirs in times)) * 1000


def command_ms(command: list[str], runs: int = 21) -> float:
    """Return the median wall time of a whole process, after one run that warms caches."""

    def run() -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    run()
    return statistics.median(seconds(run) for _ in range(runs)) * 1000
