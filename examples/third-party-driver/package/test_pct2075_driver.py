"""The PCT2075 simulated from its datasheet, and what the driver reads of it."""

import pytest
from pct2075_driver import PCT2075

from byteport_mocks.faults import NackAddress
from byteport_mocks.registers import RegisterChip


class SimulatedPCT2075(RegisterChip):
    ADDRESSES = (0x37,)
    QUANTITIES = (("temperature", -55.0, 125.0, 0.125, 25.0),)  # lowest, highest, step, at first
    WIDTH = 2  # bytes of a register

    def reset(self):
        self.begin(100000, repeat=True)  # it converts every 100 ms

    def measured(self):
        self.put(0, round(self.value_of("temperature") * 8) << 5)


@pytest.mark.parametrize("degrees", [-55.0, -0.125, 0.0, 25.375, 125.0])
def test_what_is_measured_is_read(i2c_bus, degrees):
    chip = i2c_bus.attach(SimulatedPCT2075())
    driver = PCT2075(i2c_bus)
    chip.set(temperature=degrees)
    i2c_bus.clock.sleep_ms(driver.start())
    assert driver.read() == (degrees,)


def test_a_chip_that_is_gone_is_an_error_of_the_bus(i2c_bus):
    i2c_bus.attach(SimulatedPCT2075())
    driver = PCT2075(i2c_bus)
    i2c_bus.inject(NackAddress())
    with pytest.raises(OSError, match="121"):
        driver.read()
