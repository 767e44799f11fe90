"""AHT20 and AHT10: Adafruit's driver of both agrees with ours, checksums apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport.errors import BadReading
from byteport_drivers.aht10 import AHT10
from byteport_drivers.aht20 import AHT20
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.aht10 import SimulatedAHT10
from byteport_mocks.chips.aht20 import SimulatedAHT20
from byteport_mocks.faults import FlipBit
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take
from portable import raises

with stand_ins():
    adafruit = pytest.importorskip("adafruit_ahtx0")


@pytest.mark.parametrize(
    ("driver_class", "chip_class"), [(AHT20, SimulatedAHT20), (AHT10, SimulatedAHT10)]
)
@settings(max_examples=40, deadline=None)
@given(temperature=st.floats(-40, 85), humidity=st.floats(0, 100))
def test_adafruit_agrees(driver_class, chip_class, temperature, humidity):
    bus = SimulatedI2C()
    bus.attach(chip_class()).set(temperature=temperature, humidity=humidity)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.AHTx0(busio.I2C(bus))
        reading = (theirs.temperature, theirs.relative_humidity)
    assert take(driver_class(bus), bus.clock) == pytest.approx(reading, abs=1e-9)


def test_adafruit_takes_a_frame_with_a_wrong_bit():
    bus = SimulatedI2C()
    bus.attach(SimulatedAHT20())
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.AHTx0(busio.I2C(bus))
        bus.inject(FlipBit(byte=4, bit=7))
        assert theirs.temperature == pytest.approx(21.5, abs=7)
        assert theirs.temperature != pytest.approx(21.5, abs=6)
    raises(BadReading, take, AHT20(bus), bus.clock)
