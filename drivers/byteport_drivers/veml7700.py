"""VEML7700: light over I2C, from 0.5 lx to 120 klx as it is set up here, finer by `gain`.

Datasheet: Vishay 84286, "Command register format"; application note 84323: 0.0042 lx per count at
gain 2 and 800 ms, in proportion else, and at gains below 1 the polynomial for bright light.
Witness: adafruit-circuitpython-veml7700, with and without that polynomial.

The chip measures over and over, with no sign of a new sample: `start` waits for one that began
after it. Without power it forgets its set-up and shows 0, so a 0 is believed once the set-up has
been read back. A bit that has no effect here (persistence) keeps the set-up from being all zeros.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_CONFIG = const(0x00)
_LIGHT = const(0x04)
_ID = const(0x07)
_VEML7700_ID = const(0x81)
_NOT_ZERO = const(0x10)
_GAINS = {2: 1, 1: 0, 0.25: 3, 0.125: 2}
_TIMES_MS = {25: 12, 50: 8, 100: 0, 200: 1, 400: 2, 800: 3}


class VEML7700:
    """One VEML7700; a higher ``gain`` or a longer integration sees less light, and saturates."""

    BUS = "i2c"
    ADDRESSES = (0x10,)
    CHANNELS = (("illuminance", "lx", 2),)

    def __init__(
        self,
        i2c: "I2CBus",
        address: int = 0x10,
        *,
        gain: float = 0.125,
        integration_ms: int = 100,
    ) -> None:
        if gain not in _GAINS or integration_ms not in _TIMES_MS:
            raise ValueError("VEML7700: gain 0.125, 0.25, 1 or 2; 25, 50, 100, 200, 400 or 800 ms")
        self._i2c = i2c
        self._address = address
        self._gain = gain
        self._integration_ms = integration_ms
        setup = _GAINS[gain] << 11 | _TIMES_MS[integration_ms] << 6 | _NOT_ZERO
        self._setup = bytes((setup & 0xFF, setup >> 8))
        self._buffer = bytearray(2)
        self._set_up = False
        self._started = False
        i2c.readfrom_mem_into(address, _ID, self._buffer)
        if self._buffer[0] != _VEML7700_ID:
            raise ChipNotFound(f"VEML7700 at 0x{address:02x}: found id 0x{self._buffer[0]:02x}")

    def start(self) -> int:
        """Return the milliseconds after which a sample is there that began after this call."""
        if not self._set_up:
            self._i2c.writeto_mem(self._address, _CONFIG, self._setup)
            self._set_up = True
        self._started = True
        return 2 * self._integration_ms + 3

    def read(self) -> "tuple[float]":
        """Return the latest sample in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(f"VEML7700 at 0x{self._address:02x}: no measurement was started")
        self._started = False
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, _LIGHT, buffer)
        counts = buffer[0] | buffer[1] << 8
        if not counts:
            self._check_set_up()
        lux = illuminance(counts, self._gain, self._integration_ms)
        if counts == 0xFFFF or lux > 140000:
            raise BadReading(f"VEML7700 at 0x{self._address:02x}: too bright, or all bits 1")
        return (lux,)

    def _check_set_up(self) -> None:
        self._i2c.readfrom_mem_into(self._address, _CONFIG, self._buffer)
        self._set_up = self._buffer == self._setup
        if not self._set_up:
            raise BadReading(f"VEML7700 at 0x{self._address:02x}: it lost its power or set-up")


def illuminance(counts: int, gain: float, integration_ms: int) -> float:
    """Turn counts into lux."""
    lux = counts * 6.72 / (gain * integration_ms)
    if gain < 1:
        lux *= ((6.0135e-13 * lux - 9.3924e-9) * lux + 8.1488e-5) * lux + 1.0023
    return lux
