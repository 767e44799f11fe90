"""DHT11: temperature and humidity on one pin of this machine.

Datasheet: Aosong DHT11, 5 (communication). Backends: adafruit-circuitpython-dht by bit-banging,
or the kernel's IIO driver. Asked every 2 s, as that driver does; the datasheet allows 1 s.
Witness: the library's own decoding of the same pulses, except of the sign, which it ignores.
"""

from byteport_drivers.linux.dht_sensor import DHT


class DHT11(DHT):
    """Asked every 2 s at most."""

    KIND = "DHT11"
    INTERVAL_MS = 2000
