"""A history as text: a table for people, CSV and JSON for programs. All times are UTC."""

import csv
import json
from collections.abc import Sequence
from io import StringIO
from statistics import fmean
from typing import Any

from byteport.time_points import TimePoint
from byteport_agent.command_line.text_table import text_table
from byteport_agent.printable import printable


def table_lines(points: Sequence[TimePoint], name: str) -> list[str]:
    """Return the lines of a table, and what there is in it."""
    if not points:
        return [f"no values of {name} in this time"]
    whole = all(point.time.microsecond == 0 for point in points)
    rows = [(_time_text(point, whole), printable(str(point.value))) for point in points]
    numbers = [point.value for point in points if isinstance(point.value, (int, float))]
    right = (1,) if len(numbers) == len(points) else ()
    return [*text_table(("TIME (UTC)", "VALUE"), rows, right), "", _summary(points, numbers)]


def csv_text(points: Sequence[TimePoint]) -> str:
    """Return a heading and a record for each value, as RFC 4180 has them but for the line's end."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("time", "value"))
    for point in points:
        time = point.time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        writer.writerow((time, point.value))
    return out.getvalue().rstrip("\n")


def json_text(answer: Any) -> str:
    """Return the service's answer in one line of ASCII."""
    return json.dumps(answer)


def _time_text(point: TimePoint, whole: bool) -> str:
    text = f"{point.time:%Y-%m-%d %H:%M:%S}"
    return text if whole else f"{text}.{point.time.microsecond // 1000:03d}"


def _summary(points: Sequence[TimePoint], numbers: Sequence[float]) -> str:
    if len(numbers) < len(points):
        return f"{len(points)} values"
    mean = f"{fmean(numbers):.6g}"
    return f"{len(points)} values, min {min(numbers)}, mean {mean}, max {max(numbers)}"
