"""National LM75 and NXP LM75B, temperature sensors: 0 temperature, 1 configuration, 2 and 3 limits.

Datasheets: National LM75 (9 bits; the seven below are undefined, here 0x55; 100 ms, 300 at most),
NXP LM75B (11 bits, then zeros). 16 bits MSB first, but the configuration has 8: bit 0 shutdown, 4-3
fault queue, 7-5 reserved. The temperature is 0 until the first conversion has ended.
"""

from byteport_mocks.registers import RegisterChip

_SAMPLE = 0
_CONFIG = 1
_SHUTDOWN = 0x01


class SimulatedLM75(RegisterChip):
    """Converts over and over; ``bits`` is 9 for an LM75, 11 for an LM75B."""

    ADDRESSES = (0x48, 0x49, 0x4A, 0x4B, 0x4C, 0x4D, 0x4E, 0x4F)
    QUANTITIES = (("temperature", -55.0, 125.0, 0.5, 21.5),)
    UNSEEN = ("busy",)
    WIDTH = 2
    WIDTHS = {_CONFIG: 1}
    AUTO_INCREMENT = False
    POINTER_MASK = 0x03
    POWER_ON = {2: 0x4B00, 3: 0x5000}
    READ_ONLY = (_SAMPLE,)
    WRITABLE = 0x1F  # of the configuration

    def __init__(self, address: "int | None" = None, bits: int = 9) -> None:
        self.bits = bits
        super().__init__(address)

    def reset(self) -> None:
        self.begin(self.duration_us(), repeat=True)

    def duration_us(self) -> int:
        return 300000

    def on_write(self, register: int, value: int) -> None:
        if register == _CONFIG:
            value &= self.WRITABLE
        super().on_write(register, value)
        if register == _CONFIG:
            self.halt()
            if not value & _SHUTDOWN:
                self.begin(self.duration_us(), repeat=True)

    def measured(self) -> None:
        below = 16 - self.bits
        counts = round(self.value_of("temperature") * (1 << self.bits - 8))
        most = 1 << self.bits - 1
        undefined = 0x55 if self.bits == 9 else 0
        self.put(_SAMPLE, min(max(counts, -most), most - 1) << below | undefined)
