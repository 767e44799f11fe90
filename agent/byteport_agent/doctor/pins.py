"""The way to the pins: which library gpiozero would use, and what is known to keep it from working.

gpiozero takes the first of lgpio, RPi.GPIO, pigpio and its own code that can be imported, or the
one that GPIOZERO_PIN_FACTORY names. A Raspberry Pi 5 has its pins on another chip, which lgpio
alone knows. Sources: gpiozero's documentation "Pins" and its issues 1106 and 1130 (lgpio's pipes),
1166 (gpiochip4) and 1229 (2.0.1.post1 and post2).
"""

from collections.abc import Iterator
from re import match

from byteport_agent.doctor.finding import Finding, ok, problem, warning
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.needs import Needs

_SUBJECT = "pins"
_MODULES = {"lgpio": "lgpio", "rpigpio": "RPi.GPIO", "pigpio": "pigpio"}  # in gpiozero's order
_OWN = "native"
_APT_LGPIO = "/usr/lib/python3/dist-packages/lgpio.py"
_VARIABLE = "GPIOZERO_PIN_FACTORY"
_PIPES = "LG_WD"


def check_pins(machine: Machine, needs: Needs) -> Iterator[Finding]:
    """Yield how gpiozero would reach the pins; a mistake is a problem where a sensor has a pin."""
    wanted = any(needs.of("gpio").values())
    if not machine.has_module("gpiozero"):
        if wanted:
            text = "gpiozero is not installed, and a sensor has a pin"
            yield problem(_SUBJECT, text, "install it", machine.pip("byteport-agent[pi]"))
        return
    tell = problem if wanted or machine.is_pi_5 else warning
    factory = chosen_factory(machine)
    fault = _fault_of(machine, factory)
    if fault is None:
        yield ok(_SUBJECT, f"gpiozero uses {factory}")
    elif wanted or machine.is_pi:
        yield tell(_SUBJECT, *fault)
    if factory == "lgpio":
        yield from _check_pipes(machine)


def chosen_factory(machine: Machine) -> str:
    """Return the name of the pin factory that gpiozero would take."""
    named = machine.environ.get(_VARIABLE)
    if named:
        return named.lower()
    for name, module in _MODULES.items():
        if machine.has_module(module):
            return name
    return _OWN


def _fault_of(machine: Machine, factory: str) -> tuple[str, str, str] | None:
    """Return what is wrong with a factory here, what to do and the command; None for nothing."""
    if machine.environ.get(_VARIABLE) and factory != "mock" and not _is_there(machine, factory):
        text = f"{_VARIABLE} asks for {factory}, which is not installed"
        return text, "let gpiozero choose", f"unset {_VARIABLE}"
    if factory == "mock":
        return f"{_VARIABLE} asks for simulated pins", "let gpiozero choose", f"unset {_VARIABLE}"
    if factory == "lgpio":
        return _lgpio_fault(machine)
    if factory == "rpigpio" and not machine.has_module("RPi._GPIO"):
        return None  # rpi-lgpio under the name of RPi.GPIO
    if machine.is_pi_5:
        name = _MODULES.get(factory, "gpiozero's own code")
        text = f"gpiozero would use {name}, which cannot work on a Raspberry Pi 5"
        return text, "install lgpio, which can", _get_lgpio(machine)
    if factory == _OWN:
        text = "gpiozero would use its own code, which is slow and misses events"
        return text, "install lgpio", _get_lgpio(machine)
    return None


def _lgpio_fault(machine: Machine) -> tuple[str, str, str] | None:
    release = machine.version_of("gpiozero")
    if not machine.is_pi_5 or not release:
        return None
    newer = "install a newer gpiozero", machine.pip("gpiozero>=2.0.1.post3")
    if release in ("2.0.1.post1", "2.0.1.post2"):
        return f"gpiozero {release} cannot use lgpio on a Raspberry Pi 5", *newer
    if match(r"1\.|2\.0(\.0|\.1)?$", release) and not machine.exists("/dev/gpiochip4"):
        return f"gpiozero {release} looks for /dev/gpiochip4, which is /dev/gpiochip0 here", *newer
    return None


def _check_pipes(machine: Machine) -> Iterator[Finding]:
    """Yield whether lgpio can make the pipes that it makes in the working directory."""
    named = machine.environ.get(_PIPES)
    place = named or machine.directory
    if machine.may(place, 2):
        return
    where = f"{_PIPES} names {place}, where" if named else f"it runs in {place}, where"
    yield warning(
        _SUBJECT,
        f"lgpio makes pipes, and {where} {machine.person.name} may not write",
        "run it in a directory of its own, or name another place for the pipes",
        f"export {_PIPES}=/tmp",
    )


def _is_there(machine: Machine, factory: str) -> bool:
    return factory == _OWN or machine.has_module(_MODULES.get(factory, factory))


def _get_lgpio(machine: Machine) -> str:
    """Return how lgpio is got; an environment may not see the one that the system has."""
    if machine.is_venv and machine.exists(_APT_LGPIO):
        return f"python3 -m venv --upgrade --system-site-packages {machine.prefix}"
    return (
        machine.pip("byteport-agent[pi]") if machine.is_venv else "sudo apt install python3-lgpio"
    )
