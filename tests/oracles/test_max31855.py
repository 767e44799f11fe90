"""Adafruit's MAX31855 driver reads the same simulated chip as ours.

It takes an all-zero word (data line low) as 0.0 degrees; ours refuses that one.
"""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport.errors import BadReading
from byteport_drivers.max31855 import MAX31855
from byteport_mocks import SimulatedSPI
from byteport_mocks.chips.max31855 import OPEN, SHORT_TO_GND, SHORT_TO_VCC, SimulatedMAX31855
from byteport_mocks.faults import AllZeros
from byteport_mocks.fronts.busio import SPI, ChipSelect
from chip_checks import take

os.environ.setdefault("BLINKA_OS_AGNOSTIC", "1")
adafruit = pytest.importorskip("adafruit_max31855")


def both():
    spi = SimulatedSPI(SimulatedMAX31855())
    spi.clock.sleep_ms(400)
    return MAX31855(spi), adafruit.MAX31855(SPI(spi), ChipSelect(spi)), spi


@settings(max_examples=100, deadline=None)
@given(st.floats(-250, 1600), st.floats(-55, 125))
def test_agrees(temperature, internal):
    ours, theirs, spi = both()
    spi.chip.set(temperature=temperature, internal_temperature=internal)
    spi.clock.sleep_ms(100)
    wanted = (theirs.temperature, theirs.reference_temperature)
    if wanted == (0, 0):  # the one word that ours refuses
        with pytest.raises(BadReading):
            take(ours, spi.clock)
    else:
        assert take(ours, spi.clock) == wanted


@pytest.mark.parametrize("fault", [OPEN, SHORT_TO_GND, SHORT_TO_VCC])
def test_both_refuse_a_fault(fault):
    ours, theirs, spi = both()
    spi.chip.fault = fault
    with pytest.raises(BadReading):
        take(ours, spi.clock)
    with pytest.raises(RuntimeError):
        _ = theirs.temperature


def test_only_ours_refuses_a_data_line_that_is_low():
    ours, theirs, spi = both()
    spi.inject(AllZeros())
    with pytest.raises(BadReading):
        take(ours, spi.clock)
    assert theirs.temperature == 0
