"""The command line of `byteport-agent doctor`."""

import argparse
from collections.abc import Iterator

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.command_line.configuration import CONFIG_HELP
from byteport_agent.doctor.checkup import checkup
from byteport_agent.doctor.finding import PROBLEM, Finding
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.person import Person, find_person
from byteport_agent.doctor.report import json_text, summary, text_lines
from byteport_agent.doctor.settings import read_settings
from byteport_agent.systemd.places import NAME, system_places

EXAMPLE = "byteport-agent doctor -c agent.toml --sensors"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("-c", "--config", metavar="FILE", help=f"{CONFIG_HELP}, else the machine alone")
    add("--offline", action="store_true", help="leave out name, connection, TLS and answer")
    add("--sensors", action="store_true", help="take one reading of every sensor too")
    add(
        "--user",
        metavar="NAME",
        help="whose rights are looked at; default yours, for root the service's user if there is "
        "one",
    )
    add("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print what is found; 1 with a problem, 78 with a configuration that cannot be run."""
    machine = machine_of(find_person(arguments.user))
    settings = read_settings(machine, arguments.config)
    found: list[Finding] = []
    findings = checkup(machine, settings, arguments.offline, arguments.sensors)
    if arguments.json:
        found.extend(findings)
        code = _exit_code(found, settings.runnable)
        print(json_text(found, code))
        return code
    for line in text_lines(_kept(findings, found)):
        print(line, flush=True)
    print(f"\n{summary(found)}")
    return _exit_code(found, settings.runnable)


def machine_of(person: Person) -> Machine:
    """Return this machine as a user finds it; a service runs in a directory of its own."""
    if person.name == NAME and not person.here:
        return Machine(person, directory=system_places().state)
    return Machine(person)


def _kept(findings: Iterator[Finding], found: list[Finding]) -> Iterator[Finding]:
    for each in findings:
        found.append(each)
        yield each


def _exit_code(found: list[Finding], runnable: bool) -> int:
    if not runnable:
        return ConfigurationError.exit_code
    return 1 if any(each.mark == PROBLEM for each in found) else 0
