"""BME680: Adafruit's driver and pimoroni's on the same simulated chip agree with ours.

Both take the signed "range switching error" as unsigned, so it is positive where they are compared.
Adafruit exchanges the low nibbles of H1 and H2, which are 0 where it is compared.
Pimoroni's computes in the API's integers, with their coarser steps. Both switch a filter on, which
is not simulated.
"""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from byteport.errors import BadReading
from byteport_drivers.bme680 import BME680, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bme680 import (
    TRIM_G,
    TRIM_H,
    TRIM_P,
    TRIM_T,
    SimulatedBME680,
    fine_temperature,
    pascals,
    percent,
)
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.smbus2 import SimulatedSMBus
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_bme680")
pimoroni = pytest.importorskip("bme680")

TRIM = TRIM_T + TRIM_P + TRIM_H + TRIM_G
TRIMS = st.tuples(*(st.integers(*sorted((value * 19 // 20, value * 21 // 20))) for value in TRIM))
VALUES = st.tuples(
    st.floats(-40, 85), st.floats(1, 99), st.floats(300, 1100), st.floats(1000, 10000000)
)


def simulated(trim, values, gas_error=0):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBME680(0x76, trim, gas_error))
    names = ("temperature", "humidity", "pressure", "gas_resistance")
    chip.set(**dict(zip(names, values, strict=True)))
    return bus


def we_read(bus):
    """Return our reading; pass over calibrations whose counts do not reach the value set."""
    try:
        reading = take(BME680(bus, oversampling=16), bus.clock)
    except BadReading:
        assume(False)
    assume(0 < reading[1] < 100)
    return reading


def nibbles_off(trim):
    return (*trim[:13], trim[13] & ~15, trim[14] & ~15, *trim[15:])


def adafruit_reads(bus):
    bus.clock.sleep_ms(1000)  # it takes time 0 for the time of its last reading
    with virtual_time(bus.clock, adafruit):
        sensor = adafruit.Adafruit_BME680_I2C(busio.I2C(bus), 0x76)
        sensor.temperature_oversample = sensor.pressure_oversample = 16
        return sensor.temperature, sensor.humidity, sensor.pressure, sensor.gas


def pimoroni_reads(bus):
    with virtual_time(bus.clock, pimoroni):
        sensor = pimoroni.BME680(0x76, SimulatedSMBus(bus))
        sensor.set_temperature_oversample(pimoroni.OS_16X)
        sensor.set_pressure_oversample(pimoroni.OS_16X)
        sensor.set_gas_heater_profile(320, 10)  # it gives up after 100 ms
        assert sensor.get_sensor_data()
    data = sensor.data
    return data.temperature, data.humidity, data.pressure, data.gas_resistance


@settings(max_examples=50, deadline=None)
@given(TRIMS, VALUES, st.integers(0, 7))
def test_adafruit_agrees(trim, values, gas_error):
    bus = simulated(nibbles_off(trim), values, gas_error)
    ours = we_read(bus)
    theirs = adafruit_reads(bus)
    assert ours[0] == pytest.approx(theirs[0], abs=0.006)
    assert ours[1] == pytest.approx(theirs[1], abs=0.02)
    assert ours[2] == pytest.approx(theirs[2], abs=0.02)
    assert ours[3] == pytest.approx(theirs[3], rel=0.001, abs=2)


@settings(max_examples=50, deadline=None)
@given(TRIMS, VALUES, st.integers(0, 7))
def test_pimoroni_agrees(trim, values, gas_error):
    bus = simulated(trim, values, gas_error)
    ours = we_read(bus)
    theirs = pimoroni_reads(bus)
    assert ours[0] == pytest.approx(theirs[0], abs=0.011)
    assert ours[1] == pytest.approx(theirs[1], abs=0.06)
    assert ours[2] == pytest.approx(theirs[2], abs=0.1)
    assert ours[3] == pytest.approx(theirs[3], rel=0.001, abs=2)


def test_what_we_set_is_what_all_read():
    values = (-21.25, 43.5, 1003.3, 77000)
    bus = simulated(nibbles_off(TRIM), values)
    for reading in (take(BME680(bus), bus.clock), adafruit_reads(bus), pimoroni_reads(bus)):
        assert reading[:3] == pytest.approx(values[:3], abs=0.06)
        assert reading[3] == pytest.approx(77000, rel=0.001)


def test_adafruit_heats_alike():
    bus = simulated(TRIM, (20, 50, 1000, 50000))
    BME680(bus)
    ours = bus.readfrom_mem(0x76, 0x5A, 1)[0]
    adafruit_reads(bus)
    assert abs(bus.readfrom_mem(0x76, 0x5A, 1)[0] - ours) <= 1
    assert bus.readfrom_mem(0x76, 0x64, 1)[0] == 0x65


def test_a_negative_range_error_is_negative():
    """3.3.4: range_sw_err is of 4 bits, signed."""
    bus = simulated(TRIM, (20, 50, 1000, 50000), -3)
    assert take(BME680(bus), bus.clock)[3] == pytest.approx(50000, rel=0.001)
    assert abs(adafruit_reads(bus)[3] - 50000) > 100


def test_the_integers_follow_the_floats():
    for raw_t in range(380000, 640000, 20000):
        fine = fine_temperature(TRIM, raw_t)
        for raw_p in range(150000, 700000, 50000):
            reading = compensate((TRIM_T, TRIM_P, TRIM_H, (0,)), raw_t, raw_p, 22000, 512, 5)
            assert reading[0] == pytest.approx(fine / 5120, abs=0.001)
            assert reading[1] == pytest.approx(percent(TRIM_H, fine / 5120, 22000), abs=0.01)
            assert reading[2] == pytest.approx(pascals(TRIM_P, fine, raw_p) / 100, abs=0.01)
