"""PMS5003: fine dust and particle counts, over a UART at 9600 baud (PMS7003 and PMSA003 likewise).

Datasheet: Plantower PMS5003 manual V2.3, appendix I (transport protocol, active mode): a frame of
32 bytes every 0.2 to 0.8 s, or 2.3 s in steady air; 42 4D, length, 13 words, sum. Nothing is sent
to the sensor, so its RX may stay unwired. Witnesses: pms5003 and adafruit-circuitpython-pm25
decode the same simulated sensor and the same frame.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import UART

_LONGEST_PERIOD_MS = const(2400)  # 2.3 s and the time of a frame on the wire
_FRAME_BYTES = const(32)
_KEPT = const(64)  # bytes in which the last whole frame is, wherever it begins
_BUFFER = const(96)


class PMS5003:
    """One sensor on a UART that the caller opened.

    ``factory`` takes the dust values as the factory calibrates them (CF=1) in place of those for
    the atmosphere. Counts are of particles larger than so many tenths of a micrometre in 0.1 litre.
    """

    BUS = "uart"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS = (
        ("pm1", "ug/m3", 0),
        ("pm25", "ug/m3", 0),
        ("pm10", "ug/m3", 0),
        ("particles_03", "count", 0),
        ("particles_05", "count", 0),
        ("particles_10", "count", 0),
        ("particles_25", "count", 0),
        ("particles_50", "count", 0),
        ("particles_100", "count", 0),
    )

    def __init__(self, uart: "UART", *, factory: bool = False) -> None:
        self._uart = uart
        self._dust_at = 4 if factory else 10
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._filled = 0

    def start(self) -> int:
        """Forget what was sent before now; return how long the next whole frame may take."""
        while self._receive():
            pass
        self._filled = 0
        return _LONGEST_PERIOD_MS

    def read(self) -> "tuple[int, ...]":
        """Return the last whole frame since `start`, or since the last read."""
        while self._receive():
            pass
        filled, self._filled = self._filled, 0
        damaged = False
        for at in range(filled - 4, -1, -1):
            size = frame_bytes(self._buffer, at)
            if size and at + size <= filled:
                if checksum_is_right(self._buffer, at, size):
                    return self._sample(at, size)
                damaged = True
        if damaged:
            raise BadReading("PMS5003: wrong checksum")
        self._filled = filled  # the rest of this frame is still to come
        raise NotReady("PMS5003: no whole frame has come")

    def _receive(self) -> bool:
        """Append bytes that wait in the UART; return whether there were any."""
        if not self._uart.any():
            return False
        if self._filled == _BUFFER:
            for place in range(_KEPT):
                self._buffer[place] = self._buffer[place + _BUFFER - _KEPT]
            self._filled = _KEPT
        count = self._uart.readinto(self._view[self._filled :])  # type: ignore[arg-type]
        self._filled += count or 0
        return bool(count)

    def _sample(self, at: int, size: int) -> "tuple[int, ...]":
        if size != _FRAME_BYTES:
            raise ChipNotFound(
                f"PMS5003: a frame has 32 bytes, found {size}: PMS3003 or PMS5003ST?"
            )
        dust = at + self._dust_at
        counts = at + 16
        word = self._word
        if not word(counts):  # the first seconds after power-on; no air has none
            raise NotReady("PMS5003: no particles counted: warming up, or the fan stands still")
        return (
            word(dust),
            word(dust + 2),
            word(dust + 4),
            word(counts),
            word(counts + 2),
            word(counts + 4),
            word(counts + 6),
            word(counts + 8),
            word(counts + 10),
        )

    def _word(self, at: int) -> int:
        return self._buffer[at] << 8 | self._buffer[at + 1]


def frame_bytes(buffer: "bytes | bytearray", at: int) -> int:
    """Return the size of the frame that begins here, 0 where none does."""
    if buffer[at] != 0x42 or buffer[at + 1] != 0x4D or buffer[at + 2]:
        return 0
    return buffer[at + 3] + 4 if buffer[at + 3] in b"\x14\x1c\x24" else 0


def checksum_is_right(buffer: "bytes | bytearray", at: int, size: int) -> bool:
    """Tell whether a frame's last two bytes are the sum of all before."""
    total = 0
    for place in range(at, at + size - 2):
        total += buffer[place]
    return total == buffer[at + size - 2] << 8 | buffer[at + size - 1]
