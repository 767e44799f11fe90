"""BH1750: light over I2C, one measurement at a time, asleep in between.

Datasheet: ROHM BH1750FVI technical note rev. B, "Instruction Set Architecture" and "I2C Bus
Access": lux = counts / 1.2, halved in H-resolution mode 2; a conversion takes 180 ms at most.
Witnesses: the datasheet's worked example (8390 is 28067 lx) and adafruit-circuitpython-bh1750.

The chip has no id, no checksum and no busy bit: what answers here is taken for a BH1750, and a
conversion that never ends shows the sample before it. Every measurement sends its mode anew, so
there is no configuration to lose. A sample that power was lost in reads 0, as darkness does: a 0
after light is believed once the next measurement shows it too.
"""

from byteport.compat import const
from byteport.errors import BadReading, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_FULL = const(0xFFFF)
_POWER_DOWN = b"\x00"
_ONCE_H = b"\x20"
_ONCE_H2 = b"\x21"


class BH1750:
    """One BH1750; ``half_lux`` resolves 0.4 lx instead of 0.8 and ends at 27 klx, not 54."""

    BUS = "i2c"
    ADDRESSES = (0x23, 0x5C)
    CHANNELS = (("illuminance", "lx", 1),)

    def __init__(self, i2c: "I2CBus", address: int = 0x23, *, half_lux: bool = False) -> None:
        self._i2c = i2c
        self._address = address
        self._half_lux = half_lux
        self._buffer = bytearray(2)
        self._started = False
        self._was_light = False
        i2c.writeto(address, _POWER_DOWN)

    def start(self) -> int:
        """Begin one conversion and return the milliseconds it needs."""
        self._started = False
        self._i2c.writeto(self._address, _ONCE_H2 if self._half_lux else _ONCE_H)
        self._started = True
        return 180

    def read(self) -> "tuple[float]":
        """Return the finished conversion in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(f"BH1750 at 0x{self._address:02x}: no measurement was started")
        buffer = self._buffer
        self._i2c.readfrom_into(self._address, buffer)
        self._started = False
        counts = buffer[0] << 8 | buffer[1]
        if counts == _FULL:
            raise BadReading(f"BH1750 at 0x{self._address:02x}: too bright, or all bits 1")
        was_light, self._was_light = self._was_light, counts > 0
        if was_light and not counts:
            raise BadReading(f"BH1750 at 0x{self._address:02x}: suddenly 0, dark or power lost")
        return (lux(counts, self._half_lux),)


def lux(counts: int, half_lux: bool = False) -> float:
    """Turn counts into lux, for the measurement time that the chip powers up with."""
    return counts / (2.4 if half_lux else 1.2)
