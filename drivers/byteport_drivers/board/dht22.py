"""DHT22 (AM2302): temperature and humidity on one pin, by MicroPython's `dht`.

Datasheet: Aosong AM2302, 7 (what is sent is the measurement that the reading before began; 2 s
between readings). Witnesses: the datasheet's two frames and a clone's (wiki.forth-ev.de); the
decoding (`dht_frame`) also agrees with adafruit-circuitpython-dht.
"""

from byteport.compat import const, ticks_add, ticks_diff, ticks_ms
from byteport.errors import BadReading, NotReady
from byteport_drivers.dht_frame import decode

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import Pin


class DHT22:
    """One sensor on a pin (`machine.Pin`, open drain or input, with a pull-up)."""

    BUS = "pin"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS: "tuple[tuple[str, str, int], ...]" = (
        ("temperature", "Cel", 1),
        ("humidity", "%RH", 1),
    )
    INTERVAL_MS = 2000
    IS_DHT11 = False

    def __init__(self, pin: "Pin") -> None:
        import dht  # type: ignore[import-not-found]

        self._sensor = dht.DHTBase(pin)
        self._asked_ms = ticks_ms()  # it must not be asked so soon after power-on either

    def start(self) -> int:
        """Begin a measurement, unless one has just begun; return how long until it may be read.

        Asking is beginning: what the sensor sends now is old, and is not looked at.
        """
        wait_ms = self._wait_ms()
        if wait_ms <= 0:
            try:
                self._ask()
            except Exception:  # noqa: S110 (the reading that follows will tell)
                pass
            wait_ms = self.INTERVAL_MS
        return wait_ms

    def read(self) -> "tuple[float, float]":
        """Return the measurement that `start` began: temperature, humidity."""
        name = type(self).__name__
        if self._wait_ms() > 0:
            raise NotReady(f"{name}: must not be asked yet")
        try:
            self._ask()
        except OSError:
            raise
        except Exception:  # `dht` has no class for it
            raise BadReading(f"{name}: wrong checksum")
        return decode(self._sensor.buf, self.IS_DHT11, name)

    def _wait_ms(self) -> int:
        return ticks_diff(ticks_add(self._asked_ms, self.INTERVAL_MS), ticks_ms())

    def _ask(self) -> None:
        self._asked_ms = ticks_ms()
        self._sensor.measure()
