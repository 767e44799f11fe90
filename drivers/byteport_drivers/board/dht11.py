"""DHT11: temperature and humidity on one pin, by MicroPython's `dht`.

Datasheet: Aosong DHT11 (whole degrees and percent; 1 s between readings). Newer ones send tenths of
a degree, and a sign in that byte. Witness: frames as the DHT22's, and adafruit_dht's decoding.
"""

from byteport.compat import const
from byteport_drivers.board.dht22 import DHT22

_NO_VALUE = const(-9999)


class DHT11(DHT22):
    """The blue one; newer ones send tenths of a degree, and a sign in that byte."""

    CHANNELS = (("temperature", "Cel", 1), ("humidity", "%RH", 0))
    INTERVAL_MS = 1000
    LIMITS = (-200, 600, 50, 950)

    @staticmethod
    def decode(frame: "bytes | bytearray") -> "tuple[int, int]":
        """Return tenths of a degree and of a percent."""
        tenths = frame[3] & 0x7F
        if tenths > 9 or frame[1] > 9:
            return _NO_VALUE, _NO_VALUE  # a DHT22's frame
        tenths += frame[2] * 10
        return -tenths if frame[3] & 0x80 else tenths, frame[0] * 10 + frame[1]
