"""BMP280: temperature and air pressure over I2C, both from one conversion.

Datasheet: Bosch BST-BMP280-DS001, 8.1 (compensation in floats), 4.3 (registers), 3.8.1 (measurement
time), 3.12 (worked example). The float formulas are followed in integers of at most 31 bits, which
take no memory on a board: within 0.0005 degrees and 0.5 Pa of them. Witnesses: the datasheet's
worked example, adafruit-circuitpython-bmp280 and pimoroni's bmp280.

A reading is 2 transactions of 12 bytes, and 4 where the sample could be an old one (`bosch`).
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
)

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_TRIM = const(0x88)
_CTRL_MEAS = const(0xF4)
_CONFIG = const(0xF5)

_IDS = (0x58, 0x57, 0x56)  # of parts sold, and of early samples


class BMP280(ForcedSampler):
    """One BMP280; oversampling 1, 2, 4, 8 or 16 for both quantities, no filter."""

    BUS = "i2c"
    ADDRESSES = (0x76, 0x77)
    CHANNELS = (("temperature", "Cel", 2), ("pressure", "hPa", 2))

    def __init__(self, i2c: "I2CBus", address: int = 0x76, *, oversampling: int = 1) -> None:
        code = (1, 2, 4, 8, 16).index(oversampling) + 1
        super().__init__(i2c, address, "BMP280", 6, code << 5 | code << 2 | 1)
        self._wait_ms = (183 + 460 * oversampling + 99) // 100  # 3.8.1: 1.25 + 2 * 2.3 n + 0.575
        prove(i2c, address, "BMP280", _IDS)
        self._trim: "tuple[int, ...]" = unpack(
            "<HhhHhhhhhhhh", i2c.readfrom_mem(address, _TRIM, 24)
        )
        if self._trim[0] in (0, 0xFFFF) or self._trim[3] in (0, 0xFFFF):
            raise BadReading(f"{self._name}: empty calibration")
        # asleep, then without a filter: pairs of register and value
        i2c.writeto_mem(address, _CTRL_MEAS, bytes((0, _CONFIG, 0)))

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs at most."""
        self._begin()
        return self._wait_ms

    def read(self) -> "tuple[float, float]":
        """Return the finished measurement in the order and units of CHANNELS."""
        frame = self._fetch()
        raw_p, raw_t = raw20(frame, 0), raw20(frame, 3)
        if raw_t == NO_SAMPLE or raw_p == NO_SAMPLE:
            raise BadReading(f"{self._name}: no sample, as after a reset")
        reading = compensate(self._trim, raw_t, raw_p)
        if not (-41 < reading[0] < 86 and 299 < reading[1] < 1101):
            raise BadReading(f"{self._name}: impossible sample {reading}")
        return reading


def compensate(trim: "tuple[int, ...]", raw_t: int, raw_p: int) -> "tuple[float, float]":
    """Turn raw counts into degrees and hectopascals."""
    fine = fine_temperature(trim, raw_t)
    return fine / 5120, pressure(trim, fine, raw_p) / 25600
