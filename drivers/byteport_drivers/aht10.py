"""AHT10 (AHT15): the AHT20's older sibling, with another command to initialise and no checksum.

Datasheet: Aosong AHT10: commands, reading and conversion as the AHT20's, but for what is said here.
Witness: adafruit-circuitpython-ahtx0 on the same simulated chip. A bit that is wrong on the wire is
noticed in the status byte, or where it takes the temperature out of range, and nowhere else.
"""

from byteport_drivers.aht20 import AHT20


class AHT10(AHT20):
    """One AHT10."""

    NAME = "AHT10"
    ADDRESSES = (0x38, 0x39)
    INITIALISE = b"\xe1\x08\x00"
    FRAME_BYTES = 6
