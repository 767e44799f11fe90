"""Buses and pins: whether their device files are there, and whether the user may use them."""

from collections.abc import Iterator, Sequence

from byteport_agent.doctor.bus_kinds import Kind
from byteport_agent.doctor.finding import Finding, listed, ok, problem, warning
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.needs import Needs
from byteport_agent.doctor.switching_on import Remedy, how_to_get
from byteport_agent.systemd.places import NAME

_READ_AND_WRITE = 6


def check_bus(machine: Machine, needs: Needs, kind: Kind) -> Iterator[Finding]:
    """Yield how a kind of bus is: what a sensor needs and lacks is a problem, else a warning."""
    wanted = needs.of(kind.bus)
    there = [path for pattern in kind.patterns for path in machine.found(pattern)]
    there += [path for path in wanted if path and path not in there and machine.exists(path)]
    for path, sensors in wanted.items():
        if path not in there and (path or not there):
            what = path or f"{kind.patterns[0].partition('[')[0]}N"
            text = f"{what} is not there, {listed(sensors)} needs it"
            yield problem(kind.subject, text, *how_to_get(machine, kind, path))
    usable = [path for path in there if machine.may(path, _READ_AND_WRITE)]
    if usable:
        yield ok(kind.subject, f"{listed(usable)} can be used by {machine.person.name}")
    for path in there:
        sensors = wanted.get(path) or ([] if usable else wanted.get("", []))
        if path not in usable and (sensors or not needs.known):
            yield _closed(machine, kind, path, sensors)
    if not there and not wanted:
        yield _unused(machine, needs, kind)


def _unused(machine: Machine, needs: Needs, kind: Kind) -> Finding:
    if needs.known:
        return ok(kind.subject, "is not there, and no sensor here needs it")
    if machine.is_pi and kind.raspi_config:
        return warning(kind.subject, "is off", *how_to_get(machine, kind, ""))
    return ok(kind.subject, "is not there")


def _closed(machine: Machine, kind: Kind, path: str, sensors: Sequence[str]) -> Finding:
    needed = f", {listed(sensors)} needs it" if sensors else ""
    text = f"{path} may not be used by {machine.person.name}{needed}"
    tell = problem if sensors else warning
    return tell(kind.subject, text, *_opened(machine, kind, path))


def _opened(machine: Machine, kind: Kind, path: str) -> Remedy:
    """Return what lets the user use a device file."""
    name, status = machine.person.name, machine.status(path)
    again = f"sudo systemctl restart {NAME}" if name == NAME else f"exec su -l {name}"
    if status is None or not status.st_mode & 0o060 or status.st_gid == 0:
        rule = f'SUBSYSTEM=="{kind.subsystem}", GROUP="{kind.group}", MODE="0660"'
        command = (
            f"sudo groupadd -f -r {kind.group}; sudo usermod -aG {kind.group} {name}; "
            f"echo '{rule}' | sudo tee /etc/udev/rules.d/60-{kind.subject}.rules; sudo reboot"
        )
        return f"give it to the group {kind.group}, and put {name} into that", command
    group = machine.group_name(status.st_gid)
    if group in machine.person.groups:
        return f"{name} is in the group {group} since this login: log out and in again", again
    return f"put {name} into the group {group}", f"sudo usermod -aG {group} {name}; {again}"
