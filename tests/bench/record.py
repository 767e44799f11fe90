"""docs/figures.md: what `make bench` measured last, and what is worse than what was committed.

A section for each benchmark, a table in it; benchmarks that did not run keep the section they had.
"""

import os
import platform
import re
import subprocess
from datetime import date
from pathlib import Path
from typing import TypeVar

from figures import Figure, shown, table

PAGE = Path(__file__).parents[2] / "docs" / "figures.md"
WORSE = 1.2
Row = TypeVar("Row")
_HEAD = """# Figures

What `make bench` measured: whole programs, side by side with others on the same work in the same
run where a row says so. Ratios travel between machines, times do not. A row with a target is
"reached" or "MISSED"; `make bench` rewrites this page and tells which rows are over 20 % worse than
those committed.
"""
_ROW = re.compile(r"\| (?P<what>.+?) \| (?P<measured>\S+) .*\|")


def committed() -> str:
    """Return the page as it was committed, empty before the first."""
    command = ["git", "show", f"HEAD:docs/{PAGE.name}"]
    return subprocess.run(command, capture_output=True, text=True, cwd=PAGE.parent.parent).stdout


def sections(page: str) -> dict[str, str]:
    """Return the text below each `## name` of a page."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {name: text.strip() for name, text in zip(parts[1::2], parts[2::2], strict=True)}


def write(measured: dict[str, list[Figure]]) -> None:
    """Write the page: these benchmarks' figures, and of the others what it holds already."""
    kept = sections(PAGE.read_text()) if PAGE.exists() else {}
    new = {name: f"{_machine()}\n\n{table(rows)}" for name, rows in measured.items()}
    texts = (f"## {name}\n\n{text}\n" for name, text in sorted({**kept, **new}.items()))
    PAGE.write_text("\n".join([_HEAD, *texts]))


def regressions(measured: dict[str, list[Figure]], page: str) -> list[str]:
    """Return a line for each figure with a target that is over 20 % worse than on a page."""
    lines = []
    for name, figures in measured.items():
        before = _measured_before(sections(page).get(name, ""))
        for key, figure in _keyed([(figure.what, figure) for figure in figures]).items():
            if figure.target is not None and key in before and _worse(figure, before[key]):
                worse = f"{shown(before[key])} before, {shown(figure.measured)} now"
                lines.append(f"worse: {key}: {worse}")
    return lines


def _worse(figure: Figure, before: float) -> bool:
    if figure.at_most:
        return figure.measured > before * WORSE
    return figure.measured * WORSE < before


def _measured_before(section: str) -> dict[str, float]:
    rows = [match for match in map(_ROW.fullmatch, section.splitlines()) if match]
    numbers = [row for row in rows if row["measured"][0].isdigit()]
    return {
        key: float(row["measured"].replace(",", ""))
        for key, row in _keyed([(row["what"], row) for row in numbers]).items()
    }


def _keyed(rows: list[tuple[str, Row]]) -> dict[str, Row]:
    """Return rows by name; one that says "the same" is named with the row it refers to."""
    keyed: dict[str, Row] = {}
    subject = ""
    for what, row in rows:
        if not what.startswith("the same"):
            subject = what
        keyed[what if what == subject else f"{subject}; {what}"] = row
    return keyed


def _machine() -> str:
    return (
        f"{date.today()}, {os.cpu_count()} cores {_processor()}, {platform.system()} "
        f"{platform.machine()}, Python {platform.python_version()}"
    )


def _processor() -> str:
    names = re.findall(r"^(?:model name|Model)\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.M)
    return str(names[0]) if names else "of unknown kind"
