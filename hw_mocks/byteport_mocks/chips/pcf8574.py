"""TI PCF8574, eight quasi-bidirectional pins: a written byte is the latch, a read byte the pins.

Datasheet SCPS068, 8.3 and 8.4: a pin whose latch is 0 is low; one whose latch is 1, as all are
after power-on, is what the outside makes of it. Each byte of a longer read looks again.
"""

from byteport_mocks.chip import Chip


class SimulatedPCF8574(Chip):
    """Its quantities are the levels that the outside gives the pins, 0 or 1."""

    ADDRESSES = tuple(range(0x20, 0x28)) + tuple(range(0x38, 0x40))
    QUANTITIES = tuple([(f"p{n}", 0.0, 1.0, 1.0, 1.0) for n in range(8)])
    UNSEEN = ("id", "start", "AllZeros", "AllOnes")  # each byte is a state of its pins

    def reset(self) -> None:
        self.latch = 0xFF

    def write_byte(self, byte: int) -> bool:
        self.latch = byte
        return True

    def read_byte(self) -> int:
        outside = 0
        for pin in range(8):
            if self.value_of(f"p{pin}") >= 0.5:
                outside |= 1 << pin
        return outside & self.latch
