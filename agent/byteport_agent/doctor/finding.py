"""What a check finds: how it is, and for all that is not well what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

OK, WARNING, PROBLEM = "ok", "warning", "problem"


@dataclass(frozen=True)
class Finding:
    """One finding; ``advice`` says in words what to do, ``command`` is what to type for it."""

    mark: str
    subject: str
    text: str
    advice: str = ""
    command: str = ""


def ok(subject: str, text: str, command: str = "") -> Finding:
    return Finding(OK, subject, text, "", command)


def warning(subject: str, text: str, advice: str, command: str = "") -> Finding:
    return Finding(WARNING, subject, text, advice, command)


def problem(subject: str, text: str, advice: str, command: str = "") -> Finding:
    return Finding(PROBLEM, subject, text, advice, command)


def listed(names: Sequence[str], most: int = 6) -> str:
    """Return names in a row, the last ones counted where there are many."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
