"""TI TMP105, a temperature sensor: an LM75 whose configuration sets the resolution.

Datasheet SLLS648D, "Configuration Register": bits 6-5 give 9 to 12 bits, 9 after power-on; a
conversion takes at most 37.5, 75, 150, 300 ms; bit 7, in shutdown, starts one. Unused bits are 0.
"""

from byteport_mocks.chips.lm75 import SimulatedLM75

_SAMPLE = 0
_CONFIG = 1


class SimulatedTMP105(SimulatedLM75):
    """Converts over and over, or once when told to in shutdown."""

    QUANTITIES = (("temperature", -55.0, 125.0, 0.0625, 21.5),)
    WRITABLE = 0x7F

    def __init__(self, address: "int | None" = None) -> None:
        super().__init__(address)

    def reset(self) -> None:
        self.bits = 9
        super().reset()

    def duration_us(self) -> int:
        return 37500 << self.bits - 9

    def on_write(self, register: int, value: int) -> None:
        if register == _CONFIG:
            self.bits = 9 + (value >> 5 & 3)
        super().on_write(register, value)
        if register == _CONFIG and value & 0x81 == 0x81:
            self.begin(self.duration_us())

    def measured(self) -> None:
        super().measured()
        if self.bits == 9:
            self.put(_SAMPLE, self.get(_SAMPLE) & 0xFF80)
