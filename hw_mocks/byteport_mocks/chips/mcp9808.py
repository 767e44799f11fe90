"""Microchip MCP9808, a temperature sensor: registers of 16 bits, sent MSB first.

Datasheet DS25095A, 5.1 (registers): 0x05 holds three alert bits, then the temperature as 13 bits
two's complement in 1/16 degree; 0x06 and 0x07 name the maker and the chip; 0x08 is one byte.
"""

from byteport_mocks.registers import RegisterChip

_CONFIG = 0x01
_UPPER = 0x02
_LOWER = 0x03
_CRITICAL = 0x04
_AMBIENT = 0x05
_RESOLUTION = 0x08

_SHUTDOWN = 0x0100
_CONVERSION_US = (30000, 65000, 130000, 250000)  # by resolution, 1/2 to 1/16 degree


class SimulatedMCP9808(RegisterChip):
    """Converts over and over, as fast as its resolution lets it, unless shut down."""

    ADDRESSES = (0x18, 0x19, 0x1A, 0x1B, 0x1C, 0x1D, 0x1E, 0x1F)
    QUANTITIES = (("temperature", -40.0, 125.0, 0.0625, 21.5),)
    UNSEEN = ("busy",)
    WIDTH = 2
    WIDTHS = {_RESOLUTION: 1}
    AUTO_INCREMENT = False
    POINTER_MASK = 0x0F
    POWER_ON = {0x07: 0x0400, _RESOLUTION: 0x03}
    READ_ONLY = (_AMBIENT, 0x06, 0x07)
    ID = (0x06, 0x0054)

    def reset(self) -> None:
        self.begin(_CONVERSION_US[3], repeat=True)

    def on_write(self, register: int, value: int) -> None:
        super().on_write(register, value)
        if register in (_CONFIG, _RESOLUTION):
            self.halt()
            if not self.get(_CONFIG) & _SHUTDOWN:
                self.begin(_CONVERSION_US[self.get(_RESOLUTION) & 3], repeat=True)

    def measured(self) -> None:
        step = 8 >> (self.get(_RESOLUTION) & 3)  # sixteenths in the last digit
        sixteenths = round(self.value_of("temperature") * 16 / step) * step
        sixteenths = min(max(sixteenths, -4096), 4095)
        self.put(_AMBIENT, self._alerts(sixteenths) | sixteenths & 0x1FFF)

    def _alerts(self, sixteenths: int) -> int:
        bits = 0x8000 if sixteenths >= self._limit(_CRITICAL) else 0
        bits |= 0x4000 if sixteenths > self._limit(_UPPER) else 0
        return bits | (0x2000 if sixteenths < self._limit(_LOWER) else 0)

    def _limit(self, register: int) -> int:
        value = self.get(register) & 0x1FFF
        return value - 0x2000 if value & 0x1000 else value
