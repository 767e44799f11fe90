"""SGP40: the raw signal of volatile organic compounds, over I2C.

Datasheet: Sensirion SGP40, "Measurement Commands" (30 ms), table 10 (humidity and temperature as
words). The signal is the chip's own integer, the logarithm of its resistance: less is more gas. It
is no VOC index, which needs an algorithm that remembers hours.
Witnesses: the datasheet's command 26 0F 80 00 A2 66 66 93 for 50 %RH and 25 Cel, and
adafruit-circuitpython-sgp40 on the same simulated chip.

Each measurement is a whole command with its compensation, so there is no configuration to lose:
after a power cut the chip refuses the read. The feature set names the chip, SGP40 or SGP41.
"""

from byteport.compat import const
from byteport.errors import ChipNotFound
from byteport_drivers.sensirion import Sensirion, crc8, word

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_FEATURE_SET = b"\x20\x2f"
_FEATURES = const(0x1FF)
_SGP40 = const(0x020)
_SGP41 = const(0x040)


class SGP40(Sensirion):
    """One SGP40; humidity and temperature of the air around it make its signal comparable."""

    BUS = "i2c"
    NAME = "SGP40"
    ADDRESSES = (0x59,)
    CHANNELS = (("voc_raw", "count", 0),)

    def __init__(
        self,
        i2c: "I2CBus",
        address: int = 0x59,
        *,
        humidity: float = 50.0,
        temperature: float = 25.0,
    ) -> None:
        super().__init__(i2c, address, 1)
        self._command = bytearray(b"\x26\x0f......")
        self.compensate_for(humidity, temperature)
        found = self._prove(_FEATURE_SET, 1)
        if found & _FEATURES != _SGP40:
            name = "an SGP41" if found & _FEATURES == _SGP41 else "a chip"
            raise ChipNotFound(self._text(f"found {name} (0x{found:04x}), expected an SGP40"))

    def compensate_for(self, humidity: float, temperature: float) -> None:
        """Give the air's %RH and Cel, as another sensor has them, to all later measurements."""
        _put_word(self._command, 2, humidity * 65535 / 100)
        _put_word(self._command, 5, (temperature + 45) * 65535 / 175)

    def start(self) -> int:
        """Begin one measurement and return the milliseconds it needs."""
        self._begin(self._command)
        return 30

    def read(self) -> "tuple[int]":
        """Return the finished measurement in the order and units of CHANNELS."""
        self._fetch()
        return (word(self._buffer, 0),)


def _put_word(command: bytearray, place: int, value: float) -> None:
    """Put a value, rounded and kept within a word, and its checksum into a command."""
    ticks = min(max(int(value + 0.5), 0), 0xFFFF)
    command[place] = ticks >> 8
    command[place + 1] = ticks & 0xFF
    command[place + 2] = crc8(command, place, place + 2)
