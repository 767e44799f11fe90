"""AHT10: Adafruit's driver on the same simulated chip agrees with ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.aht10 import AHT10
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.aht10 import SimulatedAHT10
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_ahtx0")


@settings(max_examples=40, deadline=None)
@given(st.floats(-40, 85), st.floats(0, 100))
def test_adafruit_agrees(temperature, humidity):
    bus = SimulatedI2C()
    bus.attach(SimulatedAHT10()).set(temperature=temperature, humidity=humidity)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.AHTx0(busio.I2C(bus))
        reading = (theirs.temperature, theirs.relative_humidity)
    assert take(AHT10(bus), bus.clock) == pytest.approx(reading, abs=1e-9)
