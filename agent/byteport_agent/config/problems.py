"""What is wrong with a configuration: collected, so that one run tells all of it.

    agent.toml:14: sensor "porch": unknown driver "bme208" (did you mean "bme280"?)

A value that may be a key is never repeated; what is repeated is short and cannot move a cursor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.printable import clipped, printable

KeyPath = tuple[str | int, ...]  # ("sensor", 0, "interval")
_WIDEST = 60


@dataclass(frozen=True)
class Problem:
    """One mistake or warning, and the line it stands on, 0 where there is none."""

    file: str
    line: int
    text: str
    is_warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return printable(f"{place}: {'warning: ' * self.is_warning}{self.text}")


class MistakesError(ConfigurationError):
    """A configuration that cannot be run; ``problems`` are all its mistakes and warnings."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        mistakes = [problem for problem in self.problems if not problem.is_warning]
        more = f" (and {len(mistakes) - 1} more)" if len(mistakes) > 1 else ""
        super().__init__(f"{mistakes[0]}{more}")


class Problems:
    """Collects the problems of one file."""

    def __init__(self, file: Path, lines: Mapping[KeyPath, int]) -> None:
        self.file = file
        self._lines = lines
        self._problems: list[Problem] = []

    def of_file(self, file: Path, lines: Mapping[KeyPath, int]) -> "Problems":
        """Return what collects the problems of another file, to be told with these."""
        other = Problems(file, lines)
        other._problems = self._problems
        return other

    def add(self, path: KeyPath, text: str, is_warning: bool = False) -> None:
        """Add a mistake or warning at a key, or at the nearest table around it."""
        self._problems.append(Problem(str(self.file), self.line_of(path), text, is_warning))

    def line_of(self, path: KeyPath) -> int:
        """Return the line of a key, else of the nearest table around it, else 0."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 0

    def ended(self) -> tuple[Problem, ...]:
        """Return the warnings in the order of lines; raise MistakesError where there are any."""
        ordered = sorted(self._problems, key=lambda problem: problem.line)
        if any(not problem.is_warning for problem in ordered):
            raise MistakesError(ordered)
        return tuple(ordered)


def clipped_text(text: str) -> str:
    """Return a sentence that may hold a value of any length, safe and short."""
    return clipped(printable(text), 3 * _WIDEST)


def quoted(text: str) -> str:
    """Return text from the file as it may stand in a message."""
    return f'"{clipped(printable(text), _WIDEST)}"'


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the nearest known word as a question in brackets, or nothing."""
    words = {each.lower(): each for each in known}
    near = get_close_matches(word[:_WIDEST].lower(), words, 1)
    return f' (did you mean "{words[near[0]]}"?)' if near else ""
