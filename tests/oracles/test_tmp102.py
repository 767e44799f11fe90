"""TMP102: SparkFun's driver on the real smbus2, and the Linux kernel's formula, agree with ours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.tmp102 import TMP102, celsius
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.tmp102 import SimulatedTMP102
from byteport_mocks.fronts.i2c_dev import simulated_i2c_dev
from chip_checks import take

sparkfun = pytest.importorskip("qwiic_tmp102")
linux_i2c = pytest.importorskip("qwiic_i2c.linux_i2c")


@settings(max_examples=60, deadline=None)
@given(st.floats(-55, 127), st.booleans(), st.sampled_from(TMP102.ADDRESSES))
def test_sparkfun_agrees(temperature, extended, address):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTMP102(address))
    chip.set(temperature=temperature)
    (ours,) = take(TMP102(bus, address, extended=extended), bus.clock)
    with simulated_i2c_dev({1: bus}):
        driver = linux_i2c.LinuxI2C(1)
        theirs = sparkfun.QwiicTmp102Sensor(address, driver).read_temp_c()
        driver.i2cbus.close()
    # SparkFun sets the bits above a negative number as if integers ended at 16
    assert ours == (theirs - 4096 if ours < 0 else theirs)
    assert ours == pytest.approx(temperature, abs=0.0313)


def kernel_millidegrees(raw: int) -> int:
    """Return what drivers/hwmon/tmp102.c, which always sets 13 bits, makes of a register."""
    signed = raw - 0x10000 if raw & 0x8000 else raw
    return int((signed & ~1) * 1000 / 128)  # C's division cuts towards zero


def test_the_kernel_agrees_on_every_code():
    for raw in range(1, 0x10000, 8):
        assert int(celsius(raw) * 1000) == kernel_millidegrees(raw)
