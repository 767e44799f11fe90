"""MH-Z19 (B, C): carbon dioxide, over a UART at 9600 baud.

Datasheet: Winsen MH-Z19B manual 1.0, UART protocol (command 0x86: FF 86 high low, four bytes more,
checksum). Two things stand only in other public drivers (ESPEasy P049, revspace.nl/MH-Z19B): the
fifth byte is the sensor's own temperature plus 40, and the last two read 15000 until it has booted.
Witnesses: the manual's command, and pymhz19-async on the same simulated sensor.
"""

from byteport.compat import const
from byteport.errors import BadReading, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import UART

_READ = b"\xff\x01\x86\x00\x00\x00\x00\x00\x79"
_ANSWER_MS = const(100)  # ten to send, ten to receive, the rest for the sensor
_ANSWER_BYTES = const(9)
_BUFFER = const(36)
_BOOTING = const(15000)
_HIGHEST_PPM = const(10000)  # of all ranges sold


class MHZ19:
    """One sensor on a UART that the caller opened.

    Give ``temperature=False`` for a sensor that sends none. In its first minutes (1 to 3) a sensor
    may send a value of 400 to 500 that it has not measured; only part of them can be told.
    """

    BUS = "uart"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS: "tuple[tuple[str, str, int], ...]" = (("co2", "ppm", 0), ("temperature", "Cel", 0))

    def __init__(self, uart: "UART", *, temperature: bool = True) -> None:
        self._uart = uart
        self._buffer = bytearray(_BUFFER)
        self._view = memoryview(self._buffer)
        self._filled = 0
        if not temperature:
            self.CHANNELS = self.CHANNELS[:1]

    def start(self) -> int:
        """Forget what was sent before, ask for a sample, and return how long the answer takes."""
        while self._receive():
            self._filled = 0
        self._uart.write(_READ)
        return _ANSWER_MS

    def read(self) -> "tuple[int, ...]":
        """Return the sample that `start` asked for."""
        while self._receive():
            pass
        buffer = self._buffer
        damaged = False
        for at in range(self._filled - _ANSWER_BYTES, -1, -1):
            if buffer[at] == 0xFF and buffer[at + 1] == 0x86:
                if checksum(buffer, at) == buffer[at + 8]:
                    self._filled = 0
                    return self._sample(at)
                damaged = True
        if damaged:
            self._filled = 0
            raise BadReading("MHZ19: wrong checksum")
        raise NotReady("MHZ19: no whole answer has come")

    def _receive(self) -> bool:
        """Append bytes that wait in the UART; return whether there were any."""
        if not self._uart.any():
            return False
        if self._filled == _BUFFER:  # noise: an answer has nine bytes
            for place in range(_ANSWER_BYTES):
                self._buffer[place] = self._buffer[place + _BUFFER - _ANSWER_BYTES]
            self._filled = _ANSWER_BYTES
        count = self._uart.readinto(self._view[self._filled :])  # type: ignore[arg-type]
        self._filled += count or 0
        return bool(count)

    def _sample(self, at: int) -> "tuple[int, ...]":
        buffer = self._buffer
        ppm = buffer[at + 2] << 8 | buffer[at + 3]
        if not ppm or buffer[at + 6] << 8 | buffer[at + 7] == _BOOTING:
            raise NotReady("MHZ19: still booting")
        if ppm > _HIGHEST_PPM:
            raise BadReading(f"MHZ19: {ppm} ppm: out of range")
        if len(self.CHANNELS) == 1:
            return (ppm,)
        if not buffer[at + 4]:
            raise BadReading("MHZ19: no temperature was sent: set temperature to false")
        return ppm, buffer[at + 4] - 40


def checksum(buffer: "bytes | bytearray", at: int) -> int:
    """Return what the last of nine bytes must be: all but the first and it sum up to 0 with it."""
    total = 0
    for place in range(at + 1, at + 8):
        total += buffer[place]
    return -total & 0xFF
