"""TCA9548A: Adafruit's multiplexer and sensor drivers read what ours read, channel by channel."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.mcp9808 import MCP9808
from byteport_drivers.tca9548a import TCA9548A
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.chips.tca9548a import SimulatedTCA9548A
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_tca9548a")
    sensors = pytest.importorskip("adafruit_mcp9808")


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-40, 125), min_size=8, max_size=8), st.permutations(range(8)))
def test_adafruit_agrees(temperatures, order):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTCA9548A())
    for number, temperature in enumerate(temperatures):
        chip.attach(number, SimulatedMCP9808()).set(temperature=temperature)
    mux = TCA9548A(bus)
    theirs = adafruit.TCA9548A(busio.I2C(bus))
    ours = [MCP9808(mux.channel(number)) for number in range(8)]
    for number in order:
        (value,) = take(ours[number], bus.clock)
        assert value == sensors.MCP9808(theirs[number]).temperature
        assert value == pytest.approx(temperatures[number], abs=0.0313)
