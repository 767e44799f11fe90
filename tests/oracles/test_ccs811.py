"""CCS811: Adafruit's driver on the same simulated chip agrees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.ccs811 import CCS811
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ccs811 import SimulatedCCS811
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_ccs811")


def new(**quantities):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedCCS811())
    chip.set(**quantities)
    return bus


@settings(max_examples=50, deadline=None)
@given(st.integers(400, 8192), st.integers(0, 1187), st.booleans())
def test_adafruit_agrees(eco2, tvoc, ours_first):
    bus = new(eco2=eco2, tvoc=tvoc)
    if ours_first:
        assert take(CCS811(bus), bus.clock) == (eco2, tvoc)
    with virtual_time(bus.clock, adafruit):
        sensor = adafruit.CCS811(busio.I2C(bus))
        bus.clock.sleep_ms(1100)
        assert (sensor.eco2, sensor.tvoc) == (eco2, tvoc)
    assert take(CCS811(bus), bus.clock) == (eco2, tvoc)


def test_adafruit_sees_the_same_error():
    bus = new(tvoc=None)
    with virtual_time(bus.clock, adafruit):
        sensor = adafruit.CCS811(busio.I2C(bus))
        bus.clock.sleep_ms(1100)
        assert sensor.error
        assert sensor.error_code == 0x08
