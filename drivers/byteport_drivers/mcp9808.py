"""MCP9808: temperature over I2C, to 1/16 degree.

Datasheet: Microchip DS25095A, 5.1.3 (ambient temperature), 5.1.4 and 5.1.5 (ids), 5.1.6
(resolution), 5.2.1 (shutdown); integer counts, one division at the end.
Witnesses: the datasheet's example 0xC194 = 25.25 and adafruit-circuitpython-mcp9808.

The chip converts over and over, so a reading is one transaction and `start` needs none. What it
is set to is what it powers up with: a brown-out changes nothing. Until the first conversion after
that it shows 0x0000, which no sample is: with the critical limit at 0 even 0.0 degrees has an alert
bit. There is no data-ready bit: a chip that stopped converting cannot be told from a steady one.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_CONFIG = const(0x01)
_CRITICAL = const(0x04)
_AMBIENT = const(0x05)
_MAKER = const(0x06)
_DEVICE = const(0x07)  # and revision, in the low byte
_RESOLUTION = const(0x08)

_MICROCHIP = const(0x0054)
_MCP9808_ID = const(0x04)
_ABOVE = const(0xC000)  # alert bits: at or above the critical limit, above the upper one
_BELOW = const(0x2000)


class MCP9808:
    """One MCP9808 on a bus that the caller opened."""

    BUS = "i2c"
    ADDRESSES = (0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F)
    CHANNELS = (("temperature", "Cel", 4),)

    def __init__(self, i2c: "I2CBus", address: int = 0x18) -> None:
        self._i2c = i2c
        self._address = address
        self._buffer = bytearray(2)
        self._started = False
        maker, device = self._word(_MAKER), self._word(_DEVICE)
        if maker != _MICROCHIP or device >> 8 != _MCP9808_ID:
            found = f"found maker 0x{maker:04x}, device 0x{device:04x}"
            raise ChipNotFound(f"{found} at 0x{address:02x} where an MCP9808 was expected")
        i2c.writeto_mem(address, _CRITICAL, b"\x00\x00")
        i2c.writeto_mem(address, _RESOLUTION, b"\x03")
        i2c.writeto_mem(address, _CONFIG, b"\x00\x00")

    def start(self) -> int:
        """Return the milliseconds in which the chip surely ends a conversion (250 typically)."""
        self._started = True
        return 300

    def read(self) -> "tuple[float]":
        """Return the last conversion in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(f"MCP9808 at 0x{self._address:02x}: no measurement was started")
        raw = self._word(_AMBIENT)
        self._started = False
        if raw == 0:
            raise NotReady(f"MCP9808 at 0x{self._address:02x}: no sample since its power came")
        temperature = celsius(raw)
        if not -40 <= temperature <= 125 or (raw & _BELOW and raw & _ABOVE):
            raise BadReading(f"MCP9808 at 0x{self._address:02x}: impossible sample 0x{raw:04x}")
        return (temperature,)

    def _word(self, register: int) -> int:
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, register, buffer)
        return buffer[0] << 8 | buffer[1]


def celsius(raw: int) -> float:
    """Turn the ambient register into degrees: 13 bits, two's complement, below three alert bits."""
    return ((raw & 0x1FFF ^ 0x1000) - 0x1000) / 16
