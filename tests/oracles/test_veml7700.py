"""VEML7700: Adafruit's driver on the same simulated chip agrees, at any gain and time."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.veml7700 import VEML7700
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.veml7700 import SimulatedVEML7700
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_veml7700")

GAINS = {2: 1, 1: 0, 0.25: 3, 0.125: 2}
TIMES = {25: 12, 50: 8, 100: 0, 200: 1, 400: 2, 800: 3}


def lit(illuminance):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedVEML7700())
    chip.set(illuminance=illuminance)
    return bus


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 200), st.sampled_from(sorted(GAINS)), st.sampled_from(sorted(TIMES)))
def test_adafruit_agrees_at_every_gain_and_time(illuminance, gain, integration_ms):
    bus = lit(illuminance)
    (ours,) = take(VEML7700(bus, gain=gain, integration_ms=integration_ms), bus.clock)
    with virtual_time(bus.clock, adafruit):
        sensor = adafruit.VEML7700(busio.I2C(bus))
        sensor.light_gain = GAINS[gain]
        sensor.light_integration_time = TIMES[integration_ms]
        bus.clock.sleep_ms(2 * integration_ms)
        theirs = sensor.compute_lux(sensor.light, gain < 1)
    assert ours == pytest.approx(theirs, rel=1e-12)


@settings(max_examples=30, deadline=None)
@given(st.floats(100, 110000))
def test_adafruit_agrees_in_any_light(illuminance):
    bus = lit(illuminance)
    (ours,) = take(VEML7700(bus), bus.clock)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.VEML7700(busio.I2C(bus)).autolux
    assert ours == pytest.approx(theirs, rel=0.02, abs=0.6)
