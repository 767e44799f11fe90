"""CircuitPython's built-in modules without Blinka: `busio`, `digitalio`, `board`, `micropython`.

    with stand_ins():
        from adafruit_mcp9808 import MCP9808
    sensor = MCP9808(busio.I2C(bus))

Blinka asks which board it is on at import, and fails or warns where there is none. Modules that
were imported inside the with block keep what they got.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from byteport_mocks.fronts import busio, digitalio
from byteport_mocks.fronts.stand_in import stood_in
from byteport_mocks.pin import SimulatedPin


def _identity(value: int) -> int:
    return value


def _modules() -> "dict[str, ModuleType | None]":
    micropython = ModuleType("micropython")
    micropython.const = _identity  # type: ignore[attr-defined]
    microcontroller = ModuleType("microcontroller")
    microcontroller.Pin = SimulatedPin  # type: ignore[attr-defined]
    return {
        "busio": busio,
        "digitalio": digitalio,
        "board": ModuleType("board"),
        "microcontroller": microcontroller,
        "micropython": micropython,
        "pulseio": None,  # an import of it fails, as on most computers
    }


@contextmanager
def stand_ins() -> "Iterator[None]":
    """Let imports of CircuitPython's modules find the simulated ones, inside the with block."""
    with stood_in(_modules()):
        yield
