"""Aosong AHT10: as an AHT20, but not calibrated at power-up, initialised by 0xE1, no checksum.

Datasheet AHT10: commands and status (75 ms for a measurement; the AHT20's 80 are kept).
"""

from byteport_mocks.chips.aht20 import SimulatedAHT20


class SimulatedAHT10(SimulatedAHT20):
    """Gives six bytes; what is read beyond them is 0xFF."""

    ADDRESSES = (0x38, 0x39)
    INITIALISE = 0xE1
    STATUS_AT_POWER_ON = 0x00
    HAS_CHECKSUM = False
