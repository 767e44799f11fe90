"""TMP105, and TMP75, TMP175, TMP275: an LM75 with up to 12 bits; see `lm75`.

Datasheet: TI SLLS648D, table 5 (temperature) and "Converter Resolution" (conversion times).
Witnesses: TI's table of codes and the Linux kernel's lm75. A brown-out leaves 9 bits: the
value stays right, only digits below half a degree are missing until a sample of 0 is looked into.
"""

from byteport_drivers.lm75 import LM75

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport.bus import I2CBus


class TMP105(LM75):
    """One TMP105; each of its ``bits``, 9 to 12, doubles the time of a conversion."""

    CHANNELS = (("temperature", "Cel", 4),)

    def __init__(self, i2c: "I2CBus", address: int = 0x48, *, bits: int = 12) -> None:
        self.WAIT_MS = (75 << bits - 9) // 2 + 1
        self._setup(i2c, address, bits, 0x08 | bits - 9 << 5)
