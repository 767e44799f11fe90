"""PCF8574: Adafruit's driver sees the same pins on the same simulated chip, in every state."""

import pytest

from byteport_drivers.pcf8574 import PCF8574
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.pcf8574 import SimulatedPCF8574
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_pcf8574")


@pytest.mark.parametrize("address", [0x20, 0x27, 0x38, 0x3F])
def test_adafruit_agrees(address):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedPCF8574(address))
    ours = PCF8574(bus, address)
    theirs = adafruit.PCF8574(busio.I2C(bus), address)
    for levels in range(256):
        chip.set(**{f"p{pin}": levels >> pin & 1 for pin in range(8)})
        reading = take(ours, bus.clock)
        assert reading == tuple(theirs.read_pin(pin) for pin in range(8))
        assert theirs.read_gpio() == levels


def test_adafruits_outputs_read_low_here():
    bus = SimulatedI2C()
    bus.attach(SimulatedPCF8574())
    ours = PCF8574(bus)
    theirs = adafruit.PCF8574(busio.I2C(bus))
    theirs.write_gpio(0xFF)
    theirs.get_pin(3).switch_to_output(value=False)
    assert take(ours, bus.clock) == (1, 1, 1, 0, 1, 1, 1, 1)
