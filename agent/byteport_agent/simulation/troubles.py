"""What goes wrong in a simulation, as options say it and as the board's side of it wants it.

A span is (start, end) in milliseconds. Of one kind they may overlap; the board sees one trouble.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from byteport_agent.durations import duration_ms

Span = tuple[int, int]
Event = tuple[int, str, object]  # when, a method of station_run.StationRun, its argument

_POWER_MS = 60_000
_HOUR_MS = 3_600_000
_DAY_MS = 24 * _HOUR_MS


@dataclass
class Troubles:
    """Spans without something; resets are the reset button's, and come between power cuts."""

    wifi: list[Span] = field(default_factory=list)
    internet: list[Span] = field(default_factory=list)
    service: list[Span] = field(default_factory=list)
    ntp: list[Span] = field(default_factory=list)
    power: list[Span] = field(default_factory=list)
    unplugged: list[tuple[str, Span]] = field(default_factory=list)
    resets: list[int] = field(default_factory=list)

    def events(self, run_ms: int) -> list[Event]:
        """Return what happens within the run, in order."""
        found: list[Event] = []
        for kind in ("wifi", "internet", "service", "ntp"):
            for start, end in merged(getattr(self, kind)):
                found += [(start, kind, False), (end, kind, True)]
        for name in dict.fromkeys(name for name, _ in self.unplugged):
            for start, end in merged(span for each, span in self.unplugged if each == name):
                found += [(start, "unplug", name), (end, "plug", name)]
        cuts = merged(self.power)
        found += [(start, "power", end - start) for start, end in cuts]
        found += [(ms, "reset", None) for ms in self.resets if not _is_in(ms, cuts)]
        return sorted((each for each in found if each[0] < run_ms), key=lambda each: each[0])


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return spans that neither overlap nor touch."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found


def _is_in(ms: int, spans: Sequence[Span]) -> bool:
    return any(start <= ms <= end for start, end in spans)


def span(text: str) -> Span:
    """Return a span of START,DURATION; raise ValueError saying what is wrong."""
    start, separator, duration = text.partition(",")
    if not separator:
        raise ValueError(f"{text!r} is no START,DURATION, such as 2d,6h")
    return _span(start, duration)


def power_cut(text: str) -> Span:
    """Return a span of START or START,DURATION, by default a minute."""
    start, separator, duration = text.partition(",")
    return _span(start, duration) if separator else _span(start, f"{_POWER_MS}ms")


def unplugging(text: str) -> tuple[str, Span]:
    """Return a sensor's name and a span, of SENSOR,START,DURATION."""
    name, separator, rest = text.partition(",")
    if not separator or "," not in rest:
        raise ValueError(f"{text!r} is no SENSOR,START,DURATION, such as porch,3d,7d")
    return name, span(rest)


def _span(start: str, duration: str) -> Span:
    begin = duration_ms(start.strip())
    return begin, begin + duration_ms(duration.strip())


def every(interval_ms: int, run_ms: int) -> list[int]:
    """Return each so many milliseconds of a run."""
    return list(range(interval_ms, run_ms, interval_ms))


def mixture(run_ms: int, sensors: Sequence[str]) -> Troubles:
    """Return some of everything: what a board in the field goes through.

    One of each kind comes in the first hour, as a board loads what it needs for a trouble with the
    first one.
    """

    def part(share: float, most_ms: int) -> Span:
        start = int(share * run_ms)
        return start, start + min(most_ms, run_ms // 8)

    first = [(600_000, 1_200_000)]
    away = int(0.55 * run_ms), int(0.55 * run_ms) + min(7 * _DAY_MS, run_ms // 4)
    return Troubles(
        wifi=[*first, part(0.2, 6 * _HOUR_MS), part(0.5, _HOUR_MS), part(0.85, 600_000)],
        internet=[part(0.1, 3 * _HOUR_MS)],
        service=[(1_800_000, 2_100_000), part(0.3, 2 * _HOUR_MS)],
        ntp=[(0, 2 * _HOUR_MS)],
        power=[part(0.45, _POWER_MS)],
        unplugged=[(name, (2_100_000, 2_700_000)) for name in sensors[:1]]
        + [(name, away) for name in sensors[:1]],
        resets=every(max(run_ms // 8, 1), run_ms),
    )
