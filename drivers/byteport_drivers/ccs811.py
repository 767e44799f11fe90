"""CCS811: equivalent CO2 and total volatile organic compounds over I2C; integers.

Datasheet: ams CCS811 v1-06, "Application Register Overview": six bytes of ALG_RESULT_DATA (0x02)
bring both values, STATUS and ERROR_ID. Witness: adafruit-circuitpython-ccs811.

The chip measures every 1, 10 or 60 s and says whether a sample is new. After power-on it runs a
boot loader until its application is started; STATUS tells, so a chip that lost its power is started
anew. The first 20 minutes of a run, and the first 48 hours of a new chip, are not to be trusted.
It holds the clock line at times: a Raspberry Pi 1 to 4 needs `dtparam=i2c_arm_baudrate=10000`, or
bits are lost without an error.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_STATUS = const(0x00)
_MODE = const(0x01)
_RESULT = const(0x02)
_ID = const(0x20)
_ERROR = const(0xE0)
_START_APPLICATION = b"\xf4"
_CCS811_ID = const(0x81)
_NEW_SAMPLE = const(0x08)
_IN_APPLICATION = const(0x80)
_JUDGED = const(0x97)  # in application, it is valid, no error, no bit that is always 0
_GOOD = const(0x90)


class CCS811:
    """One CCS811, which measures every ``interval_s``: 1, 10 or 60."""

    BUS = "i2c"
    ADDRESSES = (0x5A, 0x5B)
    CHANNELS = (("eco2", "ppm", 0), ("tvoc", "ppb", 0))

    def __init__(self, i2c: "I2CBus", address: int = 0x5A, *, interval_s: int = 1) -> None:
        mode = (1, 10, 60).index(interval_s) + 1
        self._i2c = i2c
        self._address = address
        self._interval_s = interval_s
        self._mode = bytes((mode << 4,))
        self._byte = bytearray(1)
        self._buffer = bytearray(6)
        self._measuring = False
        chip_id = self._register(_ID)
        if chip_id != _CCS811_ID:
            raise ChipNotFound(f"CCS811 at 0x{address:02x}: found id 0x{chip_id:02x}")
        self._start_application()

    def start(self) -> int:
        """Return the milliseconds after which a new sample is there."""
        if not self._measuring and self._start_application():
            if self._register(_MODE) != self._mode[0]:
                self._i2c.writeto_mem(self._address, _MODE, self._mode)
            self._measuring = True
        return self._interval_s * 1100  # the chip's clock is not exact

    def read(self) -> "tuple[int, int]":
        """Return the new sample in the order and units of CHANNELS."""
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, _RESULT, buffer)
        status = buffer[4]
        if status & _JUDGED != _GOOD:
            self._measuring = False
            error = self._register(_ERROR)  # which clears it
            raise BadReading(f"{self._name()}: status 0x{status:02x}, error 0x{error:02x}")
        if not status & _NEW_SAMPLE:
            self._measuring = False
            raise NotReady(f"{self._name()}: no new sample")
        eco2 = buffer[0] << 8 | buffer[1]
        tvoc = buffer[2] << 8 | buffer[3]
        if not 400 <= eco2 <= 32768 >= tvoc:
            raise BadReading(f"{self._name()}: impossible, {eco2} ppm and {tvoc} ppb")
        return eco2, tvoc

    def _start_application(self) -> bool:
        """Tell whether the application runs; start it where it does not, for the next time."""
        if self._register(_STATUS) & _IN_APPLICATION:
            return True
        self._i2c.writeto(self._address, _START_APPLICATION)
        return False

    def _register(self, register: int) -> int:
        self._i2c.readfrom_mem_into(self._address, register, self._byte)
        return self._byte[0]

    def _name(self) -> str:
        return f"CCS811 at 0x{self._address:02x}"
