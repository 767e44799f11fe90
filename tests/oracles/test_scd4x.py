"""SCD4x: Adafruit's and Sensirion's drivers on the same simulated chip agree with ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.scd4x import SCD4X
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.scd4x import SimulatedSCD4X
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

from .sensirion_transceiver import channel_to

with stand_ins():
    adafruit = pytest.importorskip("adafruit_scd4x")

EVERYTHING = (st.integers(400, 5000), st.floats(-10, 60), st.floats(0, 100))


def new(co2, temperature, humidity):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSCD4X(answer_us=1000))
    chip.set(co2=co2, temperature=temperature, humidity=humidity)
    return bus


@settings(max_examples=30, deadline=None)
@given(*EVERYTHING)
def test_adafruit_agrees(co2, temperature, humidity):
    bus = new(co2, temperature, humidity)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.SCD4X(busio.I2C(bus))
        assert theirs.serial_number == (0xF8, 0x96, 0x9F, 0x07, 0x3B, 0xBE)
        assert theirs.sensor_variant_name == "SCD41"
        theirs.start_periodic_measurement()
        bus.clock.sleep_ms(5000)
        assert theirs.data_ready
        reading = (theirs.CO2, theirs.temperature, theirs.relative_humidity)
    assert take(SCD4X(bus), bus.clock) == pytest.approx(reading, abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(*EVERYTHING)
def test_sensirion_agrees(co2, temperature, humidity):
    sensirion = pytest.importorskip("sensirion_i2c_scd4x.device")
    bus = new(co2, temperature, humidity)
    theirs = sensirion.Scd4xDevice(channel_to(bus, 0x62))
    theirs.start_periodic_measurement()
    bus.clock.sleep_ms(5000)
    assert theirs.get_data_ready_status()
    reading = [signal.value for signal in theirs.read_measurement()]
    assert take(SCD4X(bus), bus.clock) == pytest.approx(reading, abs=1e-9)
