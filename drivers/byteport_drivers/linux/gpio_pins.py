"""Opens pins through gpiozero, which is imported when the first pin is opened: 150 ms and 11 MB.

What gpiozero raises becomes one of our errors, in words. lgpio below it writes pipes into the
working directory, which a service has not: LG_WD sends them elsewhere.
"""

import os
from tempfile import gettempdir
from typing import Any
from warnings import filterwarnings

from byteport.errors import ChipNotFound

PULLS: dict[str, bool | None] = {"none": None, "up": True, "down": False}


def open_input(sensor: str, pin: "int | str", pull: str) -> Any:
    """Return gpiozero's InputDevice on a pin, by its BCM number or a name such as "BOARD7"."""
    if pull not in PULLS:
        raise ChipNotFound(f"{sensor}: pull is {pull!r}: write none, up or down")
    options: dict[str, object] = {"pull_up": PULLS[pull]}
    if pull == "none":
        options["active_state"] = True
    return open_device("InputDevice", sensor, pin, options)


def open_output(sensor: str, pin: "int | str") -> Any:
    """Return gpiozero's OutputDevice on a pin, switched low."""
    return open_device("OutputDevice", sensor, pin, {})


def open_device(kind: str, sensor: str, pin: "int | str", options: dict[str, object]) -> Any:
    """Return a gpiozero device of a class on a pin; raise ChipNotFound saying why there is none."""
    gpiozero = _gpiozero(sensor)
    try:
        return getattr(gpiozero, kind)(pin, **options)
    except gpiozero.BadPinFactory:
        raise ChipNotFound(
            f"{sensor}: no way to this machine's pins: 'sudo apt install python3-lgpio' or "
            "pip install 'byteport-agent[pi]'; is this a Raspberry Pi?"
        ) from None
    except gpiozero.GPIOPinInUse:
        raise ChipNotFound(f"{sensor}: pin {pin} is in use here already") from None
    except (gpiozero.GPIOZeroError, ValueError) as error:
        raise ChipNotFound(f"{sensor}: pin {pin}: {error}") from None
    except Exception as error:  # lgpio and others have errors of their own, without a base
        if type(error).__name__ != "error" and not isinstance(error, OSError):
            raise
        raise ChipNotFound(
            f"{sensor}: pin {pin}: {error}: is it in use, and is this user in the group gpio?"
        ) from None


def _gpiozero(sensor: str) -> Any:
    if not os.access(".", os.W_OK):
        os.environ.setdefault("LG_WD", gettempdir())
    try:
        import gpiozero
    except ModuleNotFoundError as error:
        if error.name != "gpiozero":
            raise
        raise ChipNotFound(
            f"{sensor} needs the package gpiozero: pip install 'byteport-agent[pi]'"
        ) from None
    # of each library that is not there; if none is, that is said in one line
    filterwarnings("ignore", category=gpiozero.PinFactoryFallback)
    return gpiozero
