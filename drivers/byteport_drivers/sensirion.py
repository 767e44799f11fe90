"""What Sensirion's I2C chips have in common: words of 16 bits, each followed by a checksum.

The drivers of SHT3x, SHT4x, SCD4x, SGP30 and SGP40 build on this; it is no driver itself.
Datasheets: SHT3x-DIS, SHT4x, SCD4x, SGP30, SGP40, "Checksum Calculation": CRC-8, polynomial 0x31,
started with 0xFF; BE EF gives 92. All-zero and all-one answers fail it.
"""

from errno import ETIMEDOUT

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, DriverError, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_POLLS = const(500)  # refused reads, each an address byte: longer than the 10 ms of any question


class Sensirion:
    """One chip that takes commands and answers in words; a subclass gives its NAME."""

    NAME = ""

    def __init__(self, i2c: "I2CBus", address: int, words: int) -> None:
        self._i2c = i2c
        self._address = address
        self._buffer = bytearray(3 * words)
        self._begun = False

    def _text(self, what: str) -> str:
        return f"{self.NAME} at 0x{self._address:02x}: {what}"

    def _begin(self, command: "bytes | bytearray") -> None:
        self._begun = False
        self._i2c.writeto(self._address, command)
        self._begun = True

    def _fetch(self) -> None:
        """Read the answer to what was begun into the buffer; there is one, and once."""
        if not self._begun:
            raise NotReady(self._text("no measurement was started"))
        self._i2c.readfrom_into(self._address, self._buffer)
        self._begun = False
        self._check(self._buffer)

    def _ask(self, command: bytes, answer: bytearray) -> None:
        """Read the answer to a short question: the chip refuses to be read until it has it."""
        self._i2c.writeto(self._address, command)
        for _ in range(_POLLS):
            try:
                self._i2c.readfrom_into(self._address, answer)
                self._check(answer)
                return
            except OSError as error:
                if error.errno == ETIMEDOUT:
                    raise
        raise NotReady(self._text("no answer"))

    def _prove(self, command: bytes, words: int) -> int:
        """Return the first word of an answer that only such a chip gives."""
        answer = bytearray(3 * words)
        try:
            self._ask(command, answer)
        except DriverError as error:
            raise ChipNotFound(f"what answers is no {self.NAME}: {error}")
        return word(answer, 0)

    def _check(self, answer: bytearray) -> None:
        for end in range(2, len(answer), 3):
            if crc8(answer, end - 2, end) != answer[end]:
                raise BadReading(self._text("wrong checksum"))


def crc8(buffer: "bytes | bytearray", start: int, end: int) -> int:
    """Return the checksum of a part of the buffer."""
    crc = 0xFF
    for place in range(start, end):
        crc ^= buffer[place]
        for _ in range(8):
            crc = crc << 1 ^ (0x131 if crc & 0x80 else 0)
    return crc


def word(answer: bytearray, number: int) -> int:
    """Return the word of that number, counted from 0."""
    return answer[3 * number] << 8 | answer[3 * number + 1]


def celsius(raw: int) -> float:
    """Turn the temperature word of SHT3x, SHT4x and SCD4x into degrees."""
    return raw * 175 / 65535 - 45
