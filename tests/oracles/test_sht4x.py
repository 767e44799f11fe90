"""SHT4x: Adafruit's and Sensirion's drivers on the same simulated chip agree with ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.sht4x import SHT4X
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sht4x import SimulatedSHT4X
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from byteport_mocks.fronts.virtual_time import virtual_time
from chip_checks import take

from .sensirion_transceiver import channel_to

with stand_ins():
    adafruit = pytest.importorskip("adafruit_sht4x")

EVERYTHING = (st.floats(-40, 125), st.floats(-3, 105), st.sampled_from([0x44, 0x45, 0x46]))


def new(temperature, humidity, address):
    bus = SimulatedI2C()
    bus.attach(SimulatedSHT4X(address)).set(temperature=temperature, humidity=humidity)
    return bus, take(SHT4X(bus, address), bus.clock)


@settings(max_examples=40, deadline=None)
@given(*EVERYTHING)
def test_adafruit_agrees(temperature, humidity, address):
    bus, ours = new(temperature, humidity, address)
    with virtual_time(bus.clock, adafruit):
        theirs = adafruit.SHT4x(busio.I2C(bus), address)
        assert ours == pytest.approx(theirs.measurements, abs=1e-9)
        assert theirs.serial_number == 0x01234567


@settings(max_examples=40, deadline=None)
@given(*EVERYTHING)
def test_sensirion_agrees(temperature, humidity, address):
    """Sensirion's driver does not cut humidity off, which the datasheet leaves to the host."""
    sensirion = pytest.importorskip("sensirion_i2c_sht4x.device")
    bus, ours = new(temperature, humidity, address)
    theirs = sensirion.Sht4xDevice(channel_to(bus, address))
    their_temperature, their_humidity = theirs.measure_high_precision()
    assert ours[0] == pytest.approx(their_temperature.value, abs=1e-9)
    assert ours[1] == pytest.approx(min(max(their_humidity.value, 0), 100), abs=1e-9)
