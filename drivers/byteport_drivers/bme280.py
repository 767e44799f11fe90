"""BME280: temperature, relative humidity and air pressure over I2C, all from one conversion.

Datasheet: Bosch BST-BME280-DS002, 8.1 (compensation in floats), 5.4 (registers), 9.1 (measurement
time). The float formulas are followed in integers of at most 31 bits, which take no memory on a
board: within 0.0005 degrees, 0.003 % and 0.5 Pa of them. Witnesses: the vectors of Bosch's BMP280
datasheet and of pimoroni/bme280-python, adafruit-circuitpython-bme280 and RPi.bme280.

A reading is 2 transactions of 14 bytes. Where the sample may be an old one, because it equals the
last to the bit or one before was not read, or none, as after a reset, the chip is asked whether it
still measures, and the sample read again.
The arithmetic of three quantities takes more than 1.5 KB of `.mpy`.
"""

from struct import unpack

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_TRIM = const(0x88)
_TRIM_H1 = const(0xA1)
_CHIP_ID = const(0xD0)
_TRIM_H2 = const(0xE1)
_CTRL_HUM = const(0xF2)  # counts from the next write to ctrl_meas on
_STATUS = const(0xF3)
_CTRL_MEAS = const(0xF4)
_CONFIG = const(0xF5)
_DATA = const(0xF7)

_BME280_ID = const(0x60)
_MEASURING = const(0x08)
_NO_SAMPLE = const(0x80000)
_NO_HUMIDITY = const(0x8000)
_CHIPS = {0x55: "BMP180", 0x56: "BMP280", 0x57: "BMP280", 0x58: "BMP280", 0x61: "BME680"}


class BME280:
    """One BME280; oversampling 1, 2, 4, 8 or 16 for all quantities, no filter."""

    BUS = "i2c"
    ADDRESSES = (0x76, 0x77)
    CHANNELS = (("temperature", "Cel", 2), ("humidity", "%RH", 1), ("pressure", "hPa", 2))

    def __init__(self, i2c: "I2CBus", address: int = 0x76, *, oversampling: int = 1) -> None:
        self._i2c = i2c
        self._address = address
        self._name = f"BME280 at 0x{address:02x}"
        self._frame, self._last, self._status = bytearray(8), bytearray(8), bytearray(1)
        self._started = self._configured = False
        self._begun = 0  # measurements since one was read: its sample may be left there
        code = (1, 2, 4, 8, 16).index(oversampling) + 1
        # asleep, without a filter: pairs of register and value
        self._setting = bytes((0, _CONFIG, 0, _CTRL_HUM, code))
        self._force = bytes((code << 5 | code << 2 | 1,))
        self._wait_ms = (24 + 69 * oversampling + 9) // 10  # 9.1: 1.25 + 3 * 2.3 n + 2 * 0.575
        chip_id = i2c.readfrom_mem(address, _CHIP_ID, 1)[0]
        if chip_id != _BME280_ID:
            found = f"a {_CHIPS[chip_id]}" if chip_id in _CHIPS else "chip id"
            found = f"found {found} (0x{chip_id:02x}) at 0x{address:02x}"
            raise ChipNotFound(f"{found} where a BME280 was expected")
        self._trim = self._load()
        self._configure()

    def _load(self) -> "tuple[int, ...]":
        read = self._i2c.readfrom_mem
        trim: "tuple[int, ...]" = unpack("<HhhHhhhhhhhh", read(self._address, _TRIM, 24))
        h1 = read(self._address, _TRIM_H1, 1)[0]
        h2, h3, e4, e5, e6, h6 = unpack("<hBbBbb", read(self._address, _TRIM_H2, 7))
        if trim[0] in (0, 0xFFFF) or trim[3] in (0, 0xFFFF) or h2 in (0, -1):
            raise BadReading(f"{self._name}: empty calibration")
        return trim + (h1, h2, h3, e4 * 16 | e5 & 15, e6 * 16 | e5 >> 4, h6)  # noqa: RUF005

    def _configure(self) -> None:
        self._i2c.writeto_mem(self._address, _CTRL_MEAS, self._setting)
        self._configured = True

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs at most."""
        self._started = False
        self._begun += 1
        if not self._configured:
            self._configure()
        self._i2c.writeto_mem(self._address, _CTRL_MEAS, self._force)
        self._started = True
        return self._wait_ms

    def read(self) -> "tuple[float, float, float]":
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
        raw_h = frame[6] << 8 | frame[7]
        if raw_t == _NO_SAMPLE or raw_p == _NO_SAMPLE or raw_h == _NO_HUMIDITY:
            self._configured = False
            raise BadReading(f"{self._name}: no sample, as after a reset")
        reading = compensate(self._trim, raw_t, raw_p, raw_h)
        if not (-41 < reading[0] < 86 and 299 < reading[2] < 1101):
            raise BadReading(f"{self._name}: impossible sample {reading}")
        return reading


def scaled(a: int, b: int, shift: int) -> int:
    """Return a * b >> shift (at least 11) where the product alone exceeds a board's small int."""
    return ((a >> 11) * b + ((a & 2047) * b >> 11)) >> shift - 11


def compensate(
    trim: "tuple[int, ...]", raw_t: int, raw_p: int, raw_h: int
) -> "tuple[float, float, float]":
    """Turn raw counts into degrees, percent and hectopascals."""
    deviation = (raw_t >> 4) - trim[0]
    fine = scaled(raw_t - (trim[0] << 4), trim[1], 14)
    fine += scaled(scaled(deviation, deviation, 12), trim[2], 14)
    percent = humidity(trim, fine, raw_h) / 4194304
    return fine / 5120, percent, pressure(trim, fine, raw_p) / 25600


def humidity(trim: "tuple[int, ...]", fine: int, raw: int) -> int:
    """Return percent * 2 ** 22, from 0 to 100; ``fine`` is the temperature in 1/5120 degrees."""
    h1, h2, h3, h4, h5, h6 = trim[12:]
    x = fine - 76800
    slope = scaled((x * h6) >> 9, ((x * h3) >> 11) + 32768, 11) + 2097152
    value = scaled((((raw - (h4 << 6)) << 14) - h5 * x) >> 7, scaled(slope, h2, 11), 11)
    value -= (((value >> 15) * (value >> 15)) >> 7) * h1 >> 4
    return min(max(value, 0), 419430400)


def pressure(trim: "tuple[int, ...]", fine: int, raw: int) -> int:
    """Return Pa * 256; ``fine`` is the temperature in 1/5120 degrees."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9 = trim[3:12]
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
