"""MPU6050: acceleration, rotation and its own temperature over I2C, in one burst.

Datasheet: InvenSense RM-MPU-6000A rev. 4.2, registers 25 to 28, 59 to 72 (4.17 to 4.19), 107 and
117; floats. Kept at 1000 samples a second behind the 44 Hz filter, so that `start` sends nothing.
Witness: adafruit-circuitpython-mpu6050.

Registers hold zeros after power-on, and the chip sleeps: fourteen zero bytes mean lost power, and
the set-up is sent anew. A value at the end of its range is no reading: the true one is beyond it.
INT_STATUS, which tells of a new sample, would cost a byte more and is not read.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_RATE = const(0x19)  # then filter, gyro range, acceleration range
_SAMPLE = const(0x3B)
_POWER = const(0x6B)
_ID = const(0x75)
_MPU6050_ID = const(0x68)
_FILTER_44_HZ = const(3)
_COLDEST = const(-26360)  # -41 Cel; the sensor's range, PS-MPU-6000A 6.3, is -40 to 85
_HOTTEST = const(16820)  # 86 Cel
_AWAKE = b"\x01"  # clocked by the gyro
_OTHERS = {0x70: "an MPU6500", 0x71: "an MPU9250"}


class MPU6050:
    """One MPU6050; ``accel_g`` and ``gyro_dps`` are the ends of the ranges."""

    BUS = "i2c"
    ADDRESSES = (0x68, 0x69)
    CHANNELS = (
        ("acceleration_x", "m/s2", 3),
        ("acceleration_y", "m/s2", 3),
        ("acceleration_z", "m/s2", 3),
        ("temperature", "Cel", 2),
        ("rotation_x", "rad/s", 4),
        ("rotation_y", "rad/s", 4),
        ("rotation_z", "rad/s", 4),
    )

    def __init__(
        self, i2c: "I2CBus", address: int = 0x68, *, accel_g: int = 2, gyro_dps: int = 250
    ) -> None:
        accel = (2, 4, 8, 16).index(accel_g)
        gyro = (250, 500, 1000, 2000).index(gyro_dps)
        self._i2c = i2c
        self._address = address
        self._setup = bytes((0, _FILTER_44_HZ, gyro << 3, accel << 3))
        self._accel = 9.80665 / (16384 >> accel)
        self._gyro = 0.017453292519943295 / (131, 65.5, 32.8, 16.4)[gyro]  # radian in a degree
        self._buffer = bytearray(14)
        self._set_up = False
        self._started = False
        i2c.readfrom_mem_into(address, _ID, self._buffer)
        found = self._buffer[0]
        if found != _MPU6050_ID:
            name = _OTHERS.get(found, "another chip")
            raise ChipNotFound(f"MPU6050 at 0x{address:02x}: found {name} (0x{found:02x})")

    def start(self) -> int:
        """Return the milliseconds after which a sample is there that began after this call."""
        self._started = True
        if self._set_up:
            return 2
        self._i2c.writeto_mem(self._address, _POWER, _AWAKE)
        self._i2c.writeto_mem(self._address, _RATE, self._setup)
        self._set_up = True
        return 50  # the gyro starts up, the filter settles

    def read(self) -> "tuple[float, ...]":
        """Return the latest sample in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(f"MPU6050 at 0x{self._address:02x}: not started")
        self._started = False
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, _SAMPLE, buffer)
        if not any(buffer) or min(buffer) == 0xFF:
            self._set_up = False
            raise BadReading(f"MPU6050 at 0x{self._address:02x}: all bits alike")
        wrong = not _COLDEST <= word(buffer, 6) <= _HOTTEST
        for at in range(0, 14, 2):
            if wrong or word(buffer, at) in (32767, -32768):
                raise BadReading(f"MPU6050 at 0x{self._address:02x}: out of range")
        return convert(buffer, self._accel, self._gyro)


def convert(frame: "bytes | bytearray", accel: float, gyro: float) -> "tuple[float, ...]":
    """Turn the burst into values; ``accel`` and ``gyro`` are those of one count."""
    return (
        word(frame, 0) * accel,
        word(frame, 2) * accel,
        word(frame, 4) * accel,
        word(frame, 6) / 340 + 36.53,
        word(frame, 8) * gyro,
        word(frame, 10) * gyro,
        word(frame, 12) * gyro,
    )


def word(frame: "bytes | bytearray", at: int) -> int:
    """Return the signed 16-bit number there, without an allocation."""
    value = frame[at] << 8 | frame[at + 1]
    return value - 0x10000 if value & 0x8000 else value
