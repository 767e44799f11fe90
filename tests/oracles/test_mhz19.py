"""pymhz19-async speaks to the same simulated sensor as our MHZ19."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport_drivers.mhz19 import MHZ19
from byteport_mocks import SimulatedUART
from byteport_mocks.chips.mhz19 import SimulatedMHZ19
from chip_checks import take

oracle = pytest.importorskip("mhz19_async")


class Listener(oracle.mhz19.MHZ19Protocol):
    """Keeps what the oracle makes of the sensor's bytes."""

    def __init__(self, loop):
        super().__init__(loop)
        self.events = []

    def event_received(self, event):
        self.events.append(event)


def ask_oracle(uart):
    loop = asyncio.new_event_loop()
    try:
        protocol = Listener(loop)
        protocol.connection_made(uart)
        protocol.send_command(protocol.Codes.GET_CLAMPED_CO2_TEMPERATURE)
        uart.clock.sleep_ms(100)
        protocol.data_received(uart.read())
        return protocol.events[-1]
    finally:
        loop.close()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10000), st.integers(-39, 100))
def test_agrees(co2, temperature):
    uart = SimulatedUART(SimulatedMHZ19())
    uart.device.set(co2=co2, temperature=temperature)
    event = ask_oracle(uart)
    assert take(MHZ19(uart), uart.clock) == (event["CO2"], event["temperature"])
