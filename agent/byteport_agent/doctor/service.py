"""The service, where it is installed: its unit, its user, and what its sandbox hides from it."""

import os
from collections.abc import Iterator

from byteport_agent.config import Configuration, Sensor
from byteport_agent.doctor.finding import Finding, ok, problem, warning
from byteport_agent.doctor.machine import Machine
from byteport_agent.systemd.places import NAME, system_places
from byteport_agent.systemd.unit import template

_SUBJECT = "service"
_INSTALLED = ("ExecStart", "ProtectHome")  # differ with the place of the program
_INSTALL = "sudo byteport-agent install-service"
_HIDDEN = ("/home/", "/root/", "/tmp/", "/var/tmp/")  # noqa: S108 (what the unit hides)
_EDIT = f"sudo systemctl edit {NAME}"


def check_service(machine: Machine, configuration: Configuration | None) -> Iterator[Finding]:
    """Yield how the system's service is; nothing where there is none."""
    places = system_places()
    unit = machine.text(places.unit)
    if not unit:
        return
    if _lines(unit) != _lines(template(f"{NAME}.service")):
        text = f"{places.unit} is not this release's"
        yield warning(_SUBJECT, text, "write it again, and start again", _INSTALL)
    program = _settings(unit).get("ExecStart", "").split(" ")[0].strip('"')
    if not machine.exists(program):
        text = f"the program that it starts, {program}, is not there"
        yield problem(_SUBJECT, text, "install it there, or let it start this one", _INSTALL)
    else:
        yield ok(_SUBJECT, f"{places.unit} starts {program}")
    if configuration is not None and str(configuration.path) == places.config_file:
        yield from _check_sandbox(configuration, _overrides(machine, places.unit))


def _check_sandbox(configuration: Configuration, overrides: str) -> Iterator[Finding]:
    """Yield paths of the configuration that the unit keeps from the service."""
    places = system_places()
    outbox = os.path.dirname(configuration.outbox.path)
    if not f"{outbox}/".startswith(f"{places.state}/") and "ReadWritePaths" not in overrides:
        text = f"it may write below {places.state} alone, the outbox is in {outbox}"
        yield problem(_SUBJECT, text, f"add {outbox!r} as ReadWritePaths= in [Service]", _EDIT)
    if "Protect" in overrides or "Private" in overrides:
        return
    for sensor in configuration.sensors:
        for path in _paths(sensor):
            if path.startswith(_HIDDEN):
                text = f"it does not see {path}, which {sensor.name} needs"
                advice = "move it to /usr/local or /run, or add ProtectHome=read-only in [Service]"
                yield problem(_SUBJECT, text, advice, _EDIT)


def _paths(sensor: Sensor) -> Iterator[str]:
    """Yield the files, directories and programs that a sensor's options name."""
    for key in ("path", "directory", "command"):
        value = sensor.options.get(key, "")
        yield str(value[0] if isinstance(value, list) and value else value)


def _overrides(machine: Machine, unit: str) -> str:
    """Return what a person added to the unit."""
    return "\n".join(machine.text(path) for path in machine.found(f"{unit}.d/*.conf"))


def _lines(unit: str) -> list[str]:
    lines = [line for line in unit.splitlines() if line and not line.startswith("#")]
    return [line for line in lines if line.partition("=")[0] not in _INSTALLED]


def _settings(unit: str) -> dict[str, str]:
    return {line.partition("=")[0]: line.partition("=")[2] for line in unit.splitlines()}
