"""BMP280: temperature and air pressure over I2C, both from one conversion.

Datasheet: Bosch BST-BMP280-DS001, 8.1 (compensation in floats), 4.3 (registers), 3.8.1 (measurement
time), 3.12 (worked example). The float formulas are followed in integers of at most 31 bits, which
take no memory on a board: within 0.0005 degrees and 0.5 Pa of them. Witnesses: the datasheet's
worked example, adafruit-circuitpython-bmp280 and pimoroni's bmp280.

A reading is 2 transactions of 12 bytes. Where the sample may be an old one, because it equals the
last to the bit or one before was not read, or none, as after a reset, the chip is asked whether it
still measures, and the sample read again.
The guards against samples that are not and the long division take it over 1.5 KB of `.mpy`.
"""

from struct import unpack

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_TRIM = const(0x88)
_CHIP_ID = const(0xD0)
_STATUS = const(0xF3)
_CTRL_MEAS = const(0xF4)
_CONFIG = const(0xF5)
_DATA = const(0xF7)

_BMP280_IDS = (0x58, 0x57, 0x56)  # of parts sold, and of early samples
_MEASURING = const(0x08)
_NO_SAMPLE = const(0x80000)
_CHIPS = {0x55: "BMP180", 0x60: "BME280", 0x61: "BME680"}


class BMP280:
    """One BMP280; oversampling 1, 2, 4, 8 or 16 for both quantities, no filter."""

    BUS = "i2c"
    ADDRESSES = (0x76, 0x77)
    CHANNELS = (("temperature", "Cel", 2), ("pressure", "hPa", 2))

    def __init__(self, i2c: "I2CBus", address: int = 0x76, *, oversampling: int = 1) -> None:
        self._i2c = i2c
        self._address = address
        self._name = f"BMP280 at 0x{address:02x}"
        self._frame, self._last, self._status = bytearray(6), bytearray(6), bytearray(1)
        self._started = False
        self._begun = 0  # measurements since one was read: its sample may be left there
        code = (1, 2, 4, 8, 16).index(oversampling) + 1
        self._force = bytes((code << 5 | code << 2 | 1,))
        self._wait_ms = (183 + 460 * oversampling + 99) // 100  # 3.8.1: 1.25 + 2 * 2.3 n + 0.575
        chip_id = i2c.readfrom_mem(address, _CHIP_ID, 1)[0]
        if chip_id not in _BMP280_IDS:
            found = f"a {_CHIPS[chip_id]}" if chip_id in _CHIPS else "chip id"
            found = f"found {found} (0x{chip_id:02x}) at 0x{address:02x}"
            raise ChipNotFound(f"{found} where a BMP280 was expected")
        self._trim: "tuple[int, ...]" = unpack(
            "<HhhHhhhhhhhh", i2c.readfrom_mem(address, _TRIM, 24)
        )
        if self._trim[0] in (0, 0xFFFF) or self._trim[3] in (0, 0xFFFF):
            raise BadReading(f"{self._name}: empty calibration")
        # asleep, then without a filter: pairs of register and value
        i2c.writeto_mem(address, _CTRL_MEAS, bytes((0, _CONFIG, 0)))

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs at most."""
        self._started = False
        self._begun += 1
        self._i2c.writeto_mem(self._address, _CTRL_MEAS, self._force)
        self._started = True
        return self._wait_ms

    def read(self) -> "tuple[float, float]":
        """Return the finished measurement in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(f"{self._name}: no measurement was started")
        frame = self._frame
        self._i2c.readfrom_mem_into(self._address, _DATA, frame)
        if self._begun > 1 or frame == self._last or frame[3] << 8 | frame[4] == _NO_SAMPLE >> 4:
            self._i2c.readfrom_mem_into(self._address, _STATUS, self._status)
            if self._status[0] & _MEASURING:
                raise NotReady(f"{self._name}: still measuring")
            self._i2c.readfrom_mem_into(self._address, _DATA, frame)  # it may just have ended
        self._started = False
        self._begun = 0
        self._frame, self._last = self._last, frame
        raw_p = frame[0] << 12 | frame[1] << 4 | frame[2] >> 4
        raw_t = frame[3] << 12 | frame[4] << 4 | frame[5] >> 4
        if raw_t == _NO_SAMPLE or raw_p == _NO_SAMPLE:
            raise BadReading(f"{self._name}: no sample, as after a reset")
        reading = compensate(self._trim, raw_t, raw_p)
        if not (-41 < reading[0] < 86 and 299 < reading[1] < 1101):
            raise BadReading(f"{self._name}: impossible sample {reading}")
        return reading


def scaled(a: int, b: int, shift: int) -> int:
    """Return a * b >> shift (at least 11) where the product alone exceeds a board's small int."""
    return ((a >> 11) * b + ((a & 2047) * b >> 11)) >> shift - 11


def compensate(trim: "tuple[int, ...]", raw_t: int, raw_p: int) -> "tuple[float, float]":
    """Turn raw counts into degrees and hectopascals."""
    deviation = (raw_t >> 4) - trim[0]
    fine = scaled(raw_t - (trim[0] << 4), trim[1], 14)
    fine += scaled(scaled(deviation, deviation, 12), trim[2], 14)
    return fine / 5120, pressure(trim, fine, raw_p) / 25600


def pressure(trim: "tuple[int, ...]", fine: int, raw: int) -> int:
    """Return Pa * 256; ``fine`` is the temperature in 1/5120 degrees."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = trim[3:]
    x = fine - 128000
    square = scaled(x, x, 18)
    # 2 ** 20 less 1, and 1 more in the slope: half of what the floors below take and give
    value = 1048575 - raw - (p4 << 4) - scaled(x, p5, 14) - scaled(square, p6, 13)
    slope = (p1 << 4) + scaled(1 + scaled(x, p2, 15) + scaled(square, p3, 17), p1, 16)
    value *= 625
    rest = (value % slope) << 9  # a long division, nine bits at a time
    fraction = (rest // slope) << 9 | ((rest % slope) << 9) // slope
    value = value // slope * 40960 + (fraction * 5 >> 5)
    half = value >> 7
    value += scaled(value, p8, 19) + scaled(scaled(half, half, 18), p9, 11) + (p7 << 4)
    return value
