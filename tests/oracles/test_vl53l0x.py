"""VL53L0X: Adafruit's driver on the same simulated chip agrees, register by register too."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.vl53l0x import VL53L0X
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.vl53l0x import SimulatedVL53L0X
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_vl53l0x")

INTERRUPT_PIN_LEVEL = 0x84  # which we leave as it is: the pin is not used
STATUS = 0x13


def new(**options):
    bus = SimulatedI2C()
    return bus, bus.attach(SimulatedVL53L0X(**options))


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=6, max_size=6), st.integers(0, 44), st.booleans())
def test_the_set_up_leaves_the_same_registers(spads, count, behind_aperture):
    spad_info = count | (0x80 if behind_aperture else 0)
    bus, theirs = new(spads=spads, spad_info=spad_info)
    adafruit.VL53L0X(busio.I2C(bus)).start_continuous()
    bus, ours = new(spads=spads, spad_info=spad_info)
    VL53L0X(bus).start()
    different = {
        register
        for register in theirs.registers.keys() | ours.registers.keys()
        if theirs.registers.get(register) != ours.registers.get(register)
    }
    assert different <= {INTERRUPT_PIN_LEVEL, STATUS}


@settings(max_examples=25, deadline=None)
@given(st.integers(30, 2000))
def test_adafruit_agrees(distance):
    bus, chip = new()
    chip.set(distance=distance)
    assert take(VL53L0X(bus), bus.clock) == (distance,)
    sensor = adafruit.VL53L0X(busio.I2C(bus))
    assert sensor.range == distance
    with sensor.continuous_mode():
        assert sensor.range == distance
