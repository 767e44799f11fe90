"""CircuitPython's built-in modules without Blinka: `busio`, `digitalio`, `board`, `micropython`.

    with stand_ins():
        from adafruit_mcp9808 import MCP9808
    sensor = MCP9808(busio.I2C(bus))

    with stand_ins(i2c=bus):
        import program             # `MCP9808(board.I2C())`, `busio.I2C(board.SCL, board.SDA)`

Blinka asks which board it is on at import, and fails or warns where there is none. Modules that
were imported inside the with block keep what they got.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import ModuleType

from byteport_mocks.fronts import busio, digitalio
from byteport_mocks.fronts.stand_in import stood_in
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.pin import SimulatedPin
from byteport_mocks.spi import SimulatedSPI

_CE0 = "CE0"


def _identity(value: int) -> int:
    return value


def _board(i2c: "SimulatedI2C | None", spi: "SimulatedSPI | None") -> ModuleType:
    """Return `board` with the pins of the buses there are, and what makes a bus of them."""
    members: "dict[str, object]" = {}
    if i2c is not None:
        members = {"SCL": "SCL", "SDA": "SDA", "I2C": lambda: busio.I2C(i2c)}
        members["STEMMA_I2C"] = members["I2C"]
    if spi is not None:
        members |= {"SCK": "SCK", "MOSI": "MOSI", "MISO": "MISO", "CE0": _CE0}
        members["SPI"] = lambda: busio.SPI(spi)
    return _with(ModuleType("board"), members)


def _busio(i2c: "SimulatedI2C | None", spi: "SimulatedSPI | None") -> ModuleType:
    """Return `busio`, whose buses are made of pins where there is one to be found at them."""
    members: "dict[str, object]" = {}
    if i2c is not None:
        members["I2C"] = lambda *_pins, **_options: busio.I2C(i2c)
    if spi is not None:
        members["SPI"] = lambda *_pins, **_options: busio.SPI(spi)
    return _with(ModuleType("busio"), {**vars(busio), **members})


def _digitalio(spi: "SimulatedSPI") -> ModuleType:
    """Return `digitalio`, whose `DigitalInOut(board.CE0)` selects the bus's chip."""

    def pin(at: "SimulatedPin | str") -> object:
        return busio.ChipSelect(spi) if isinstance(at, str) else digitalio.DigitalInOut(at)

    return _with(ModuleType("digitalio"), {**vars(digitalio), "DigitalInOut": pin})


def _with(module: ModuleType, members: "Mapping[str, object]") -> ModuleType:
    vars(module).update(members)
    return module


def _modules(
    i2c: "SimulatedI2C | None", spi: "SimulatedSPI | None"
) -> "dict[str, ModuleType | None]":
    return {
        "busio": _busio(i2c, spi) if i2c or spi else busio,
        "digitalio": _digitalio(spi) if spi else digitalio,
        "board": _board(i2c, spi),
        "microcontroller": _with(ModuleType("microcontroller"), {"Pin": SimulatedPin}),
        "micropython": _with(ModuleType("micropython"), {"const": _identity}),
        "pulseio": None,  # an import of it fails, as on most computers
    }


@contextmanager
def stand_ins(
    i2c: "SimulatedI2C | None" = None, spi: "SimulatedSPI | None" = None
) -> "Iterator[None]":
    """Let imports of CircuitPython's modules find the simulated ones, inside the with block.

    With ``i2c`` or ``spi`` a program finds that bus at `board`'s pins, and by `board.I2C()`.
    """
    with stood_in(_modules(i2c, spi)):
        yield
