"""Maxim MAX6675: a type K thermocouple as 16 bits that it sends when selected.

Datasheet 19-2235, serial interface, figure 2 and Electrical Characteristics: chip select low stops
the conversion under way, chip select high begins one, which takes up to 220 ms; what is sent is
the last conversion that was finished. Bit 0 is three-state: here the line keeps `open_level`.
"""

from byteport_mocks.spi import SPIChip

_CONVERSION_US = 220000


class SimulatedMAX6675(SPIChip):
    """Temperature None is an open thermocouple."""

    QUANTITIES = (("temperature", 0.25, 1023.5, 0.25, 21.5),)
    UNSEEN = ("busy",)

    def __init__(self, open_level: int = 0) -> None:
        self.open_level = open_level
        super().__init__()

    def reset(self) -> None:
        self._word = 0
        self._shift = [0, 0]
        self.begin(_CONVERSION_US)

    def measured(self) -> None:
        quarters = round(self.value_of("temperature") * 4)
        if self.quantities["temperature"] is None:
            self._word = 4095 * 8 + 4
        else:
            self._word = min(max(quarters, 0), 4095) * 8

    def select(self) -> None:
        self.halt()
        self._shift = list((self._word + self.open_level).to_bytes(2, "big"))

    def exchange(self, byte: int) -> int:  # noqa: ARG002 (it has no data input)
        return self._shift.pop(0) if self._shift else 0xFF * self.open_level

    def deselect(self) -> None:
        self.begin(_CONVERSION_US)
