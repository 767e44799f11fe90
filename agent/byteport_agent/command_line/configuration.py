"""The configuration that a command runs with: found, read, and its mistakes and warnings told."""

import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.command_line.own_pip import with_own_pip
from byteport_agent.config.problems import MistakesError, Problem
from byteport_agent.config.reader import SEARCHED, find_file, load
from byteport_agent.config.sections import Configuration

CONFIG_HELP = f"the configuration; default ./{SEARCHED[0]}, else {SEARCHED[1]}"


def checked_configuration(given: str | None) -> Configuration:
    """Return an agent's file, its warnings told, or tell all mistakes and raise."""
    configuration: Configuration = checked(find_file(given), load)
    return configuration


def checked(path: Path, load: Callable[[Path], Any]) -> Any:
    """Return what a file configures, its warnings told, or tell all mistakes and raise."""
    try:
        configuration = load(path)
    except MistakesError as error:
        tell_problems(error.problems)
        raise ConfigurationError(counted(error.problems)) from None
    tell_problems(configuration.warnings)
    return configuration


def tell_problems(problems: Iterable[Problem]) -> None:
    """Print each problem as one line on stderr, in the form that editors jump to."""
    for problem in problems:
        print(with_own_pip(str(problem)), file=sys.stderr)


def counted(problems: Sequence[Problem]) -> str:
    """Return how many mistakes and warnings there are, in words."""
    warnings = sum(problem.is_warning for problem in problems)
    counts = ((len(problems) - warnings, "mistake"), (warnings, "warning"))
    return ", ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)
