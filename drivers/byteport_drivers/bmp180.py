"""BMP180 (and BMP085): temperature and air pressure over I2C.

Datasheet: Bosch BST-BMP180-DS000, 3.3 (measurement times), 3.4 (calibration), 3.5 (compensation in
integers: the one followed, with floor for its divisions and one exact division for the pressure),
4 (registers). Witnesses: the datasheet's worked example and PyPI's bmp180.

A reading is two conversions, one after the other: of temperature, then of pressure, in 4
transactions of 17 bytes. Both show in one register, and power lost shows as 0x8000 there: where a
value may be an old one or none the chip is asked whether it still converts, and the value read
again. Every measurement sends its mode anew, so there is no configuration to lose.
Compiled it is above 1.5 KB: two conversions, two formulas, and those doubts.
"""

from struct import unpack

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_TRIM = const(0xAA)
_CHIP_ID = const(0xD0)
_CONTROL = const(0xF4)
_DATA = const(0xF6)

_BMP180_ID = const(0x55)
_CONVERTING = const(0x20)
_NO_SAMPLE = (0x8000, 0, 0xFFFF)  # after a reset, and what dead lines show
_TEMPERATURE = b"\x2e"
_CHIPS = {0x58: "BMP280", 0x60: "BME280", 0x61: "BME680"}


class BMP180:
    """One BMP180; oversampling of the pressure 1, 2, 4 or 8.

    `read` raises NotReady once in each measurement, as the temperature is in and the pressure has
    begun: wait as long as `start` said and read again.
    """

    BUS = "i2c"
    ADDRESSES = (0x77,)
    CHANNELS = (("temperature", "Cel", 1), ("pressure", "hPa", 2))

    def __init__(self, i2c: "I2CBus", address: int = 0x77, *, oversampling: int = 1) -> None:
        self._i2c = i2c
        self._address = address
        self._name = f"BMP180 at 0x{address:02x}"
        self._word, self._frame, self._status = bytearray(2), bytearray(3), bytearray(1)
        self._fine: "int | None" = None  # the temperature, as soon as it is in
        self._shown = -1  # what the data register showed last, -1 where that is not known
        self._running = False
        self._shift = (1, 2, 4, 8).index(oversampling)
        self._pressure = bytes((0x34 | self._shift << 6,))
        self._wait_ms = 2 + 3 * oversampling
        chip_id = i2c.readfrom_mem(address, _CHIP_ID, 1)[0]
        if chip_id != _BMP180_ID:
            found = f"a {_CHIPS[chip_id]}" if chip_id in _CHIPS else "chip id"
            found = f"found {found} (0x{chip_id:02x}) at 0x{address:02x}"
            raise ChipNotFound(f"{found} where a BMP180 was expected")
        self._trim: "tuple[int, ...]" = unpack(">hhhHHHhhhhh", i2c.readfrom_mem(address, _TRIM, 22))
        if 0 in self._trim or -1 in self._trim or 0xFFFF in self._trim:
            raise BadReading(f"{self._name}: calibration words of 0x0000 or 0xFFFF")

    def start(self) -> int:
        """Begin with the temperature and return the milliseconds that either conversion needs."""
        if self._running:
            self._shown = -1  # that sample was not read: it may be left there
        self._fine = None
        self._begin(_TEMPERATURE)
        return self._wait_ms

    def _begin(self, command: bytes) -> None:
        shown, self._shown = self._shown, -1
        self._running = False
        self._i2c.writeto_mem(self._address, _CONTROL, command)
        self._shown = shown
        self._running = True

    def read(self) -> "tuple[float, float]":
        """Return the finished measurement in the order and units of CHANNELS."""
        if not self._running:
            raise NotReady(f"{self._name}: no measurement was started")
        if self._fine is None:
            fine = fine_temperature(self._trim, self._sample(self._word))
            if not -6560 < fine < 13760:
                raise BadReading(f"{self._name}: impossible temperature {fine / 160}")
            self._begin(self._pressure)
            self._fine = fine
            raise NotReady(f"{self._name}: the pressure has begun")
        raw = (self._sample(self._frame) << 8 | self._frame[2]) >> 8 - self._shift
        pressure = pascals(self._trim, self._fine, raw, self._shift)
        if not 29900 < pressure < 110100:
            raise BadReading(f"{self._name}: impossible pressure {pressure}")
        return ((self._fine + 8) >> 4) / 10, pressure / 100

    def _sample(self, frame: bytearray) -> int:
        """Return the first 16 bits of the conversion that has ended, and only of that."""
        status = self._status
        self._i2c.readfrom_mem_into(self._address, _DATA, frame)
        first = word = frame[0] << 8 | frame[1]
        status[0] = _CONVERTING
        if word in _NO_SAMPLE or self._shown in (word, -1):
            self._i2c.readfrom_mem_into(self._address, _CONTROL, status)
            if status[0] & _CONVERTING:
                raise NotReady(f"{self._name}: still converting")
            self._i2c.readfrom_mem_into(self._address, _DATA, frame)  # it may just have ended
            word = frame[0] << 8 | frame[1]
        self._running = False
        self._shown = word
        if word in _NO_SAMPLE and (not status[0] or word != first):
            raise BadReading(f"{self._name}: no sample, as after a reset")
        return word


def fine_temperature(trim: "tuple[int, ...]", raw: int) -> int:
    """Return the temperature in 1/160 degrees: B5 in 3.5, far below all range where it has none."""
    ac5, ac6, mc, md = trim[4], trim[5], trim[9], trim[10]
    x1 = (raw - ac6) * ac5 >> 15
    return x1 + (mc << 11) // (x1 + md) if x1 + md > 0 else -99999


def pascals(trim: "tuple[int, ...]", fine: int, raw: int, shift: int) -> int:
    """Return the pressure; ``shift`` is the setting of oversampling, 0 to 3."""
    ac1, ac2, ac3, ac4, _, _, b1, b2, _, _, _ = trim
    b6 = fine - 4000
    square = b6 * b6 >> 12
    b3 = ((ac1 * 4 + (b2 * square >> 11) + (ac2 * b6 >> 11) << shift) + 2) >> 2
    x3 = ((ac3 * b6 >> 13) + (b1 * square >> 16) + 2) >> 2
    # ac4 * (x3 + 32768) >> 15, and (raw - b3) * 100000 // b4, in integers that a board holds
    b4 = ac4 + (ac4 * x3 >> 15)
    if b4 <= 0:  # a calibration that no part has, and no pressure either
        return 0
    value = (raw - b3) * (8 >> shift)
    p = value // b4 * 12500 + value % b4 * 12500 // b4
    return p + (((p >> 8) * (p >> 8) * 3038 >> 16) + (-7357 * p >> 16) + 3791 >> 4)
