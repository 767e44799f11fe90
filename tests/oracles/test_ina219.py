"""INA219: Adafruit's driver, which lets the chip compute, agrees with ours, which does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.ina219 import INA219
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ina219 import SimulatedINA219
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_ina219")


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 26), st.floats(-3.19, 3.19), st.sampled_from(INA219.ADDRESSES))
def test_adafruit_agrees(volts, amperes, address):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedINA219(address))
    chip.set(voltage=volts, current=amperes)
    theirs = adafruit.INA219(busio.I2C(bus), address)
    bus.clock.sleep_ms(2)
    voltage, current, power, shunt_mv = take(INA219(bus, address), bus.clock)
    assert voltage == pytest.approx(theirs.bus_voltage, abs=1e-9)
    assert shunt_mv == pytest.approx(theirs.shunt_voltage * 1000, abs=1e-9)
    assert current == pytest.approx(theirs.current / 1000, abs=1e-9)
    assert abs(power) == pytest.approx(theirs.power, abs=0.0021)  # theirs counts 2 mW, unsigned
