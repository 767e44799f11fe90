"""SCD4x (SCD40, SCD41, SCD43): carbon dioxide, temperature and humidity over I2C.

Datasheet: Sensirion SCD4x version 1.7, start_periodic_measurement (a sample every 5 s),
read_measurement (conversion, here in floats), get_data_ready_status. Witnesses: its example 01F4
6667 5EB9 (500 ppm, 25.00 Cel, 37.00 %RH), and adafruit-circuitpython-scd4x and sensirion-i2c-scd4x
on the same simulated chip.

Most commands, the serial number's too, are refused while the chip measures, as it does all the
time after the first start. So the answer about data ready, with its checksum, proves the chip: it
works in both states, and a chip that an earlier program started needs no stop of half a second.
A chip that stands still, as after a power cut, has no data ready; the next start sets it going.
"""

from byteport.compat import const
from byteport.errors import BadReading, NotReady
from byteport_drivers.sensirion import Sensirion, celsius, word

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_START = b"\x21\xb1"
_READY = b"\xe4\xb8"
_READ = b"\xec\x05"
_READY_BITS = const(0x07FF)
_PERIOD_MS = const(5100)  # 5 s by the chip's own clock, which may be slow
_LOWEST = const(13107)  # -10 Cel, where the datasheet's range begins
_HIGHEST = const(39321)  # 60 Cel
_MOST_PPM = const(40000)


class SCD4X(Sensirion):
    """One SCD4x, measuring all the time; each sample is read once."""

    BUS = "i2c"
    NAME = "SCD4x"
    ADDRESSES = (0x62,)
    CHANNELS = (("co2", "ppm", 0), ("temperature", "Cel", 2), ("humidity", "%RH", 1))

    def __init__(self, i2c: "I2CBus", address: int = 0x62) -> None:
        super().__init__(i2c, address, 3)
        self._status = bytearray(3)
        self._prove(_READY, 1)
        self._running = False

    def start(self) -> int:
        """Set the chip going where it stands still; wait for the sample that comes next."""
        if not self._running:
            try:
                self._i2c.writeto(self._address, _START)
            except OSError:
                self._ask(_READY, self._status)  # refused because it runs already, or no chip
            self._running = True
        self._begun = True
        return _PERIOD_MS

    def read(self) -> "tuple[int, float, float]":
        """Return the newest sample in the order and units of CHANNELS."""
        if not self._begun:
            raise NotReady(self._text("no measurement was started"))
        self._running = False  # until it shows that it runs
        self._ask(_READY, self._status)
        if not word(self._status, 0) & _READY_BITS:
            raise NotReady(self._text("no sample since the last one"))
        self._ask(_READ, self._buffer)
        self._running = True
        self._begun = False
        co2 = word(self._buffer, 0)
        raw = word(self._buffer, 1)
        if not (0 < co2 <= _MOST_PPM and _LOWEST <= raw <= _HIGHEST):
            raise BadReading(self._text(f"{co2} ppm or temperature word {raw} is out of range"))
        return compensate(co2, raw, word(self._buffer, 2))


def compensate(co2: int, raw_temperature: int, raw_humidity: int) -> "tuple[int, float, float]":
    """Turn raw words into ppm, degrees Celsius and relative humidity in percent."""
    return co2, celsius(raw_temperature), raw_humidity * 100 / 65535
