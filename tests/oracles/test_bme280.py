"""BME280: Adafruit's driver and RPi.bme280 on the same simulated chip agree with ours.

Known to be wrong, and kept out or shown here: Adafruit multiplies the humidity by a further
1 + H3 / 2**26 * x (issue CircuitPython_BME280#8) and cuts the temperature to 1/5120 degrees;
RPi.bme280 takes the unsigned H3 as signed. Both believe the codes for "no sample".
"""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from byteport.errors import BadReading
from byteport_drivers.bme280 import BME280
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.smbus2 import SimulatedSMBus
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_bme280.basic")
rpi = pytest.importorskip("bme280")

pytestmark = pytest.mark.filterwarnings("ignore:datetime.datetime.utcnow:DeprecationWarning")

TYPICAL = (27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
TRIMS = st.tuples(*(st.integers(*sorted((value * 4 // 5, value * 6 // 5))) for value in TYPICAL))
HUMIDITY_TRIMS = st.tuples(
    st.integers(0, 90),
    st.integers(320, 400),
    st.integers(0, 127),
    st.integers(-150, 350),
    st.integers(-100, 100),
    st.integers(20, 40),
)


def simulated(trim, humidity_trim, values):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBME280(0x76, trim, humidity_trim))
    chip.set(temperature=values[0], humidity=values[1], pressure=values[2])
    return bus, chip


def rpi_reads(bus):
    front = SimulatedSMBus(bus)
    with virtual_time(bus.clock, rpi):
        reading = rpi.sample(front, 0x76, rpi.load_calibration_params(front, 0x76))
    return reading.temperature, reading.humidity, reading.pressure


def adafruit_reads(bus):
    with virtual_time(bus.clock, adafruit):
        sensor = adafruit.Adafruit_BME280_I2C(busio.I2C(bus), 0x76)
        sensor.overscan_pressure = adafruit.OVERSCAN_X1
        return sensor.temperature, sensor.humidity, sensor.pressure


def we_read(bus):
    """Return our reading; pass over calibrations whose counts do not reach the value set."""
    try:
        reading = take(BME280(bus), bus.clock)
    except BadReading:
        assume(False)
    assume(0 < reading[1] < 100)
    return reading


VALUES = st.tuples(st.floats(-40, 85), st.floats(0, 99), st.floats(300, 1100))


@settings(max_examples=60, deadline=None)
@given(TRIMS, HUMIDITY_TRIMS, VALUES)
def test_rpi_bme280_agrees(trim, humidity_trim, values):
    bus, _ = simulated(trim, humidity_trim, values)
    ours = we_read(bus)
    theirs = rpi_reads(bus)
    assert ours[0] == pytest.approx(theirs[0], abs=0.0005)
    assert ours[1] == pytest.approx(theirs[1], abs=0.003)
    assert ours[2] == pytest.approx(theirs[2], abs=0.006)


@settings(max_examples=60, deadline=None)
@given(TRIMS, HUMIDITY_TRIMS, VALUES)
def test_adafruit_agrees(trim, humidity_trim, values):
    humidity_trim = (*humidity_trim[:2], 0, *humidity_trim[3:])
    bus, _ = simulated(trim, humidity_trim, values)
    ours = we_read(bus)
    theirs = adafruit_reads(bus)
    assert ours[0] == pytest.approx(theirs[0], abs=0.0005)
    assert ours[1] == pytest.approx(theirs[1], abs=0.003)
    assert ours[2] == pytest.approx(theirs[2], abs=0.006)


def test_what_we_set_is_what_all_read():
    bus, _ = simulated(TYPICAL, (75, 363, 0, 318, 50, 30), (21.25, 43.5, 1003.3))
    for reading in (take(BME280(bus), bus.clock), rpi_reads(bus), adafruit_reads(bus)):
        assert reading == pytest.approx((21.25, 43.5, 1003.3), abs=0.02)


def test_h3_as_in_the_datasheet():
    """4.2.2 has dig_H3 as unsigned char; 8.1 multiplies by it once."""
    bus, _ = simulated(TYPICAL, (75, 363, 200, 318, 50, 30), (60.0, 50.0, 1000.0))
    ours = take(BME280(bus), bus.clock)[1]
    assert ours == pytest.approx(50, abs=0.02)
    assert rpi_reads(bus)[1] < 49.5
    assert adafruit_reads(bus)[1] > 50.2


def test_the_others_believe_a_sample_that_is_none():
    bus, chip = simulated(TYPICAL, (75, 363, 0, 318, 50, 30), (20, 50, 1000))
    chip.set(temperature=None)
    for reading in (rpi_reads(bus), adafruit_reads(bus)):
        assert 20 < reading[0] < 30
    with pytest.raises(BadReading, match="no sample"):
        take(BME280(bus), bus.clock)
