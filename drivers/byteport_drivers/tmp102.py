"""TMP102: temperature over I2C, to 1/16 degree.

Datasheet: TI SBOS397, 7.3.1 (temperature in 12 and 13 bits), 7.5 (registers); integer counts, one
division. Witnesses: TI's table of codes, the Linux kernel's tmp102 formula, and
sparkfun-qwiic-tmp102 (wrong below zero: it forgets that Python's integers are not 16 bits long).

The chip converts over and over, so a reading is one transaction and `start` needs none. Bit 0 of
a sample says whether it has 12 or 13 bits, so a brown-out changes no value; but until the next
conversion the chip then shows 0 degrees. A sample of nothing but zeros or ones is therefore read
again after the configuration, where a fault queue of two (of no effect here) is the mark that
ours is still there. There is no data-ready bit: a chip that stopped converting cannot be told
from a steady one.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_SAMPLE = const(0)
_CONFIG = const(1)
_HIGH_LIMIT = const(3)

_MARKED = const(0x6880)  # 12 bits, 4 Hz, fault queue of two
_EXTENDED = const(0x0010)
_SETTINGS = const(0x7FD0)  # the rest: one-shot and alert state, unused bits
_ADS1115_LIMIT = const(0x7FFF)
_CLIPPED = const(0x7FF0)


class TMP102:
    """One TMP102; ``extended`` measures up to 150 degrees instead of 127.875."""

    BUS = "i2c"
    ADDRESSES = (0x48, 0x49, 0x4A, 0x4B)
    CHANNELS = (("temperature", "Cel", 4),)

    def __init__(self, i2c: "I2CBus", address: int = 0x48, *, extended: bool = False) -> None:
        self._i2c = i2c
        self._address = address
        self._buffer = bytearray(2)
        self._started = False
        self._config = _MARKED | (_EXTENDED if extended else 0)
        place = f" at 0x{address:02x} where a TMP102 was expected"
        if self._word(_HIGH_LIMIT) == _ADS1115_LIMIT:
            raise ChipNotFound("found an ADS1115" + place)
        self._configure()
        found = self._word(_CONFIG)
        if found & _SETTINGS != self._config:
            raise ChipNotFound(f"found configuration 0x{found:04x}" + place)
        self._marked = True

    def start(self) -> int:
        """Return the milliseconds in which the chip surely ends a conversion (250 typically)."""
        if not self._marked:
            self._configure()
            self._marked = True
        self._started = True
        return 300

    def read(self) -> "tuple[float]":
        """Return the last conversion in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(self._say("no measurement was started"))
        raw = self._word(_SAMPLE)
        if raw in (0, 0xFFFF):
            self._started = self._marked = self._word(_CONFIG) & _SETTINGS == self._config
            if not self._marked:
                raise NotReady(self._say("no sample, power was lost or the bus is dead"))
            raw = self._word(_SAMPLE)
        self._started = False
        temperature = celsius(raw)
        # bits 1 and 2 are never set, bit 3 only where bit 0 is
        if raw == _CLIPPED or raw & 0x06 or raw & 0x09 == 0x08 or not -55 <= temperature <= 150:
            raise BadReading(self._say(f"impossible sample 0x{raw:04x}"))
        return (temperature,)

    def _say(self, what: str) -> str:
        return f"TMP102 at 0x{self._address:02x}: {what}"

    def _configure(self) -> None:
        self._buffer[0] = self._config >> 8
        self._buffer[1] = self._config & 0xFF
        self._i2c.writeto_mem(self._address, _CONFIG, self._buffer)

    def _word(self, register: int) -> int:
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, register, buffer)
        return buffer[0] << 8 | buffer[1]


def celsius(raw: int) -> float:
    """Turn a sample into degrees: 13 bits where bit 0 is set, else 12, two's complement."""
    signed = (raw ^ 0x8000) - 0x8000
    return (signed >> 3 if raw & 1 else signed >> 4) / 16
