"""INA219: voltage, current and power of a direct-current supply over I2C.

Datasheet: TI SBOS448G, 8.5.1 (calculations), 8.6 (registers). Current and power are computed here
from the shunt voltage, so there is no calibration to lose, and the measuring ranges are those of
power-on: a brown-out changes no value. Witnesses: the datasheet's worked example (table 3 of
SBOS448F: 20 mV and 11.98 V at 2 milliohms) and adafruit-circuitpython-ina219.

The chip converts over and over: a reading is two transactions. The shunt voltage comes first, then
the bus voltage with the bit that says there has been a conversion since power came. That bit is
only cleared, which costs a transaction, where a sample equals the one before: a chip that
stopped is noticed from its second old sample on. A shunt voltage of nothing but zeros or ones is
read again, because a dead line shows the same.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_CONFIG = const(0)
_SHUNT = const(1)
_BUS = const(2)
_POWER = const(3)

_READY = const(2)
_OVERFLOW = const(1)
_CONTINUOUS = const(0x3807)  # 32 V, 320 mV, both voltages over and over
_SHUNT_END = const(32000)  # 320 mV
_BUS_END = const(8000)  # 32 V


class INA219:
    """One INA219 and its shunt; ``samples`` (1, 2, 4 to 128) are averaged for each reading."""

    BUS = "i2c"
    ADDRESSES = tuple(range(0x40, 0x50))
    CHANNELS = (
        ("voltage", "V", 3),
        ("current", "A", 5),
        ("power", "W", 4),
        ("shunt_voltage", "mV", 2),
    )

    def __init__(
        self, i2c: "I2CBus", address: int = 0x40, *, shunt_ohms: float = 0.1, samples: int = 1
    ) -> None:
        self._i2c = i2c
        self._address = address
        self._shunt_ohms = shunt_ohms
        self._buffer = bytearray(2)
        self._started = False
        self._last = -1
        self._repeated = False
        # two rounds of two conversions, 586 us or less for each sample
        self._wait_ms = samples * 2344 // 1000 + 1
        bits = (1, 2, 4, 8, 16, 32, 64, 128).index(samples)
        bits = 8 + bits if bits else 3
        config = _CONTINUOUS | bits << 7 | bits << 3
        i2c.writeto_mem(address, _CONFIG, bytes((config >> 8, config & 0xFF)))
        found = self._word(_CONFIG)
        if found != config:
            place = f"configuration 0x{found:04x} at 0x{address:02x}"
            raise ChipNotFound(f"found {place} where an INA219 was expected")

    def start(self) -> int:
        """Return the milliseconds in which the chip surely measures anew."""
        if self._repeated:
            self._word(_POWER)  # clears the ready bit
        self._started = True
        return self._wait_ms

    def read(self) -> "tuple[float, float, float, float]":
        """Return the last conversions in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(self._say("no measurement was started"))
        shunt = self._word(_SHUNT)
        bus = self._word(_BUS)
        if bus & _OVERFLOW:
            raise BadReading(self._say("overflow, or all bits 1"))
        if not bus & _READY:
            raise NotReady(self._say("no new sample"))
        if shunt in (0, 0xFFFF):
            shunt = self._word(_SHUNT)
        self._started = False
        # 30 bits are a small integer on every board
        sample = bus >> 3 << 16 | shunt
        self._repeated = sample == self._last
        self._last = sample
        shunt = (shunt ^ 0x8000) - 0x8000
        if abs(shunt) >= _SHUNT_END or bus >> 3 >= _BUS_END:
            raise BadReading(self._say("beyond 320 mV or 32 V"))
        return compute(shunt, bus >> 3, self._shunt_ohms)

    def _say(self, what: str) -> str:
        return f"INA219 at 0x{self._address:02x}: {what}"

    def _word(self, register: int) -> int:
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, register, buffer)
        return buffer[0] << 8 | buffer[1]


def compute(shunt: int, bus: int, shunt_ohms: float) -> "tuple[float, float, float, float]":
    """Turn counts of 10 uV and 4 mV into volts, amperes, watts and the shunt's millivolts."""
    volts = bus / 250
    amperes = shunt / (shunt_ohms * 100000)
    return volts, amperes, volts * amperes, shunt / 100
