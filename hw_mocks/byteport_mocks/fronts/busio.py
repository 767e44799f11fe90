"""CircuitPython's `busio.I2C` and `busio.SPI` on simulated buses: Adafruit's drivers run on them.

    from adafruit_mcp9808 import MCP9808
    sensor = MCP9808(I2C(bus))

    from adafruit_max31855 import MAX31855
    sensor = MAX31855(SPI(spi), ChipSelect(spi))

With Blinka (which Adafruit's drivers pull in) set BLINKA_OS_AGNOSTIC=1 before their first import,
so that it does not look for a board; `circuitpython.stand_ins` replaces Blinka altogether.
"""

# ruff: noqa: ARG002 (another library's signatures)

from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.spi import SimulatedSPI

TYPE_CHECKING = False
if TYPE_CHECKING:
    Readable = bytes | bytearray | memoryview
    Writable = bytearray | memoryview


class Lockable:
    """What a busio bus has for `with bus.try_lock()`."""

    _locked = False

    def try_lock(self) -> bool:
        if self._locked:
            return False
        self._locked = True
        return True

    def unlock(self) -> None:
        if not self._locked:
            raise ValueError("Not locked")
        self._locked = False

    def deinit(self) -> None:
        pass

    def __enter__(self) -> "Lockable":
        return self

    def __exit__(self, *_: object) -> None:
        self.deinit()

    def check_lock(self) -> None:
        """Raise as CircuitPython does where a bus is used without its lock."""
        if not self._locked:
            raise RuntimeError("Function requires lock")


class I2C(Lockable):
    """busio.I2C: whole buffers, or parts of them by ``start`` and ``end``."""

    def __init__(self, bus: SimulatedI2C) -> None:
        self._bus = bus

    def scan(self) -> "list[int]":
        self.check_lock()
        return self._bus.scan()

    def readfrom_into(
        self, address: int, buffer: "Writable", *, start: int = 0, end: "int | None" = None
    ) -> None:
        self.check_lock()
        self._bus.readfrom_into(address, memoryview(buffer)[start:end])

    def writeto(
        self, address: int, buffer: "Readable", *, start: int = 0, end: "int | None" = None
    ) -> None:
        self.check_lock()
        self._bus.writeto(address, bytes(buffer)[start:end])

    def writeto_then_readfrom(
        self,
        address: int,
        out_buffer: "Readable",
        in_buffer: "Writable",
        *,
        out_start: int = 0,
        out_end: "int | None" = None,
        in_start: int = 0,
        in_end: "int | None" = None,
    ) -> None:
        """Write and read in one transaction with a repeated START between."""
        self.check_lock()
        written = bytes(out_buffer)[out_start:out_end]
        read = memoryview(in_buffer)[in_start:in_end]
        self._bus.transfer(((address, False, written), (address, True, read)))


class SPI(Lockable):
    """busio.SPI; the chip is selected by a `ChipSelect` on the same bus."""

    def __init__(self, spi: SimulatedSPI) -> None:
        self._spi = spi
        self.frequency = spi.freq

    def configure(
        self, *, baudrate: int = 100000, polarity: int = 0, phase: int = 0, bits: int = 8
    ) -> None:
        self.check_lock()
        self.frequency = baudrate

    def write(self, buffer: "Readable", *, start: int = 0, end: "int | None" = None) -> None:
        self._spi.write(bytes(buffer)[start:end])

    def readinto(
        self,
        buffer: "Writable",
        *,
        start: int = 0,
        end: "int | None" = None,
        write_value: int = 0,
    ) -> None:
        self._spi.readinto(memoryview(buffer)[start:end], write_value)

    def write_readinto(
        self,
        out_buffer: "Readable",
        in_buffer: "Writable",
        *,
        out_start: int = 0,
        out_end: "int | None" = None,
        in_start: int = 0,
        in_end: "int | None" = None,
    ) -> None:
        read = memoryview(in_buffer)[in_start:in_end]
        self._spi.write_readinto(bytes(out_buffer)[out_start:out_end], read)


class ChipSelect:
    """The digitalio pin that selects the chip of a simulated SPI bus, active low."""

    def __init__(self, spi: SimulatedSPI) -> None:
        self._spi = spi
        self._level = True

    def switch_to_output(self, value: bool = False, drive_mode: object = None) -> None:
        self.value = value

    @property
    def value(self) -> bool:
        return self._level

    @value.setter
    def value(self, level: bool) -> None:
        if level and not self._level:
            self._spi.deselect()
        elif self._level and not level:
            self._spi.select()
        self._level = level
