"""SHT4x (SHT40, SHT41, SHT43, SHT45): temperature and humidity over I2C.

Datasheet: Sensirion SHT4x, "Timings" (8.3 ms at high precision), 4.5 (commands), 4.6 (conversion,
here in floats; humidity beyond 0 and 100 % is cut off as it says).
Witnesses: the words 6666 (25 Cel) and 8000 (56.501 %RH) of Sensirion's examples, and
adafruit-circuitpython-sht4x and sensirion-i2c-sht4x on the same simulated chip.

The serial number, with its checksums, proves the chip; it has no id. Each measurement is a whole
command, so there is no configuration to lose: after a power cut the chip refuses the read.
"""

from byteport.compat import const
from byteport.errors import BadReading
from byteport_drivers.sensirion import Sensirion, celsius, word

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_SERIAL = b"\x89"
_MEASURE = b"\xfd"  # high precision, no heater
_LOWEST = const(1872)  # -40 Cel, where the datasheet's range begins
_HIGHEST = const(63663)  # 125 Cel


class SHT4X(Sensirion):
    """One SHT4x."""

    BUS = "i2c"
    NAME = "SHT4x"
    ADDRESSES = (0x44, 0x45, 0x46)
    CHANNELS = (("temperature", "Cel", 2), ("humidity", "%RH", 2))

    def __init__(self, i2c: "I2CBus", address: int = 0x44) -> None:
        super().__init__(i2c, address, 2)
        self._prove(_SERIAL, 2)

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs."""
        self._begin(_MEASURE)
        return 9

    def read(self) -> "tuple[float, float]":
        """Return the finished measurement in the order and units of CHANNELS."""
        self._fetch()
        raw = word(self._buffer, 0)
        if not _LOWEST <= raw <= _HIGHEST:
            raise BadReading(self._text(f"temperature word {raw} is outside its range"))
        return compensate(raw, word(self._buffer, 1))


def compensate(raw_temperature: int, raw_humidity: int) -> "tuple[float, float]":
    """Turn raw words into degrees Celsius and relative humidity in percent."""
    humidity = raw_humidity * 125 / 65535 - 6
    return celsius(raw_temperature), min(max(humidity, 0.0), 100.0)
