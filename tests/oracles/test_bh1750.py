"""BH1750: Adafruit's driver on the same simulated chip, in continuous mode 2, agrees with ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.bh1750 import BH1750
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bh1750 import SimulatedBH1750
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_bh1750")


@settings(max_examples=40, deadline=None)
@given(st.floats(0, 27300), st.sampled_from([0x23, 0x5C]))
def test_adafruit_agrees(illuminance, address):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBH1750(address))
    chip.set(illuminance=illuminance)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.BH1750(busio.I2C(bus), address).lux
    (ours,) = take(BH1750(bus, address, half_lux=True), bus.clock)
    assert ours == pytest.approx(theirs, abs=1e-9)
    (coarse,) = take(BH1750(bus, address), bus.clock)
    assert coarse == pytest.approx(theirs, abs=0.84)
