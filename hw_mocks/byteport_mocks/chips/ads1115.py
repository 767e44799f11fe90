"""TI ADS1115, an analog-to-digital converter: four registers of 16 bits, MSB first.

Datasheet SBAS444: 0 conversion (0 after reset, until the first conversion ends), 1 config (8583
after reset), 2 and 3 thresholds. Config: bit 15 starts a conversion, and reads 1 while none runs;
14-12 multiplexer, 11-9 full scale, 8 single-shot, 7-5 data rate, the rest the comparator. The
conversion takes 10 % longer than its rate says, as the slowest part's may, and 25 us to wake up.
"""

from byteport_mocks.registers import RegisterChip

_SAMPLE = 0
_CONFIG = 1

_START = 0x8000
_SINGLE_SHOT = 0x0100
_PAIRS = ((0, 1), (0, 3), (1, 3), (2, 3))
_FULL_SCALE = (6.144, 4.096, 2.048, 1.024, 0.512, 0.256, 0.256, 0.256)
_SAMPLES_PER_SECOND = (8, 16, 32, 64, 128, 250, 475, 860)


class SimulatedADS1115(RegisterChip):
    """Its quantities are the voltages of the four pins against ground."""

    ADDRESSES = (0x48, 0x49, 0x4A, 0x4B)
    QUANTITIES = tuple([(f"ch{n}", 0.0, 4.095, 0.000125, 0.8 + 0.6 * n) for n in range(4)])
    WIDTH = 2
    AUTO_INCREMENT = False
    POINTER_MASK = 0x03
    POWER_ON = {_CONFIG: 0x0583, 2: 0x8000, 3: 0x7FFF}
    READ_ONLY = (_SAMPLE,)

    def on_read(self, register: int) -> int:
        value = self.get(register)
        return value | _START if register == _CONFIG and not self.busy() else value

    def on_write(self, register: int, value: int) -> None:
        if register != _CONFIG:
            super().on_write(register, value)
            return
        self.put(_CONFIG, value & ~_START)
        duration_us = 1100000 // _SAMPLES_PER_SECOND[value >> 5 & 7] + 25
        if not value & _SINGLE_SHOT:
            self.begin(duration_us, repeat=True)
        elif value & _START:
            self.begin(duration_us)
        else:
            self.halt()

    def measured(self) -> None:
        config = self.get(_CONFIG)
        full_scale = _FULL_SCALE[config >> 9 & 7]
        counts = round(self._difference(config >> 12 & 7) * 32768 / full_scale)
        self.put(_SAMPLE, min(max(counts, -32768), 32767))

    def _difference(self, multiplexer: int) -> float:
        if multiplexer >= 4:
            return self.value_of(f"ch{multiplexer - 4}")
        plus, minus = _PAIRS[multiplexer]
        return self.value_of(f"ch{plus}") - self.value_of(f"ch{minus}")
