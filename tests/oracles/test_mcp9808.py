"""MCP9808: Adafruit's driver on the same simulated chip agrees with ours to the last bit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.mcp9808 import MCP9808
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.fronts import busio
from byteport_mocks.fronts.circuitpython import stand_ins
from chip_checks import take

with stand_ins():
    adafruit = pytest.importorskip("adafruit_mcp9808")


@settings(max_examples=60, deadline=None)
@given(st.floats(-40, 125), st.sampled_from(MCP9808.ADDRESSES))
def test_adafruit_agrees(temperature, address):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMCP9808(address))
    chip.set(temperature=temperature)
    (ours,) = take(MCP9808(bus, address), bus.clock)
    assert ours == adafruit.MCP9808(busio.I2C(bus), address).temperature
    assert ours == pytest.approx(temperature, abs=0.0313)
