"""DHT11: temperature and humidity on one pin, by MicroPython's `dht`.

Datasheet: Aosong DHT11 (1 s between readings). Witness: the decoding (`dht_frame`) agrees with
adafruit-circuitpython-dht.
"""

from byteport_drivers.board.dht22 import DHT22


class DHT11(DHT22):
    """The blue one."""

    BUS = "pin"
    CHANNELS = (("temperature", "Cel", 1), ("humidity", "%RH", 0))
    INTERVAL_MS = 1000
    IS_DHT11 = True
