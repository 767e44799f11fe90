"""LM75, LM75A, LM75B: temperature over I2C; `tmp105` is the sister whose resolution is set.

Datasheets: National LM75 (9 bits, those below undefined), NXP LM75B 7.4 (registers; 11 bits);
integer counts, one division. Witnesses: the tables of codes in both, and the formula of the Linux
kernel's lm75 (mqtt-io, the one PyPI driver known, has no numbers below zero).

The chip converts over and over, so a reading is one transaction and `start` needs none. What is
set here changes no value, but after a power cut the chip shows 0 degrees until it has measured. A
sample of nothing but zeros or ones is therefore read again after the configuration, where a fault
queue of two (of no effect here) is the mark that ours is still there. There is no id and no
data-ready bit: a chip that stopped converting cannot be told from a steady one.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_SAMPLE = const(0)
_CONFIG = const(1)
_HIGH_LIMIT = const(3)

_MARK = const(0x08)
_SETTINGS = const(0x7F)  # bit 7 of a TMP105 starts a conversion
_ADS1115_LIMIT = const(0x7FFF)


class LM75:
    """One LM75; ``bits`` of a sample are 9, or 11 with an LM75A or LM75B that has them."""

    BUS = "i2c"
    ADDRESSES = (0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F)
    CHANNELS: "tuple[tuple[str, str, int], ...]" = (("temperature", "Cel", 3),)
    WAIT_MS = 300  # the longest conversion

    def __init__(self, i2c: "I2CBus", address: int = 0x48, *, bits: int = 9) -> None:
        self._setup(i2c, address, bits, _MARK)

    def _setup(self, i2c: "I2CBus", address: int, bits: int, config: int) -> None:
        if not 9 <= bits <= 12:
            raise ValueError(f"no sample has {bits} bits: 9 to 12")
        self._i2c = i2c
        self._address = address
        self._bits = bits
        self._config = bytes((config,))
        self._buffer = bytearray(2)
        self._started = False
        place = f" at 0x{address:02x} where the {type(self).__name__} was expected"
        if self._word(_HIGH_LIMIT) == _ADS1115_LIMIT:
            raise ChipNotFound("found an ADS1115" + place)
        i2c.writeto_mem(address, _CONFIG, self._config)
        if not self._marked():
            raise ChipNotFound(f"found configuration 0x{self._buffer[0]:02x}" + place)
        self._lost = False

    def start(self) -> int:
        """Return the milliseconds in which the chip surely ends a conversion."""
        if self._lost:
            self._i2c.writeto_mem(self._address, _CONFIG, self._config)
            self._lost = False
        self._started = True
        return self.WAIT_MS

    def read(self) -> "tuple[float]":
        """Return the last conversion in the order and units of CHANNELS."""
        if not self._started:
            raise NotReady(self._say("no measurement was started"))
        raw = self._word(_SAMPLE)
        if raw in (0, 0xFFFF):
            self._lost = not self._marked()
            if self._lost:
                self._started = False
                raise NotReady(self._say("no sample, power was lost or the bus is dead"))
            first, raw = raw, self._word(_SAMPLE)
            if first ^ raw == 0xFFFF:
                raise NotReady(self._say("all bits 0 and all bits 1 in turn: a loose wire?"))
        self._started = False
        temperature = celsius(raw, self._bits)
        if not -55 <= temperature <= 125:
            raise BadReading(self._say(f"impossible sample 0x{raw:04x}"))
        return (temperature,)

    def _say(self, what: str) -> str:
        return f"{type(self).__name__} at 0x{self._address:02x}: {what}"

    def _marked(self) -> bool:
        return self._word(_CONFIG) >> 8 & _SETTINGS == self._config[0]

    def _word(self, register: int) -> int:
        buffer = self._buffer
        self._i2c.readfrom_mem_into(self._address, register, buffer)
        return buffer[0] << 8 | buffer[1]


def celsius(raw: int, bits: int) -> float:
    """Turn the upper bits of a sample, two's complement, into degrees."""
    return ((raw ^ 0x8000) - 0x8000 >> 16 - bits) / (1 << bits - 8)
