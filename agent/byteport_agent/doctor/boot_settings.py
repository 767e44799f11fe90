"""What a Raspberry Pi's firmware is told to switch on: config.txt.

Source: Raspberry Pi documentation, "The config.txt file": dtparam, dtoverlay, conditional filters.
"""

from collections.abc import Iterator
from re import fullmatch

from byteport_agent.doctor.machine import Machine

_PATHS = ("/boot/firmware/config.txt", "/boot/config.txt")
_MODELS = {"pi0": "Zero", "pi0w": "Zero W", "pi02": "Zero 2"}


def boot_file(machine: Machine) -> str:
    """Return the path of config.txt, the usual one where there is none."""
    return next((path for path in _PATHS if machine.exists(path)), _PATHS[0])


def is_on(machine: Machine, parameter: str) -> bool:
    """Tell whether dtparam switches something on, by a pattern of its names; the last counts."""
    switched = False
    for key, value in _settings(machine):
        for part in value.split(",") if key in ("dtparam", "device_tree_param") else ():
            name, _, state = part.strip().partition("=")
            if fullmatch(parameter, name):
                switched = state in ("", "on", "true", "yes", "1")
    return switched


def has_overlay(machine: Machine, name: str) -> bool:
    """Tell whether an overlay is loaded whose name begins so."""
    return any(key == "dtoverlay" and value.startswith(name) for key, value in _settings(machine))


def has_setting(machine: Machine, key: str, value: str) -> bool:
    """Tell whether a plain setting has this value; the last counts."""
    return [text for name, text in _settings(machine) if name == key][-1:] == [value]


def _settings(machine: Machine) -> Iterator[tuple[str, str]]:
    """Yield key and value of the lines that hold for this model."""
    holds = True
    for line in machine.text(boot_file(machine)).splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            holds = _holds(line.strip("[]").lower(), machine.model)
        elif holds and "=" in line:
            key, _, value = line.partition("=")
            yield key.strip(), value.strip()


def _holds(filter_: str, model: str) -> bool:
    """Tell whether a conditional filter holds; those that ask for other things are taken to."""
    if filter_ in _MODELS:
        return _MODELS[filter_] in model
    number = fullmatch(r"(pi|cm)(\d+)\D*", filter_)
    if number is None:
        return filter_ != "none"
    return f"{'Pi' if number[1] == 'pi' else 'Module'} {number[2]}" in model
