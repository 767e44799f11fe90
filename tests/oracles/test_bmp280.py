"""BMP280: Adafruit's driver and pimoroni's on the same simulated chip agree with ours.

Both believe the code for "no sample". Pimoroni's switches a filter on, which is not simulated.
"""

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from byteport.errors import BadReading
from byteport_drivers import bme280
from byteport_drivers.bmp280 import BMP280, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bmp280 import TRIM, SimulatedBMP280
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.smbus2 import SimulatedSMBus
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_bmp280")
pimoroni = pytest.importorskip("bmp280")

TRIMS = st.tuples(*(st.integers(*sorted((value * 4 // 5, value * 6 // 5))) for value in TRIM))


def simulated(trim, values):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBMP280(0x76, trim))
    chip.set(temperature=values[0], pressure=values[1])
    return bus, chip


def we_read(bus, **options):
    """Return our reading; pass over calibrations whose counts do not reach the value set."""
    try:
        return take(BMP280(bus, **options), bus.clock)
    except BadReading:
        assume(False)


def adafruit_reads(bus):
    with virtual_time(bus.clock, adafruit):
        sensor = adafruit.Adafruit_BMP280_I2C(busio.I2C(bus), 0x76)
        sensor.overscan_temperature = sensor.overscan_pressure = adafruit.OVERSCAN_X1
        return sensor.temperature, sensor.pressure


def pimoroni_reads(bus):
    with virtual_time(bus.clock, pimoroni):
        sensor = pimoroni.BMP280(i2c_dev=SimulatedSMBus(bus))
        sensor.setup(mode="forced")
        sensor.update_sensor()
    return sensor.temperature, sensor.pressure


VALUES = st.tuples(st.floats(-40, 85), st.floats(300, 1100))


@settings(max_examples=60, deadline=None)
@given(TRIMS, VALUES)
def test_adafruit_agrees(trim, values):
    bus, _ = simulated(trim, values)
    ours = we_read(bus)
    theirs = adafruit_reads(bus)
    assert ours[0] == pytest.approx(theirs[0], abs=0.0005)
    assert ours[1] == pytest.approx(theirs[1], abs=0.006)


@settings(max_examples=60, deadline=None)
@given(TRIMS, VALUES)
def test_pimoroni_agrees(trim, values):
    bus, _ = simulated(trim, values)
    ours = we_read(bus, oversampling=16)
    theirs = pimoroni_reads(bus)
    assert ours[0] == pytest.approx(theirs[0], abs=0.0005)
    assert ours[1] == pytest.approx(theirs[1], abs=0.006)


def test_what_we_set_is_what_all_read():
    bus, _ = simulated(TRIM, (-21.25, 1003.3))
    for reading in (we_read(bus), adafruit_reads(bus), pimoroni_reads(bus)):
        assert reading == pytest.approx((-21.25, 1003.3), abs=0.02)


def test_the_others_believe_a_sample_that_is_none():
    bus, chip = simulated(TRIM, (20, 1000))
    chip.set(temperature=None)
    for reading in (adafruit_reads(bus), pimoroni_reads(bus)):
        assert 20 < reading[0] < 30
    with pytest.raises(BadReading, match="no sample"):
        take(BMP280(bus), bus.clock)


def test_the_bme280_measures_alike():
    """The two drivers stand alone on a board; what they share is the same."""
    some = random.Random(1)
    for _ in range(200):
        raw = some.randrange(0x100000), some.randrange(0x100000)
        temperature, _, pressure = bme280.compensate((*TRIM, 75, 376, 0, 286, 50, 30), *raw, 30000)
        assert compensate(TRIM, *raw) == (temperature, pressure)
