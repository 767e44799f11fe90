"""MAX31855: a thermocouple's temperature and that of its cold junction, over SPI.

Datasheet: Maxim 19-5793, tables 2 to 5 (32 bits: 14 of thermocouple in 1/4 degree, 12 of the chip
itself in 1/16, three fault bits and their sum, two bits that are always 0) and Electrical
Characteristics (100 ms a conversion, over and over). No id, no checksum. Witnesses: the
datasheet's tables 4 and 5, and adafruit-circuitpython-max31855 on the same simulated chip.
"""

from byteport.compat import const
from byteport.errors import BadReading

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import SPIBus

_CONVERSION_MS = const(100)
_FAULTS = ("open thermocouple", "thermocouple shorted to GND", "thermocouple shorted to VCC")
_COLDEST = const(-1080)  # quarters: type E, and no other type goes lower
_HOTTEST = const(7200)  # type S and R end below
_CHIP_COLDEST = const(-880)  # sixteenths
_CHIP_HOTTEST = const(2032)  # table 5 ends here


class MAX31855:
    """One chip on a bus that the caller opened (mode 0, up to 5 MHz)."""

    BUS = "spi"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS = (("temperature", "Cel", 2), ("internal_temperature", "Cel", 2))

    def __init__(self, spi: "SPIBus") -> None:
        self._spi = spi
        self._reply = bytearray(4)

    def start(self) -> int:
        """Return how long the conversion takes that follows the present one."""
        return _CONVERSION_MS

    def read(self) -> "tuple[float, float]":
        """Return the last conversion: thermocouple, chip."""
        reply = self._reply
        self._spi.readinto(reply)
        self._check_bits(reply)
        quarters, sixteenths = decode(reply)
        if not quarters and not sixteenths:  # 0.00 and 0.00: a data line that is low
            raise BadReading("MAX31855: all bits 0: no power, or MISO low?")
        if not (_COLDEST <= quarters <= _HOTTEST and _CHIP_COLDEST <= sixteenths <= _CHIP_HOTTEST):
            raise BadReading(f"MAX31855: {quarters / 4}, {sixteenths / 16} Cel: out of range")
        return quarters / 4, sixteenths / 16

    def _check_bits(self, reply: bytearray) -> None:
        if reply[1] & 2 or reply[3] & 8:
            raise BadReading("MAX31855: bits that are always 0 are 1: chip missing or MISO high?")
        faults = reply[3] & 7
        for place in range(3):
            if faults >> place & 1:
                raise BadReading(f"MAX31855: {_FAULTS[place]}")
        if reply[1] & 1:
            raise BadReading("MAX31855: a fault without a name: bit error")


def decode(reply: "bytes | bytearray") -> "tuple[int, int]":
    """Return quarters of a degree at the thermocouple and sixteenths at the chip."""
    quarters = reply[0] << 6 | reply[1] >> 2
    sixteenths = reply[2] << 4 | reply[3] >> 4
    return (quarters ^ 0x2000) - 0x2000, (sixteenths ^ 0x800) - 0x800
