"""DPS310: temperature and air pressure over I2C, one after the other in one measurement.

Datasheet: Infineon DPS310 v1.2, 4.9 (compensation, here in integers of at most 31 bits: within
0.002 degrees and 0.5 Pa of the formula), 7 and 8 (registers), table 9 (measurement times). Scale
factors up to eightfold oversampling, which need no result shift. Witnesses:
adafruit-circuitpython-dps310, and a measurement published in Infineon's DPS310-Pressure-Sensor#30.

A reading is 4 transactions of 21 bytes: begin, ask for the ready bits together with the settings
(which a power cut would have changed), read, stop. Some parts show about 60 degrees until they are
given Infineon's sequence for that (registers 0x0E, 0x0F, 0x62), so all of them are given it.
Compiled it is above 1.5 KB: nine coefficients of three sizes, and that sequence.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_DATA = const(0x00)
_PRESSURE_CONFIG = const(0x06)  # then those of temperature and of the measurement
_TEMPERATURE_CONFIG = const(0x07)
_MEASURE = const(0x08)
_PRODUCT_ID = const(0x0D)
_COEFFICIENTS = const(0x10)
_COEFFICIENTS_SOURCE = const(0x28)

_DPS310_ID = const(0x10)
_COEFFICIENTS_READY = const(0x80)
_BOTH_READY = const(0x30)
_MODE = const(0x07)
_STOP = b"\x00"
_BOTH = b"\x07"  # both over and over, once a second
_SETTINGS = (
    (_MEASURE, _STOP),
    (0x09, b"\x00"),  # no shift, no FIFO
    (0x0E, b"\xa5"),
    (0x0F, b"\x96"),
    (0x62, b"\x02"),
    (0x0E, b"\x00"),
    (0x0F, b"\x00"),
)


class DPS310:
    """One DPS310; oversampling 1, 2, 4 or 8 of both quantities."""

    BUS = "i2c"
    ADDRESSES = (0x77, 0x76)
    CHANNELS = (("temperature", "Cel", 2), ("pressure", "hPa", 2))

    def __init__(self, i2c: "I2CBus", address: int = 0x77, *, oversampling: int = 8) -> None:
        self._i2c = i2c
        self._address = address
        self._name = f"DPS310 at 0x{address:02x}"
        self._state, self._frame = bytearray(3), bytearray(6)
        self._started = self._configured = False
        self._begun = 0  # measurements since one was read
        self._code = (1, 2, 4, 8).index(oversampling)
        self._divisor = 2 * oversampling - 1  # the scale factor is 2 ** 19 times this
        self._wait_ms = 6 + 7 * oversampling // 2  # 2 * (2.0 + 1.6 n), and a tenth
        found = self._read(_PRODUCT_ID)
        if found != _DPS310_ID:
            raise ChipNotFound(
                f"found product id 0x{found:02x} at 0x{address:02x} where a DPS310 was expected"
            )
        if not self._read(_MEASURE) & _COEFFICIENTS_READY:
            raise NotReady(f"{self._name}: coefficients are not ready yet")
        self._trim = coefficients(i2c.readfrom_mem(address, _COEFFICIENTS, 18))
        if self._trim[2] == self._trim[3]:  # all bits 0, or all 1
            raise BadReading(f"{self._name}: empty calibration")
        self._source = self._read(_COEFFICIENTS_SOURCE) & 0x80
        self._configure()

    def _read(self, register: int) -> int:
        return self._i2c.readfrom_mem(self._address, register, 1)[0]

    def _configure(self) -> None:
        write = self._i2c.writeto_mem
        for register, value in _SETTINGS:
            write(self._address, register, value)
        write(self._address, _PRESSURE_CONFIG, bytes((self._code,)))
        write(self._address, _TEMPERATURE_CONFIG, bytes((self._source | self._code,)))
        self._configured = True

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs."""
        self._started = False
        if not self._configured:
            self._configure()
        if self._begun:  # and not read: stop it, and clear its ready bits
            self._i2c.writeto_mem(self._address, _MEASURE, _STOP)
            self._i2c.readfrom_mem_into(self._address, _DATA, self._frame)
        self._begun = 1
        self._i2c.writeto_mem(self._address, _MEASURE, _BOTH)
        self._started = True
        return self._wait_ms

    def read(self) -> "tuple[float, float]":
        """Return the finished measurement in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(f"{self._name}: no measurement was started")
        state, frame = self._state, self._frame
        self._i2c.readfrom_mem_into(self._address, _PRESSURE_CONFIG, state)
        source = self._source | self._code
        if state[0] != self._code or state[1] != source or state[2] & _MODE != _BOTH[0]:
            self._started = self._configured = False
            raise BadReading(f"{self._name}: lost its configuration")
        if state[2] & _BOTH_READY != _BOTH_READY:
            raise NotReady(f"{self._name}: still measuring")
        self._i2c.readfrom_mem_into(self._address, _DATA, frame)
        self._started = False
        self._i2c.writeto_mem(self._address, _MEASURE, _STOP)
        self._begun = 0
        reading = compensate(self._trim, counts(frame, 3), counts(frame, 0), self._divisor)
        if not (-41 < reading[0] < 86 and 299 < reading[1] < 1201):
            raise BadReading(f"{self._name}: impossible sample {reading}")
        return reading


def signed(value: int, bits: int) -> int:
    """Return a two's complement number of so many bits."""
    return (value ^ 1 << bits - 1) - (1 << bits - 1)


def counts(frame: "bytes | bytearray", place: int) -> int:
    """Return the 24 bits, MSB first, two's complement, at this place."""
    return signed(frame[place] << 16 | frame[place + 1] << 8 | frame[place + 2], 24)


def coefficients(data: bytes) -> "tuple[int, ...]":
    """Return c0, c1, c00, c10, c01, c11, c20, c21, c30 of section 8.11."""
    c = (
        signed(data[0] << 4 | data[1] >> 4, 12),
        signed((data[1] & 15) << 8 | data[2], 12),
        signed(data[3] << 12 | data[4] << 4 | data[5] >> 4, 20),
        signed((data[5] & 15) << 16 | data[6] << 8 | data[7], 20),
    )
    return c + tuple([signed(data[n] << 8 | data[n + 1], 16) for n in range(8, 18, 2)])


def scaled(a: int, b: int) -> int:
    """Return a * b >> 21 without a product that exceeds a board's small int."""
    return ((((a & 127) * b >> 7) + (a >> 7 & 127) * b >> 7) + (a >> 14) * b) >> 7


def compensate(
    trim: "tuple[int, ...]", raw_t: int, raw_p: int, divisor: int
) -> "tuple[float, float]":
    """Turn raw counts into degrees and hectopascals."""
    c0, c1, c00, c10, c01, c11, c20, c21, c30 = trim
    t, p = (raw_t << 2) // divisor, (raw_p << 2) // divisor  # * 2 ** 21, as scaled() has it
    cross = scaled(t, (c01 << 4) + scaled(p, (c11 << 4) + scaled(p, c21 << 4)))
    line = (c10 << 4) + scaled(p, (c20 << 4) + scaled(p, c30 << 4))
    pascals_q4 = (c00 << 4) + scaled(p, line) + cross
    return ((c0 << 9) + scaled(t, c1 << 10)) / 1024, pascals_q4 / 1600
