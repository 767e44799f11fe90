"""BME680: temperature, humidity, air pressure and gas resistance over I2C, from one measurement.

Datasheet: Bosch BST-BME680-DS001, 3.3.1 to 3.3.4 (compensation in floats, here in integers of at
most 31 bits: within 0.001 degrees, 0.01 %, 1 Pa and 0.1 % of them), 3.3.5 (heater), 5.2 and 5.3
(registers). Witnesses: adafruit-circuitpython-bme680 and pimoroni's bme680.

A reading is 2 transactions of 21 bytes; the second has the status with the sample. The plate is
heated to 320 degrees for 150 ms in each measurement, as in an ambient of 25 degrees. A power cut
shows as humidity or gas that was not measured. A BME688 has other gas ranges and is refused.
Compiled it is well above 1.5 KB: four formulas, and the heater's.
"""

from struct import unpack

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.bosch import NO_SAMPLE, divided, raw20, scaled

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_HEAT_VALUE = const(0x00)
_HEAT_RANGE = const(0x02)
_GAS_ERROR = const(0x04)
_DATA = const(0x1D)
_HEAT = const(0x5A)
_HEAT_TIME = const(0x64)
_CTRL_GAS = const(0x70)
_RUN_GAS = const(0x71)
_CTRL_HUM = const(0x72)
_CTRL_MEAS = const(0x74)
_CONFIG = const(0x75)
_TRIM = const(0x8A)
_CHIP_ID = const(0xD0)
_TRIM_2 = const(0xE1)
_VARIANT = const(0xF0)

_BME680_ID = const(0x61)
_NEW = const(0x80)
_MEASURING = const(0x60)
_VALID_AND_STABLE = const(0x30)
_NO_HUMIDITY = const(0x8000)
_CHIPS = {0x55: "BMP180", 0x58: "BMP280", 0x60: "BME280", 0x61: "BME688"}

# 3.3.4: corrections by gas range, per mille + 10
_GAS_K1 = b"\x0a\x0a\x0a\x0a\x0a\x00\x0a\x02\x0a\x0a\x08\x05\x0a\x00\x0a\x0a"
_GAS_K2 = b"\x0a\x0a\x0a\x0a\x0b\x11\x0a\x02\x09\x0a\x0a\x0a\x0a\x0a\x0a\x0a"


class BME680:
    """One BME680; oversampling 1, 2, 4, 8 or 16 for temperature, humidity and pressure."""

    BUS = "i2c"
    ADDRESSES = (0x76, 0x77)
    CHANNELS = (
        ("temperature", "Cel", 2),
        ("humidity", "%RH", 1),
        ("pressure", "hPa", 2),
        ("gas_resistance", "Ohm", 0),
    )

    def __init__(self, i2c: "I2CBus", address: int = 0x76, *, oversampling: int = 1) -> None:
        self._i2c = i2c
        self._address = address
        self._name = f"BME680 at 0x{address:02x}"
        self._frame = bytearray(15)
        self._started = self._configured = False
        code = (1, 2, 4, 8, 16).index(oversampling) + 1
        self._force = bytes((code << 5 | code << 2 | 1,))
        self._wait_ms = 157 + 6 * oversampling  # heat, 3 * 1.963 n, 9 * 0.477 and 1 to wake up
        chip_id = self._byte(_CHIP_ID)
        if chip_id != _BME680_ID or self._byte(_VARIANT):
            found = f"a {_CHIPS[chip_id]}" if chip_id in _CHIPS else "chip id"
            found = f"found {found} (0x{chip_id:02x}) at 0x{address:02x}"
            raise ChipNotFound(f"{found} where a BME680 was expected")
        self._trim = self._load()
        # asleep, no filter, 148 ms of heat: pairs of register and value
        heat = heater(self._trim[4], 320, 25)
        if heat > 255:
            raise BadReading(f"{self._name}: impossible calibration of its heater")
        setting = (0, _HEAT, heat, _HEAT_TIME, 0x65, _CTRL_GAS, 0, _RUN_GAS, 0x10)
        self._setting = bytes(setting + (_CTRL_HUM, code, _CONFIG, 0))  # noqa: RUF005
        self._configure()

    def _byte(self, register: int) -> int:
        return self._i2c.readfrom_mem(self._address, register, 1)[0]

    def _load(self) -> "tuple[tuple[int, ...], ...]":
        """Return what T, P, H, the gas and the heater are compensated with."""
        read = self._i2c.readfrom_mem
        first = unpack("<hbBHhbBhhbbHhhB", read(self._address, _TRIM, 23))
        t2, t3, _, p1, p2, p3, _, p4, p5, p7, p6, _, p8, p9, p10 = first
        second = unpack("<BBBbbbBbHhbb", read(self._address, _TRIM_2, 14))
        e1, e2, e3, h3, h4, h5, h6, h7, t1, g2, g1, g3 = second
        if t1 in (0, 0xFFFF) or p1 in (0, 0xFFFF):
            raise BadReading(f"{self._name}: empty calibration")
        gas_error = ((self._byte(_GAS_ERROR) >> 4) ^ 8) - 8
        heat_value = (self._byte(_HEAT_VALUE) ^ 0x80) - 0x80
        heat_range = self._byte(_HEAT_RANGE) >> 4 & 3
        return (
            (t1, t2, t3),
            (p1, p2, p3, p4, p5, p6, p7, p8, p9, p10),
            (e3 << 4 | e2 & 15, e1 << 4 | e2 >> 4, h3, h4, h5, h6, h7),
            (gas_error,),
            (g1, g2, g3, heat_value, heat_range),
        )

    def _configure(self) -> None:
        self._i2c.writeto_mem(self._address, _CTRL_MEAS, self._setting)
        self._configured = True

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs."""
        self._started = False
        if not self._configured:
            self._configure()
        self._i2c.writeto_mem(self._address, _CTRL_MEAS, self._force)
        self._started = True
        return self._wait_ms

    def read(self) -> "tuple[float, float, float, int]":
        """Return the finished measurement in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(f"{self._name}: no measurement was started")
        frame = self._frame
        self._i2c.readfrom_mem_into(self._address, _DATA, frame)
        if frame[0] & _MEASURING:
            raise NotReady(f"{self._name}: still measuring")
        self._started = False
        raw_p, raw_t = raw20(frame, 2), raw20(frame, 5)
        raw_h = frame[8] << 8 | frame[9]
        skipped = raw_t == NO_SAMPLE or raw_p == NO_SAMPLE or raw_h == _NO_HUMIDITY
        if not frame[0] & _NEW or skipped or ~frame[14] & _VALID_AND_STABLE:
            self._configured = False
            raise BadReading(f"{self._name}: no sample or cold heater, as after a reset")
        raw_gas = frame[13] << 2 | frame[14] >> 6
        reading = compensate(self._trim, raw_t, raw_p, raw_h, raw_gas, frame[14] & 15)
        if not (-41 < reading[0] < 86 and 299 < reading[2] < 1101):
            raise BadReading(f"{self._name}: impossible sample {reading}")
        return reading


def heater(trim: "tuple[int, ...]", target: int, ambient: int) -> int:
    """3.3.5: the setting for a plate of so many degrees."""
    g1, g2, g3, value, area = trim
    heat = (g1 / 16 + 49) * (1 + (g2 / 32768 * 0.0005 + 0.00235) * target) + g3 / 1024 * ambient
    return int(3.4 * (heat * 4 / (4 + area) / (1 + value * 0.002) - 25))


def compensate(
    trim: "tuple[tuple[int, ...], ...]",
    raw_t: int,
    raw_p: int,
    raw_h: int,
    raw_gas: int,
    gas_range: int,
) -> "tuple[float, float, float, int]":
    """Turn raw counts into degrees, percent, hectopascals and ohms."""
    t1, t2, t3 = trim[0]
    deviation = (raw_t >> 4) - t1
    fine = scaled(raw_t - (t1 << 4), t2, 14)
    fine += scaled(scaled(deviation, deviation, 11), t3, 11)
    return (
        fine / 5120,
        humidity(trim[2], fine, raw_h) / 65536,
        pressure(trim[1], fine, raw_p) / 25600,
        ohms(trim[3][0], raw_gas, gas_range),
    )


def pressure(trim: "tuple[int, ...]", fine: int, raw: int) -> int:
    """Return Pa * 256; ``fine`` is the temperature in 1/5120 degrees."""
    p1, p2, p3, p4, p5, p6, p7, p8, p9, p10 = trim
    x = fine - 128000
    square = scaled(x, x, 18)
    # 2 ** 20 less 1, and 1 more in the slope: half of what the floors below take and give
    value = 1048575 - raw - (p4 << 4) - scaled(x, p5, 14) - scaled(square, p6, 15)
    slope = (p1 << 4) + scaled(1 + scaled(x, p2, 15) + scaled(square, p3, 12), p1, 16)
    value = divided(value, slope)
    half, part = value >> 7, value >> 12
    cube = scaled(part * part >> 8, part, 12) * p10 >> 5
    value += scaled(value, p8, 19) + scaled(scaled(half, half, 18), p9, 11) + (p7 << 11) + cube
    return value


def humidity(trim: "tuple[int, ...]", fine: int, raw: int) -> int:
    """Return percent * 65536, from 0 to 100; ``fine`` is the temperature in 1/5120 degrees."""
    h1, h2, h3, h4, h5, h6, h7 = trim
    t = fine // 160
    gain = 1048576 + h4 * fine // 80 + (h5 * t * t >> 10)
    value = scaled((raw - (h1 << 4) << 6) - h3 * fine // 160, scaled(gain, h2, 12), 16)
    part = value >> 8
    value += scaled(part * part >> 9, (h6 << 11) + h7 * fine // 320, 16)
    return min(max(value, 0), 6553600)


def ohms(gas_error: int, raw: int, gas_range: int) -> int:
    """3.3.4: 8 megohms * v / (v + raw - 512), halved for each range, and corrected."""
    v = (1340 + 5 * gas_error) * (990 + _GAS_K1[gas_range])
    divisor = v + (raw - 512) * 1000
    v *= 500
    ratio = v // divisor * 500 + v % divisor * 500 // divisor
    return (ratio * 1000 // (990 + _GAS_K2[gas_range]) << 5) >> gas_range
