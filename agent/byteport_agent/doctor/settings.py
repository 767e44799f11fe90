"""The configuration itself: its mistakes and warnings, and where its key is."""

from collections.abc import Iterator
from dataclasses import dataclass
from re import search

from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config import Configuration, MistakesError, Problem, find_file, load
from byteport_agent.doctor.finding import Finding, ok, problem, warning
from byteport_agent.doctor.machine import Machine
from byteport_agent.systemd.places import NAME, system_places

_SUBJECT = "config"
_READ = 4


@dataclass(frozen=True)
class Settings:
    """What became of reading a configuration; ``runnable`` is False where it has mistakes."""

    configuration: Configuration | None
    findings: list[Finding]
    runnable: bool = True


def read_settings(machine: Machine, given: str | None) -> Settings:
    """Return the configuration that was given or is found, and how it is."""
    try:
        path = find_file(given)
    except ConfigurationError:
        text = "there is none yet, so this is about the machine alone"
        return Settings(None, [ok(_SUBJECT, text, "byteport-agent scan > agent.toml")])
    try:
        configuration = load(path)
    except MistakesError as error:
        found = [_finding(machine, each) for each in error.problems]
        return Settings(None, found, runnable=False)
    except ConfigurationError as error:
        advice = "give a file that this user can read with -c"
        return Settings(None, [problem(_SUBJECT, str(error), advice, f"ls -l {path}")], False)
    counts = ", ".join(
        f"{len(tables)} {name}{'s' * (len(tables) != 1)}"
        for name, tables in (("sensor", configuration.sensors), ("output", configuration.outputs))
    )
    findings = [_finding(machine, each) for each in configuration.warnings]
    return Settings(configuration, [ok(_SUBJECT, f"{path}: {counts}"), *findings])


def check_key(machine: Machine, configuration: Configuration) -> Iterator[Finding]:
    """Yield where the keys are, and that the user cannot read one."""
    person = machine.person
    for name, path, source in _keys(configuration):
        if path is None or machine.may(path, _READ) or _is_loaded(machine, path):
            yield ok("key", f"[{name}] {source}{_mode(machine, path)}")
            continue
        text = f"[{name}] {path} may not be read by {person.name}"
        command = f"sudo chgrp {person.name} {path}; sudo chmod 640 {path}"
        yield problem("key", text, f"let {person.name} read it, and nobody else", command)


def _keys(configuration: Configuration) -> Iterator[tuple[str, str | None, str]]:
    """Yield the section, the file and the source of each key, password and token."""
    sections = {"device": configuration.device, "gateway": configuration.gateway}
    for name, section in sections.items():
        if section is not None:
            yield name, section.key_file, section.key.source
    for output in configuration.outputs:
        for what in ("password", "token"):
            found = getattr(output, what, None)
            if found is not None:
                yield f"output {output.name}", getattr(output, f"{what}_file"), found.source


def _finding(machine: Machine, each: Problem) -> Finding:
    if "Permission denied" in each.text:
        command = f"sudo byteport-agent doctor -c {each.file}"
        return problem(_SUBJECT, str(each), "ask as who may read it", command)
    text = str(each).replace(" warning:", "", 1)  # that is how it is marked
    if each.is_warning and (closes := search(r"chmod 600 .*", text)):
        return warning(_SUBJECT, text, "close it to others", closes[0])
    editor = f"{machine.sudo(each.file)}nano {f'+{each.line} ' * bool(each.line)}{each.file}"
    if each.is_warning:
        return warning(_SUBJECT, text, "change it here", editor)
    return problem(_SUBJECT, text, "mend it here", editor)


def _is_loaded(machine: Machine, path: str) -> bool:
    """Tell whether the unit has systemd load a key for the service's user."""
    unit = machine.text(system_places().unit)
    return machine.person.name == NAME and f":{path}\n" in unit


def _mode(machine: Machine, path: str | None) -> str:
    status = machine.status(path) if path is not None else None
    return f", mode {status.st_mode & 0o777:o}" if status is not None else ""
