"""MCP3008: eight voltages, 10 bits, over SPI; `mcp3004`, `mcp3204` and `mcp3208` are its sisters.

Datasheet: Microchip DS21295 (MCP3004/3008) and DS21298 (MCP3204/3208), 4.2 (code = full scale *
VIN / VREF), 5.0 (command bits) and 6.1 (three bytes a conversion). The chip has no id: what shows
that it is there is the zero bit before each sample. Witnesses: gpiozero and
adafruit-circuitpython-mcp3xxx read the same simulated chip; they divide by 1023 where the
datasheet says 1024, which is less than one count.
"""

from byteport.compat import const
from byteport.errors import BadReading

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import SPIBus


class MCP3008:
    """One chip on a bus that the caller opened (mode 0, up to 1.3 MHz at 3.3 V).

    ``channels`` are numbers, or pairs such as "0-1" (ch0_1) for input 0 above input 1, which
    the chip cuts at 0. All inputs at exactly 0 V look like a broken data line and are refused;
    ``allow_zero`` accepts them. An input above ``reference_volts`` reads as the highest code.
    """

    BUS = "spi"
    ADDRESSES: "tuple[int, ...]" = ()
    INPUTS = 8
    BITS = 10
    CHANNELS: "tuple[tuple[str, str, int], ...]" = tuple([(f"ch{n}", "V", 3) for n in range(8)])

    def __init__(
        self,
        spi: "SPIBus",
        channels: "tuple[int | str, ...] | None" = None,
        *,
        reference_volts: float = 3.3,
        allow_zero: bool = False,
    ) -> None:
        self._spi = spi
        self._volts_per_count = reference_volts / (1 << self.BITS)
        self._allow_zero = allow_zero
        self._reply = bytearray(3)
        self._commands = []
        rows = []
        for channel in range(self.INPUTS) if channels is None else channels:
            command = select_bits(channel, self.INPUTS) << self.BITS + 2
            self._commands.append(bytes((command >> 16, command >> 8 & 0xFF, command & 0xFF)))
            rows.append((f"ch{channel}".replace("-", "_"), "V", 3 if self.BITS == 10 else 4))
        self._values = [0.0] * len(rows)
        self.CHANNELS = tuple(rows)

    def start(self) -> int:
        """Return 0: a conversion takes place while its bits are clocked out."""
        return 0

    def read(self) -> "tuple[float, ...]":
        """Return the voltages of all channels, one conversion each."""
        seen = 0
        for place in range(len(self._commands)):  # enumerate would allocate
            self._spi.write_readinto(self._commands[place], self._reply)
            counts = decode(self._reply, self.BITS)
            if counts < 0:
                raise BadReading(f"{type(self).__name__}: no zero bit: chip missing or MISO high")
            seen |= counts
            self._values[place] = counts * self._volts_per_count
        if not seen and not self._allow_zero:
            raise BadReading(f"{type(self).__name__}: all 0 V: MISO low? else set allow_zero")
        return tuple(self._values)


def select_bits(channel: "int | str", inputs: int) -> int:
    """Return the start bit, single or differential, and channel, as the five bits sent first."""
    first, _, second = str(channel).partition("-")
    number = int(first)
    if not 0 <= number < inputs or (second and int(second) != number ^ 1):
        raise ValueError(f"no input {channel!r}: 0 to {inputs - 1}, or a pair such as '0-1'")
    return 0x10 | (0 if second else 0x08) | number


def decode(reply: "bytes | bytearray", bits: int) -> int:
    """Return the counts in three bytes received, -1 where the zero bit before them is 1."""
    frame = reply[0] << 16 | reply[1] << 8 | reply[2]
    return -1 if frame >> bits & 1 else frame & (1 << bits) - 1
