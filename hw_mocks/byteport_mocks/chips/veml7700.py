"""Vishay VEML7700, a light sensor: registers of 16 bits, sent LSB first, one per transaction.

Datasheet 84286, "Command register format": shut down after power-on; 0x04 holds the light in
counts, 0x07 the id. Application note 84323: counts stay behind in bright light at low gain, by a
polynomial of the fourth degree; here it is inverted by halving an interval.
"""

from byteport_mocks.registers import RegisterChip

_CONFIG = 0x00
_POWER_SAVING = 0x03
_LIGHT = 0x04
_WHITE = 0x05

_SHUT_DOWN = 0x0001
_GAINS = (1.0, 2.0, 0.125, 0.25)
_INTEGRATION_MS = {0: 100, 1: 200, 2: 400, 3: 800, 8: 50, 12: 25}
_POLYNOMIAL = (1.0023, 8.1488e-5, -9.3924e-9, 6.0135e-13)


class SimulatedVEML7700(RegisterChip):
    """Measures over and over while it is not shut down."""

    ADDRESSES = (0x10,)
    QUANTITIES = (("illuminance", 0.0, 120000.0, 11.0, 250.0),)  # one count at the bright end
    UNSEEN = ("busy", "AllZeros")  # darkness looks the same
    WIDTH = 2
    MSB_FIRST = False
    AUTO_INCREMENT = False
    POWER_ON = {_CONFIG: _SHUT_DOWN}
    READ_ONLY = (_LIGHT, _WHITE, 0x06, 0x07)
    ID = (0x07, 0xC481)

    def on_write(self, register: int, value: int) -> None:
        super().on_write(register, value)
        if register in (_CONFIG, _POWER_SAVING):
            self.halt()
            if not self.get(_CONFIG) & _SHUT_DOWN:
                self.begin((self._integration_ms() + self._pause_ms()) * 1000, repeat=True)

    def _integration_ms(self) -> int:
        return _INTEGRATION_MS.get(self.get(_CONFIG) >> 6 & 0x0F, 100)

    def _pause_ms(self) -> int:
        saving = self.get(_POWER_SAVING)
        return 500 << (saving >> 1 & 3) if saving & 1 else 0

    def measured(self) -> None:
        gain = _GAINS[self.get(_CONFIG) >> 11 & 3]
        lux = self.value_of("illuminance")
        seen = _apparent(lux) if gain < 1 else lux
        full_scale = 0.0042 * (800 / self._integration_ms()) * (2 / gain)
        counts = min(round(seen / full_scale), 0xFFFF)
        self.put(_LIGHT, counts)
        self.put(_WHITE, min(counts * 2, 0xFFFF))


def _apparent(lux: float) -> float:
    """Return what the sensor makes of so much light, before the polynomial mends it."""
    low, high = 0.0, 1000000.0
    for _ in range(60):
        middle = (low + high) / 2
        mended = 0.0
        for degree, factor in enumerate(_POLYNOMIAL):
            mended += factor * middle ** (degree + 1)
        if mended < lux:
            low = middle
        else:
            high = middle
    return low
