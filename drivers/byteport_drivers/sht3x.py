"""SHT3x (SHT30, SHT31, SHT35): temperature and humidity over I2C, one shot at a time.

Datasheet: Sensirion SHT3x-DIS version 7, "Timing Specification" (15.5 ms at high repeatability),
4.3 (single shot without clock stretching), 4.11 (status), 4.12 (checksum), 4.13 (conversion, here
in floats).
Witnesses: the words 6666 (25 Cel) and 8000 (50 %RH) of Sensirion's examples, and
adafruit-circuitpython-sht31d on the same simulated chip.

The status register, with its checksum, proves the chip; it has no id. Each measurement is a whole
command, so there is no configuration to lose: after a power cut the chip refuses the read. A chip
that another program left measuring by itself (4.5) refuses the command, and is then told to stop.
"""

from byteport.compat import const
from byteport.errors import BadReading
from byteport_drivers.sensirion import Sensirion, celsius, word

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_STATUS = b"\xf3\x2d"
_HEATER_OFF = b"\x30\x66"
_BREAK = b"\x30\x93"  # ends the periodic modes, in 1 ms
_MEASURE = b"\x24\x00"  # high repeatability, no clock stretching
_HEATER_IS_ON = const(0x2000)
_LOWEST = const(1872)  # -40 Cel, where the datasheet's range begins
_HIGHEST = const(63663)  # 125 Cel


class SHT3X(Sensirion):
    """One SHT3x; a heater that another program left on is switched off."""

    BUS = "i2c"
    NAME = "SHT3x"
    ADDRESSES = (0x44, 0x45)
    CHANNELS = (("temperature", "Cel", 2), ("humidity", "%RH", 2))

    def __init__(self, i2c: "I2CBus", address: int = 0x44) -> None:
        super().__init__(i2c, address, 2)
        if self._prove(_STATUS, 1) & _HEATER_IS_ON:
            i2c.writeto(address, _HEATER_OFF)

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs."""
        try:
            self._begin(_MEASURE)
        except OSError:
            self._i2c.writeto(self._address, _BREAK)
            raise
        return 16

    def read(self) -> "tuple[float, float]":
        """Return the finished measurement in the order and units of CHANNELS."""
        self._fetch()
        raw = word(self._buffer, 0)
        if not _LOWEST <= raw <= _HIGHEST:
            raise BadReading(self._text(f"temperature word {raw} is outside its range"))
        return compensate(raw, word(self._buffer, 1))


def compensate(raw_temperature: int, raw_humidity: int) -> "tuple[float, float]":
    """Turn raw words into degrees Celsius and relative humidity in percent."""
    return celsius(raw_temperature), raw_humidity * 100 / 65535
