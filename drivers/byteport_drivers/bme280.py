"""BME280: temperature, relative humidity and air pressure over I2C, all from one conversion.

Datasheet: Bosch BST-BME280-DS002, 8.1 (compensation in floats), 5.4 (registers), 9.1 (measurement
time). The float formulas are followed in integers of at most 31 bits, which take no memory on a
board: within 0.0005 degrees, 0.003 % and 0.5 Pa of them. Witnesses: the vectors of Bosch's BMP280
datasheet and of pimoroni/bme280-python, adafruit-circuitpython-bme280 and RPi.bme280.

A reading is 2 transactions of 14 bytes, and 4 where the sample could be an old one (`bosch`).
"""

from struct import unpack

from byteport.compat import const
from byteport.errors import BadReading
from byteport_drivers.bosch import (
    NO_SAMPLE,
    ForcedSampler,
    fine_temperature,
    pressure,
    prove,
    raw20,
    scaled,
)

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_TRIM = const(0x88)
_TRIM_H1 = const(0xA1)
_TRIM_H2 = const(0xE1)
_CTRL_HUM = const(0xF2)  # counts from the next write to ctrl_meas on
_CTRL_MEAS = const(0xF4)
_CONFIG = const(0xF5)

_NO_HUMIDITY = const(0x8000)


class BME280(ForcedSampler):
    """One BME280; oversampling 1, 2, 4, 8 or 16 for all quantities, no filter."""

    BUS = "i2c"
    ADDRESSES = (0x76, 0x77)
    CHANNELS = (("temperature", "Cel", 2), ("humidity", "%RH", 1), ("pressure", "hPa", 2))

    def __init__(self, i2c: "I2CBus", address: int = 0x76, *, oversampling: int = 1) -> None:
        code = (1, 2, 4, 8, 16).index(oversampling) + 1
        super().__init__(i2c, address, "BME280", 8, code << 5 | code << 2 | 1)
        # asleep, without a filter: pairs of register and value
        self._setting = bytes((0, _CONFIG, 0, _CTRL_HUM, code))
        self._wait_ms = (24 + 69 * oversampling + 9) // 10  # 9.1: 1.25 + 3 * 2.3 n + 2 * 0.575
        prove(i2c, address, "BME280", (0x60,))
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
        self._configured = False
        self._i2c.writeto_mem(self._address, _CTRL_MEAS, self._setting)
        self._configured = True

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs at most."""
        if not self._configured:
            self._configure()
        self._begin()
        return self._wait_ms

    def read(self) -> "tuple[float, float, float]":
        """Return the finished measurement in the order and units of CHANNELS."""
        frame = self._fetch()
        raw_p, raw_t, raw_h = raw20(frame, 0), raw20(frame, 3), frame[6] << 8 | frame[7]
        if raw_t == NO_SAMPLE or raw_p == NO_SAMPLE or raw_h == _NO_HUMIDITY:
            self._configured = False
            raise BadReading(f"{self._name}: no sample, as after a reset")
        reading = compensate(self._trim, raw_t, raw_p, raw_h)
        if not (-41 < reading[0] < 86 and 299 < reading[2] < 1101):
            raise BadReading(f"{self._name}: impossible sample {reading}")
        return reading


def compensate(
    trim: "tuple[int, ...]", raw_t: int, raw_p: int, raw_h: int
) -> "tuple[float, float, float]":
    """Turn raw counts into degrees, percent and hectopascals."""
    fine = fine_temperature(trim, raw_t)
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
