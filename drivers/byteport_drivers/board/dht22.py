"""DHT22 (AM2302): temperature and humidity on one pin, by MicroPython's `dht`.

Datasheet: Aosong AM2302, 7 (40 bits, sign and magnitude, a sum that a frame of zeros passes; what
is sent is the measurement that the reading before began; 2 s between readings).
Clones that send negative degrees as two's complement of 12 or 16 bits are told by the magnitude,
which no DHT22 reaches. Witnesses: the datasheet's two frames and a clone's (wiki.forth-ev.de).
"""

from byteport.compat import const, ticks_add, ticks_diff, ticks_ms
from byteport.errors import BadReading, NotReady

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
    LIMITS = (-400, 800, 0, 1000)  # tenths: coldest, hottest, driest, wettest

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
        frame = self._sensor.buf
        temperature, humidity = self.decode(frame)
        coldest, hottest, driest, wettest = self.LIMITS
        if (
            not coldest <= temperature <= hottest
            or not driest <= humidity <= wettest
            or frame in (b"\x00\x00\x00\x00\x00", b"\x00\xff\x00\xff\xfe")  # no sample
        ):
            raise BadReading(f"{name}: out of range: {bytes(frame).hex()}: another kind of DHT?")
        return temperature / 10, humidity / 10

    def _wait_ms(self) -> int:
        return ticks_diff(ticks_add(self._asked_ms, self.INTERVAL_MS), ticks_ms())

    def _ask(self) -> None:
        self._asked_ms = ticks_ms()
        self._sensor.measure()

    @staticmethod
    def decode(frame: "bytes | bytearray") -> "tuple[int, int]":
        """Return tenths of a degree and of a percent."""
        tenths = frame[2] << 8 | frame[3]
        if 0x0800 <= tenths < 0x1000:
            tenths -= 0x1000
        elif tenths >= 0xF800:
            tenths -= 0x10000
        elif tenths >= 0x8000:
            tenths = 0x8000 - tenths
        return tenths, frame[0] << 8 | frame[1]
