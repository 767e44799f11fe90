"""BMP180: PyPI's bmp180 on the same simulated chip agrees with ours.

It measures without oversampling, and rounds as the datasheet does: two Pascal at a time where
(UP - B3) * 50000 is 2 ** 31 or more, where ours divides exactly.
"""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from byteport.errors import BadReading, NotReady
from byteport_drivers.bmp180 import BMP180
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bmp180 import TRIM, SimulatedBMP180
from byteport_mocks.fronts.i2c_dev import simulated_i2c_dev
from byteport_mocks.fronts.virtual_time import virtual_time

pypi = pytest.importorskip("bmp180.bmp180")

TRIMS = st.tuples(
    *(st.integers(*sorted((value * 9 // 10, value * 11 // 10))) for value in TRIM[:8]),
    st.just(TRIM[8]),
    *(st.integers(*sorted((value * 9 // 10, value * 11 // 10))) for value in TRIM[9:]),
)


def simulated(trim, temperature, pressure):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBMP180(trim=trim))
    chip.set(temperature=temperature, pressure=pressure)
    return bus, chip


def we_read(bus):
    """Return our reading; pass over calibrations whose counts do not reach the value set."""
    driver = BMP180(bus)
    wait_ms = driver.start()
    try:
        for _ in range(2):
            bus.clock.sleep_ms(wait_ms)
            try:
                reading = driver.read()
            except NotReady:
                pass
        return reading
    except BadReading:
        assume(False)


def they_read(bus):
    with simulated_i2c_dev({1: bus}), virtual_time(bus.clock, pypi):
        sensor = pypi.BMP180(1)
        reading = sensor.read_temperature(), sensor.read_pressure() / 100
        sensor.close()
    return reading


@settings(max_examples=80, deadline=None)
@given(TRIMS, st.floats(-40, 85), st.floats(300, 1100))
def test_pypi_agrees(trim, temperature, pressure):
    bus, _ = simulated(trim, temperature, pressure)
    ours = we_read(bus)
    theirs = they_read(bus)
    assert ours[0] == theirs[0]
    assert ours[1] == pytest.approx(theirs[1], abs=0.0201)


@settings(max_examples=40, deadline=None)
@given(st.floats(-40, 85), st.floats(300, 1100))
def test_what_we_set_is_what_both_read(temperature, pressure):
    bus, _ = simulated(TRIM, temperature, pressure)
    for reading in (we_read(bus), they_read(bus)):
        # the chip's resolution; the datasheet's integers are cut off three times, 0.076 at most
        assert reading[0] == pytest.approx(temperature, abs=0.1)
        assert reading[1] == pytest.approx(pressure, abs=0.1)
