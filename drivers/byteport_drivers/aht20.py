"""AHT20 (AHT21, AHT25): temperature and humidity over I2C, with a checksum.

Datasheet: Aosong AHT20, "Sending command" (status), 5.4 (reading: 80 ms, then the busy bit; parts
that need more than 90 ms are known), 6.1 and 6.2 (conversion, here in floats).
Witnesses: the frame 1C 3B 5E 86 88 B2 D2 that the owner of a part published with its 23.191071 %RH
and 31.674576 Cel (github.com/bilbobg/aht20), and adafruit-circuitpython-ahtx0 on the same simulated
chip; that one ignores the checksum.

The chip has no id. It keeps its last sample for ever, so a sample is read once after each start. A
part that lost its calibration says so in the status byte that comes with each sample, and is
initialised by the next start; one that lost power while measuring gives zeros, -50 Cel.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.sensirion import crc8

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_MEASURE = b"\xac\x33\x00"
_BUSY = const(0x80)
_CALIBRATED = const(0x08)
_LOWEST = const(52428)  # -40 Cel, where the datasheet's range begins
_HIGHEST = const(707789)  # 85 Cel


class AHT20:
    """One AHT20."""

    BUS = "i2c"
    NAME = "AHT20"
    ADDRESSES: "tuple[int, ...]" = (0x38,)
    CHANNELS = (("temperature", "Cel", 2), ("humidity", "%RH", 2))
    INITIALISE = b"\xbe\x08\x00"
    FRAME_BYTES = 7  # status, 2.5 each of humidity and temperature, checksum

    def __init__(self, i2c: "I2CBus", address: int = 0x38) -> None:
        self._i2c = i2c
        self._address = address
        self._buffer = bytearray(self.FRAME_BYTES)
        self._begun = False
        status = i2c.readfrom(address, 1)[0]
        if status == 0xFF:
            raise ChipNotFound(self._text("status 0xff, which no such chip has"))
        self._calibrated = status & _CALIBRATED

    def start(self) -> int:
        """Begin one measurement, or initialise; return the milliseconds that takes."""
        self._begun = False
        if not self._calibrated:
            self._i2c.writeto(self._address, self.INITIALISE)
            self._calibrated = _CALIBRATED
            return 10
        self._i2c.writeto(self._address, _MEASURE)
        self._begun = True
        return 100

    def read(self) -> "tuple[float, float]":
        """Return the finished measurement in the order and units of CHANNELS."""
        if not self._begun:
            raise NotReady(self._text("no measurement was started, or it was initialised"))
        frame = self._buffer
        self._i2c.readfrom_into(self._address, frame)
        if frame[0] & _BUSY:
            raise NotReady(self._text("still measuring"))
        self._begun = False
        if len(frame) > 6 and crc8(frame, 0, 6) != frame[6]:
            raise BadReading(self._text("wrong checksum (an AHT10 has none)"))
        self._calibrated = frame[0] & _CALIBRATED
        raw = (frame[3] & 0x0F) << 16 | frame[4] << 8 | frame[5]
        if not self._calibrated or not _LOWEST <= raw <= _HIGHEST:
            raise BadReading(self._text(f"status 0x{frame[0]:02x}, raw temperature {raw}"))
        return compensate(raw, frame[1] << 12 | frame[2] << 4 | frame[3] >> 4)

    def _text(self, what: str) -> str:
        return f"{self.NAME} at 0x{self._address:02x}: {what}"


def compensate(raw_temperature: int, raw_humidity: int) -> "tuple[float, float]":
    """Turn raw counts of 20 bits into degrees Celsius and relative humidity in percent."""
    return raw_temperature * 200 / 1048576 - 50, raw_humidity * 100 / 1048576
