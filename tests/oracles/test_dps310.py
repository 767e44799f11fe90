"""DPS310: Adafruit's driver on the same simulated chip agrees with ours.

Adafruit reads the temperature's counts as unsigned, so it is compared where they are positive.
"""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from byteport.errors import BadReading
from byteport_drivers.dps310 import DPS310
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.dps310 import TRIM, SimulatedDPS310, pascals
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_dps310.basic")

TRIMS = st.tuples(*(st.integers(*sorted((value * 9 // 10, value * 11 // 10))) for value in TRIM))


def simulated(trim, temperature, pressure, external=True):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedDPS310(0x77, trim, external))
    chip.set(temperature=temperature, pressure=pressure)
    return bus


def adafruit_reads(bus):
    with virtual_time(bus.clock, adafruit):
        sensor = adafruit.DPS310(busio.I2C(bus))
        return sensor.temperature, sensor.pressure


@settings(max_examples=50, deadline=None)
@given(TRIMS, st.floats(-40, 85), st.floats(300, 1200), st.booleans())
def test_adafruit_agrees(trim, temperature, pressure, external):
    bus = simulated(trim, temperature, pressure, external)
    try:
        ours = take(DPS310(bus), bus.clock)
    except BadReading:
        assume(False)
    theirs = adafruit_reads(bus)
    assert theirs[0] == pytest.approx(ours[0], abs=0.003)
    assert theirs[1] == pytest.approx(ours[1], abs=0.005)
    # a calibration may not reach the pressure that was set: then the counts stop at their end
    scaled_t = (temperature - trim[0] * 0.5) / trim[1]
    ends = sorted(pascals(trim, scaled_t, end) / 100 for end in (-1.0, 1.0))
    expected = min(max(pressure, ends[0]), ends[1])
    assert ours == pytest.approx((temperature, expected), abs=0.005)
