"""A history as a plot: in the terminal by plotext, in a PNG file by matplotlib. Times are UTC.

Both are extras of the distribution, and imported when they are used.
"""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from re import sub
from typing import Any

from byteport.time_points import TimePoint
from byteport_agent.command_errors import CommandError

_DAY_S = 86_400
_TICKS = 5
_PNG_INCHES = (10, 5)


def terminal_plot(points: Sequence[TimePoint], name: str) -> str:
    """Return a plot as wide as the terminal; CommandError for what cannot be drawn."""
    plotext: Any = import_module("plotext")
    values = _numbers(points, name)
    seconds = [point.time.timestamp() for point in points]
    columns, rows = shutil.get_terminal_size()
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(columns, max(min(rows - 2, 30), 10))
    plotext.plot(seconds, values, marker="braille")
    ticks = _ticks(seconds[0], seconds[-1])
    plotext.xticks(ticks, [_tick_text(tick, seconds[-1] - seconds[0]) for tick in ticks])
    plotext.title(f"{name} (UTC)")
    lines = sub("\x1b\\[[0-9;]*m", "", plotext.build()).split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


def write_png(path: str, points: Sequence[TimePoint], name: str) -> None:
    """Write a plot to a PNG file; CommandError for what cannot be drawn or written."""
    from matplotlib.figure import Figure

    values = _numbers(points, name)
    figure = Figure(figsize=_PNG_INCHES, layout="constrained")
    axes: Any = figure.subplots()
    axes.plot([point.time for point in points], values, linewidth=1)
    axes.set_title(f"{name} (UTC)")
    axes.grid(visible=True, alpha=0.3)
    try:
        figure.savefig(path, format="png")
    except OSError as error:
        raise CommandError(f"{path!r} cannot be written: {error.strerror}") from None


def _numbers(points: Sequence[TimePoint], name: str) -> list[float]:
    if not points:
        raise CommandError(f"no values of {name} in this time to plot: --since 30d looks back more")
    values = [point.value for point in points if isinstance(point.value, (int, float))]
    if len(values) < len(points):
        raise CommandError(f"the values of {name} are no numbers to plot")
    return values


def _ticks(first: float, last: float) -> list[float]:
    if first == last:
        return [first]
    return [first + (last - first) * part / (_TICKS - 1) for part in range(_TICKS)]


def _tick_text(second: float, span_s: float) -> str:
    form = "%H:%M:%S"
    if span_s > _DAY_S:
        form = "%m-%d %H:%M" if span_s < 7 * _DAY_S else "%Y-%m-%d"
    return datetime.fromtimestamp(second, UTC).strftime(form)
