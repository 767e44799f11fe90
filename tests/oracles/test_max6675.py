"""The PyPI driver max6675 clocks bits by hand out of the same simulated chip that ours reads.

It looks at neither the fault bit nor the bits that are always 0, and begins no conversion.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.max6675 import MAX6675
from byteport_mocks import SimulatedSPI
from byteport_mocks.chips.max6675 import SimulatedMAX6675
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

oracle = pytest.importorskip("max6675")


class Pin:
    def __init__(self, write=None, read=None):
        self.write = write
        self.read = read


class BitByBit:
    """The Arduino that the oracle speaks to: three pins wired to the simulated chip."""

    def __init__(self, spi):
        self._spi = spi
        self._bits = []

    def get_pin(self, name):
        pins = {"d:1:i": Pin(read=self._miso), "d:2:o": Pin(write=self._chip_select)}
        return pins.get(name, Pin(write=self._clock))

    def _chip_select(self, level):
        if level:
            self._spi.deselect()
        else:
            self._spi.select()
            word = int.from_bytes(self._spi.read(2), "big")
            self._bits = [word >> place & 1 for place in range(15, -1, -1)]
            self._at = 0

    def _clock(self, level):
        self._at += level

    def _miso(self):
        return self._bits[self._at]


@settings(max_examples=30, deadline=None)
@given(st.floats(0.25, 1023.5))
def test_agrees(temperature):
    spi = SimulatedSPI(SimulatedMAX6675())
    spi.chip.set(temperature=temperature)
    with virtual_time(spi.clock, oracle):
        theirs = oracle.thermocouple(BitByBit(spi), 1, 2, 3).read()
    assert take(MAX6675(spi), spi.clock) == (theirs,)
