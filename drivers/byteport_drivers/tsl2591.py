"""TSL2591: light over I2C, from starlight to 70 klx by a gain that follows the light.

Datasheet: ams TSL2591 v2-04, "Register Description" (ENABLE, CONTROL, ID, C0DATA, C1DATA); it has
no formula for lux. This is the one of Adafruit's library (408, 1.64, 0.59, 0.86), in floats.
Witness: adafruit-circuitpython-tsl2591.

The chip measures over and over, with no sign of a new sample: `start` waits for one that began
after it (a cycle is up to 8 % longer than its name says). Without power it forgets its set-up and
shows 0, so a 0 is believed once the set-up has been read back.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_ENABLE = const(0xA0)  # 0xA0: the command bits, with the register in the rest
_CONTROL = const(0xA1)
_ID = const(0xB2)
_LIGHT = const(0xB4)
_TSL2591_ID = const(0x50)
_RUN = const(0x03)
_GAINS = (1, 25, 428, 9876)


class TSL2591:
    """One TSL2591; ``gain`` 0 follows the light, 1, 25, 428 or 9876 stays as it is."""

    BUS = "i2c"
    ADDRESSES = (0x29,)
    CHANNELS = (("illuminance", "lx", 2),)

    def __init__(
        self, i2c: "I2CBus", address: int = 0x29, *, gain: int = 0, integration_ms: int = 100
    ) -> None:
        if (gain and gain not in _GAINS) or integration_ms not in range(100, 601, 100):
            raise ValueError("TSL2591: gain 0, 1, 25, 428 or 9876; 100 to 600 ms")
        self._i2c = i2c
        self._address = address
        self._follow = gain == 0
        self._gain = _GAINS.index(gain or 25)
        self._integration_ms = integration_ms
        self._buffer = bytearray(4)
        self._set_up = False
        self._started = False
        i2c.readfrom_mem_into(address, _ID, self._buffer)
        if self._buffer[0] != _TSL2591_ID:
            raise ChipNotFound(f"TSL2591 at 0x{address:02x}: found id 0x{self._buffer[0]:02x}")

    def start(self) -> int:
        """Return the milliseconds after which a sample is there that began after this call."""
        if not self._set_up:
            setup = bytes((_RUN, self._control()))
            self._i2c.writeto_mem(self._address, _ENABLE, setup[:1])
            # the gain last: power lost before it leaves the chip off, and shows as darkness
            self._i2c.writeto_mem(self._address, _CONTROL, setup[1:])
            self._set_up = True
        self._started = True
        return self._integration_ms * 54 // 25

    def read(self) -> "tuple[float]":
        """Return the latest sample in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(f"TSL2591 at 0x{self._address:02x}: not started")
        self._started = False
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, _LIGHT, buffer)
        both = buffer[0] | buffer[1] << 8
        infrared = buffer[2] | buffer[3] << 8
        if not both:
            self._check_set_up()
        if infrared > both + 16:
            raise BadReading(f"TSL2591 at 0x{self._address:02x}: more infrared than light")
        gain = _GAINS[self._gain]
        self._choose_gain(both)
        return (illuminance(both, infrared, gain, self._integration_ms),)

    def _control(self) -> int:
        return self._gain << 4 | self._integration_ms // 100 - 1

    def _check_set_up(self) -> None:
        self._i2c.readfrom_mem_into(self._address, _ENABLE, self._buffer)
        self._set_up = self._buffer[0] == _RUN and self._buffer[1] == self._control()
        if not self._set_up:
            raise BadReading(f"TSL2591 at 0x{self._address:02x}: power or set-up lost")

    def _choose_gain(self, counts: int) -> None:
        full = 36863 if self._integration_ms == 100 else 0xFFFF
        gain = self._gain
        if counts >= full:
            gain = 0
        elif counts > full * 3 // 4:
            gain = max(gain - 1, 0)
        elif counts < full // 50:  # leaves half the range to the next gain, 17 to 25 times as high
            gain = min(gain + 1, 3)
        if self._follow and gain != self._gain:
            self._gain = gain
            self._set_up = False
        if counts >= full:
            raise BadReading(f"TSL2591 at 0x{self._address:02x}: too bright, or all bits 1")


def illuminance(both: int, infrared: int, gain: int, integration_ms: int) -> float:
    """Turn counts of all light, and of its infrared part, into lux."""
    weighed = max(both - 1.64 * infrared, 0.59 * both - 0.86 * infrared, 0.0)
    return weighed * 408 / (gain * integration_ms)
