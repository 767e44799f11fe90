"""NXP PCT2075: temperature over I2C, as a package of its own.

Datasheet: NXP PCT2075, 7.4.3: register 0 holds 11 bits, two's complement, in 1/8 degree.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from byteport.bus import I2CBus

_TEMPERATURE = 0x00


class PCT2075:
    """One PCT2075 on a bus that the caller opened; it measures ten times a second by itself."""

    BUS = "i2c"
    ADDRESSES = (0x37, 0x28, 0x29, 0x2A)
    CHANNELS = (("temperature", "Cel", 3),)

    def __init__(self, i2c: "I2CBus", address: int = 0x37) -> None:
        self._i2c = i2c
        self._address = address
        self.read()  # proves that something answers

    def start(self) -> int:
        """Return the milliseconds until there is a sample newer than this call."""
        return 100

    def read(self) -> tuple[float]:
        """Return the newest sample."""
        data = self._i2c.readfrom_mem(self._address, _TEMPERATURE, 2)
        return (int.from_bytes(data, "big", signed=True) // 32 / 8,)
