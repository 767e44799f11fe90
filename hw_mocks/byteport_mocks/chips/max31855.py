"""Maxim MAX31855K: thermocouple and cold junction as 32 bits that it sends when selected.

Datasheet 19-5793, serial interface and tables 2 to 5: conversions go on in the background, and what
is sent is the last one from before chip select; power-up takes 200 ms, a conversion 100 ms. With
more clocks than 32 the data line stays low.
"""

from byteport_mocks.spi import SPIChip

OPEN = 1
SHORT_TO_GND = 2
SHORT_TO_VCC = 4

_POWER_UP_US = 200000
_CONVERSION_US = 100000


class SimulatedMAX31855(SPIChip):
    """Temperature None is an open thermocouple; ``fault`` shorts it."""

    QUANTITIES = (
        ("temperature", -250.0, 1600.0, 0.25, 21.5),
        ("internal_temperature", -55.0, 125.0, 0.0625, 25.0),
    )
    UNSEEN = ("start",)  # it converts by itself

    def __init__(self) -> None:
        self.fault = 0
        super().__init__()

    def reset(self) -> None:
        self._word = 0
        self._powering_up = True
        self.begin(_POWER_UP_US)
        self.select()

    def measured(self) -> None:
        if self._powering_up:
            self._powering_up = False
            self.begin(_CONVERSION_US, repeat=True)
        fault = OPEN if self.quantities["temperature"] is None else self.fault
        degrees = round(self.value_of("temperature") * 4)
        chip = round(self.value_of("internal_temperature") * 16)
        word = min(max(degrees, -8192), 8191) % 16384 * 4 + (1 if fault else 0)
        self._word = word * 65536 + min(max(chip, -2048), 2047) % 4096 * 16 + fault

    def select(self) -> None:
        self._shift = list(self._word.to_bytes(4, "big"))

    def exchange(self, byte: int) -> int:  # noqa: ARG002 (it has no data input)
        return self._shift.pop(0) if self._shift else 0
