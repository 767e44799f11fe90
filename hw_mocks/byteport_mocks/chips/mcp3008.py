"""Microchip MCP3004, MCP3008, MCP3204 and MCP3208: voltages on an SPI bus, bit by bit.

Datasheets DS21295 and DS21298, 5.0 (serial communication), figure 5-1 and 5-2: after chip select
the first 1 is the start bit; then single/differential and D2 D1 D0; one clock later the input has
been sampled, a zero bit comes, then the sample from its highest bit down, then the same bits back
up, then zeros. Until the zero bit the data line is open, so `open_level` is read.
"""

from byteport_mocks.spi import SPIChip

_SETUP_BITS = 5  # start, single/differential, D2, D1, D0


class SimulatedMCP3008(SPIChip):
    """Volts at inputs ch0 to ch7 against ``reference_volts``."""

    INPUTS = 8
    BITS = 10
    QUANTITIES = tuple([(f"ch{n}", 0.0, 3.3, 3.3 / 1024, 1.65) for n in range(8)])
    UNSEEN = ("start", "AllZeros")  # 0 V looks the same

    def __init__(self, reference_volts: float = 3.3, open_level: int = 0) -> None:
        self.reference_volts = reference_volts
        self.open_level = open_level
        super().__init__()

    def reset(self) -> None:
        self.select()

    def select(self) -> None:
        self._setup: "list[int]" = []
        self._out: "list[int] | None" = None

    def exchange(self, byte: int) -> int:
        answer = 0
        for place in range(7, -1, -1):
            answer = answer << 1 | self._clock(byte >> place & 1)
        return answer

    def _clock(self, bit: int) -> int:
        if self._out is not None:
            return self._out.pop(0) if self._out else 0
        if len(self._setup) == _SETUP_BITS:  # this clock ends the sampling
            self._out = self._convert()
            return self.open_level
        if self._setup or bit:
            self._setup.append(bit)
        return self.open_level

    def _convert(self) -> "list[int]":
        number = self._setup[2] * 4 + self._setup[3] * 2 + self._setup[4]
        number %= self.INPUTS  # D2 means nothing where there are four inputs
        volts = self.value_of(f"ch{number}")
        if not self._setup[1]:
            volts -= self.value_of(f"ch{number ^ 1}")
        full_scale = 2**self.BITS
        code = min(max(int(volts * full_scale / self.reference_volts), 0), full_scale - 1)
        falling = [code // 2**place % 2 for place in range(self.BITS - 1, -1, -1)]
        return [0] + falling + falling[-2::-1]  # noqa: RUF005 (MicroPython)


class SimulatedMCP3004(SimulatedMCP3008):
    """Four inputs, 10 bits."""

    INPUTS = 4
    QUANTITIES = tuple([(f"ch{n}", 0.0, 3.3, 3.3 / 1024, 1.65) for n in range(4)])


class SimulatedMCP3208(SimulatedMCP3008):
    """Eight inputs, 12 bits."""

    BITS = 12
    QUANTITIES = tuple([(f"ch{n}", 0.0, 3.3, 3.3 / 4096, 1.65) for n in range(8)])


class SimulatedMCP3204(SimulatedMCP3208):
    """Four inputs, 12 bits."""

    INPUTS = 4
    QUANTITIES = tuple([(f"ch{n}", 0.0, 3.3, 3.3 / 4096, 1.65) for n in range(4)])
