"""SGP30: Adafruit's driver on the same simulated chip agrees with ours.

Where the chip's algorithm has just started, Adafruit's returns 400 ppm and 0 ppb as if they were
measured; ours returns nothing.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport.errors import NotReady
from byteport_drivers.sgp30 import SGP30
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sgp30 import SimulatedSGP30
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take
from portable import raises

with stand_ins():
    adafruit = pytest.importorskip("adafruit_sgp30")


@settings(max_examples=40, deadline=None)
@given(st.integers(400, 60000), st.integers(0, 60000))
def test_adafruit_agrees(eco2, tvoc):
    bus = SimulatedI2C()
    bus.attach(SimulatedSGP30()).set(eco2=eco2, tvoc=tvoc)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.Adafruit_SGP30(busio.I2C(bus))
        assert theirs.serial == [0x0000, 0x0123, 0x4567]
        assert theirs.iaq_measure() == [400, 0]
        raises(NotReady, take, SGP30(bus), bus.clock)
        bus.clock.sleep_ms(31000)
        assert tuple(theirs.iaq_measure()) == take(SGP30(bus), bus.clock) == (eco2, tvoc)
        assert (theirs.baseline_eCO2, theirs.baseline_TVOC) == (0x8973, 0x8AAE)
