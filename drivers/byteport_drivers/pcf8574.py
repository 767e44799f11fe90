"""PCF8574 and PCF8574A: eight digital inputs over I2C.

Datasheet: TI SCPS068, 8.3 (quasi-bidirectional pins: high after power-on, an input needs a 1
written), 8.4 (reading: one byte, the pins as they are at its acknowledge). Witness:
adafruit-circuitpython-pcf8574 on the same simulated chip.

A reading is one transaction of two bytes and always fresh; a power cut makes every pin an input,
which is what they are here. There is no id, no checksum and no bit of known value: what answers is
taken for a PCF8574, and a data line that breaks after the acknowledge reads as eight equal inputs.
"""

from byteport.compat import const

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.bus import I2CBus

_ALL_INPUTS = b"\xff"


class PCF8574:
    """One chip, all of whose pins become inputs; ``pins`` says which of them are channels.

    An input is 1 where the pin is high; with ``active_low`` where it is low, as a contact to
    ground makes it.
    """

    BUS = "i2c"
    ADDRESSES = tuple(range(0x20, 0x28)) + tuple(range(0x38, 0x40))
    CHANNELS: "tuple[tuple[str, str, int], ...]" = tuple([(f"p{n}", "/", 0) for n in range(8)])

    def __init__(
        self,
        i2c: "I2CBus",
        address: int = 0x20,
        *,
        pins: "tuple[int, ...]" = (0, 1, 2, 3, 4, 5, 6, 7),
        active_low: bool = False,
    ) -> None:
        self._i2c = i2c
        self._address = address
        self._pins = tuple(pins)
        self._inverted = 0xFF if active_low else 0
        self._buffer = bytearray(1)
        if min(pins) < 0 or max(pins) > 7:
            raise ValueError(f"no pins {pins}: 0 to 7")
        self.CHANNELS = tuple([PCF8574.CHANNELS[pin] for pin in pins])
        i2c.writeto(address, _ALL_INPUTS)

    def start(self) -> int:
        """Return 0: the chip looks at its pins while it is read."""
        return 0

    def read(self) -> "tuple[int, ...]":
        """Return 0 or 1 for each pin in the order of CHANNELS, all of one moment."""
        self._i2c.readfrom_into(self._address, self._buffer)
        levels = self._buffer[0] ^ self._inverted
        return tuple([levels >> pin & 1 for pin in self._pins])
