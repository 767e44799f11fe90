"""DHT22, AM2302, AM2301 (DHT21): temperature and humidity on one pin of this machine.

Datasheet: Aosong AM2302, 7 (communication). Backends: adafruit-circuitpython-dht by bit-banging,
or the kernel's IIO driver (Documentation/devicetree/bindings/iio/humidity/dht11.yaml).
Witnesses: the datasheet's worked example, and the library's own decoding of the same pulses.
"""

from byteport_drivers.linux.dht_sensor import DHT


class DHT22(DHT):
    """Asked every 2 s at most."""

    KIND = "DHT22"
    INTERVAL_MS = 2000
