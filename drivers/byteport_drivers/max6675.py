"""MAX6675: a type K thermocouple from 0 to 1024 degrees, over SPI.

Datasheet: Maxim 19-2235, serial interface and figure 2 (16 bits: a zero, 12 bits in 1/4 degree,
open thermocouple, a zero, one bit left open) and Electrical Characteristics (220 ms a conversion).
Chip select stops a conversion, and its end begins one, so `start` selects the chip for one byte:
without it a reading is as old as the one before. No id, no checksum. Witnesses: the Linux kernel's
maxim_thermocouple.c (bits, scale, fault bit) and the PyPI driver max6675 on the same simulation.
"""

from byteport.compat import const
from byteport.errors import BadReading, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import SPIBus

_CONVERSION_MS = const(220)
_ALWAYS_ZERO = const(0x8002)
_OPEN = const(0x0004)
_HIGHEST = const(4095)


class MAX6675:
    """One chip on a bus that the caller opened (mode 0, up to 4.3 MHz).

    It knows an open thermocouple only where the minus lead is grounded. It reads 0.00 for all that
    is colder, and a data line that is low looks the same, so 0.00 is refused.
    """

    BUS = "spi"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS = (("temperature", "Cel", 2),)

    def __init__(self, spi: "SPIBus") -> None:
        self._spi = spi
        self._reply = bytearray(2)
        self._first = bytearray(1)
        self._started = False

    def start(self) -> int:
        """Begin one conversion and return the milliseconds it needs."""
        self._spi.readinto(self._first)
        self._started = True
        return _CONVERSION_MS

    def read(self) -> "tuple[float]":
        """Return the conversion that `start` began."""
        if not self._started:
            raise NotReady("MAX6675: no conversion was started")
        self._started = False  # the next line stops whatever converts
        self._spi.readinto(self._reply)
        word = self._reply[0] << 8 | self._reply[1]
        if word & _ALWAYS_ZERO:
            raise BadReading("MAX6675: bits that are always 0 are 1: chip missing or MISO high?")
        if word & _OPEN:
            raise BadReading("MAX6675: open thermocouple")
        quarters = word >> 3
        if not quarters:
            raise BadReading("MAX6675: 0.00 Cel or colder, no power, or MISO low?")
        if quarters == _HIGHEST:
            raise BadReading("MAX6675: hotter than 1023.5 Cel")
        return (quarters / 4,)
