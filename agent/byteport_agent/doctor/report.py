"""How findings are told: a line each with its mark, and below it what to do; or as JSON."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from byteport_agent.command_line.own_pip import with_own_pip
from byteport_agent.doctor.finding import OK, PROBLEM, WARNING, Finding
from byteport_agent.printable import printable

_MARK, _SUBJECT = 9, 10
_INDENT = " " * _MARK


def text_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Yield the lines for a person, as soon as each finding is there."""
    for each in findings:
        yield printable(f"{each.mark:<{_MARK}}{each.subject:<{_SUBJECT}} {with_own_pip(each.text)}")
        if each.advice:
            yield printable(f"{_INDENT}→ {each.advice}")
        if each.command:
            yield printable(f"{_INDENT}$ {each.command}")


def summary(findings: Sequence[Finding]) -> str:
    """Return how it all is."""
    words = ((PROBLEM, "problem"), (WARNING, "warning"))
    counts = [(sum(each.mark == mark for each in findings), word) for mark, word in words]
    told = ", ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)
    return told or f"all is well: {sum(each.mark == OK for each in findings)} checks"


def json_text(findings: Sequence[Finding], exit_code: int) -> str:
    """Return the findings as one object of JSON."""
    return json.dumps(
        {"exit_code": exit_code, "findings": [asdict(each) for each in findings]}, indent=2
    )
