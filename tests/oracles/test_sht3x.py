"""SHT3x: Adafruit's driver on the same simulated chip agrees with ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.sht3x import SHT3X
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sht3x import SimulatedSHT3X
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_sht31d")


@settings(max_examples=40, deadline=None)
@given(st.floats(-40, 125), st.floats(0, 100), st.sampled_from([0x44, 0x45]))
def test_adafruit_agrees(temperature, humidity, address):
    bus = SimulatedI2C()
    bus.attach(SimulatedSHT3X(address)).set(temperature=temperature, humidity=humidity)
    ours = take(SHT3X(bus, address), bus.clock)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.SHT31D(busio.I2C(bus), address)
        assert ours[0] == pytest.approx(theirs.temperature, abs=1e-9)
        assert ours[1] == pytest.approx(theirs.relative_humidity, abs=1e-9)
        assert theirs.serial_number == 0x01234567
