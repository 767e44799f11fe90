"""1-Wire, which the kernel reads: whether a bus and probes are there."""

from collections.abc import Iterator

from byteport_agent.doctor.boot_settings import has_overlay
from byteport_agent.doctor.finding import Finding, listed, ok, problem
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.needs import Needs
from byteport_agent.doctor.switching_on import switch_on

_SUBJECT = "1-wire"
_DEVICES = "/sys/bus/w1/devices"


def check_one_wire(machine: Machine, needs: Needs) -> Iterator[Finding]:
    """Yield how 1-Wire is; nothing where it is off and a configuration needs none."""
    wanted = [name for names in needs.of("w1").values() for name in names]
    masters = machine.found(f"{_DEVICES}/w1_bus_master*")
    probes = machine.found(f"{_DEVICES}/[0-9a-f][0-9a-f]-*")
    overlay = "w1-gpio"
    remedy = ("do_onewire 0", f"dtoverlay={overlay}")
    if masters and (probes or not wanted):
        yield ok(_SUBJECT, f"{len(masters)} bus, {len(probes)} probes")
    elif masters:
        text = f"no probe answers, {listed(wanted)} needs one"
        advice = "look at wiring, power, and the pull-up of 4.7 kΩ from data to 3.3 V"
        yield problem(_SUBJECT, text, advice)
    elif wanted:
        text = f"there is no bus, {listed(wanted)} needs one"
        switched = has_overlay(machine, overlay)
        yield problem(_SUBJECT, text, *switch_on(machine, switched, *remedy))
    elif machine.is_pi and not needs.known:
        yield ok(_SUBJECT, "is off, if no such probe is meant to be here")
