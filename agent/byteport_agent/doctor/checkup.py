"""All checks, in the order in which a person would ask: machine, clock, disk, service, network."""

from collections.abc import Iterator
from warnings import catch_warnings, simplefilter

from byteport import __version__
from byteport_agent.doctor.bus_kinds import KINDS
from byteport_agent.doctor.buses import check_bus
from byteport_agent.doctor.clock import check_clock
from byteport_agent.doctor.disk import check_disk, check_root
from byteport_agent.doctor.extras import check_extras
from byteport_agent.doctor.finding import Finding, ok, warning
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.needs import needs_of
from byteport_agent.doctor.one_wire import check_one_wire
from byteport_agent.doctor.outbox import check_outbox, running_agent
from byteport_agent.doctor.outputs import OutputChecks
from byteport_agent.doctor.pins import check_pins
from byteport_agent.doctor.sensors import SensorChecks
from byteport_agent.doctor.serial_console import check_console
from byteport_agent.doctor.service import check_service
from byteport_agent.doctor.settings import Settings, check_key


def checkup(
    machine: Machine, settings: Settings, offline: bool = False, sensors: bool = False
) -> Iterator[Finding]:
    """Yield all findings; what takes time has begun before the first is yielded."""
    configuration = settings.configuration
    outputs = None if configuration is None or offline else OutputChecks(machine, configuration)
    yield _machine_finding(machine)
    yield from settings.findings
    needs = needs_of(configuration)
    for kind in KINDS:
        yield from check_bus(machine, needs, kind)
    yield from check_console(machine, needs)
    yield from check_one_wire(machine, needs)
    yield from check_pins(machine, needs)
    yield from check_extras(machine, configuration)
    yield from check_clock(machine)
    if configuration is None:
        yield from check_root(machine)
    else:
        outbox = configuration.outbox
        yield from check_disk(machine, outbox.path, outbox.max_bytes)
        yield from check_outbox(machine, outbox.path)
        yield from check_key(machine, configuration)
    yield from check_service(machine, configuration)
    if configuration is not None and sensors:
        yield from _sensor_findings(machine, settings)
    if outputs is not None:
        yield from outputs.findings()


def _machine_finding(machine: Machine) -> Finding:
    system = dict(
        line.split("=", 1) for line in machine.text("/etc/os-release").splitlines() if "=" in line
    )
    name = system.get("PRETTY_NAME", "Linux").strip('"')
    what = machine.model or "not a Raspberry Pi"
    return ok("machine", f"{what}, {name}, byteport-agent {__version__}, as {machine.person.name}")


def _sensor_findings(machine: Machine, settings: Settings) -> Iterator[Finding]:
    configuration = settings.configuration
    assert configuration is not None
    if pid := running_agent(machine, configuration.outbox.path):
        text = f"not asked: the agent, process {pid}, reads them"
        advice = "look at what it says of them, or stop it and ask again"
        yield warning("sensors", text, advice, "byteport-agent status")
        return
    with catch_warnings():
        simplefilter("ignore")  # gpiozero's, of each library that is not there: `pins` tells of it
        yield from SensorChecks(configuration.sensors).findings()
