"""What somebody writes wrong in a test is told at once, with what was meant."""

from collections.abc import Callable

import pytest

from byteport_mocks import SimulatedI2C
from byteport_mocks.board import SimulatedBoard
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.clock import VirtualClock
from byteport_mocks.faults import NackAddress
from byteport_mocks.fronts.virtual_time import virtual_time
from byteport_mocks.scripted_server import Reply

MISTAKES = {
    "attach a chip, SimulatedMCP9808(), not its class": (
        lambda: SimulatedI2C().attach(SimulatedMCP9808)  # type: ignore[type-var]
    ),
    "is no fault of byteport_mocks.faults, such as NackAddress()": (
        lambda: SimulatedI2C().inject(Reply(503))  # type: ignore[arg-type]
    ),
    "when=3 is no schedule, such as nth(3)": lambda: NackAddress(3),  # type: ignore[arg-type]
    "'pico' is no port: esp32, or rp2 for a Pico W": lambda: SimulatedBoard("pico"),
    "takes modules, as imported, and 'program' is none": (
        lambda: virtual_time(VirtualClock(), "program").__enter__()  # type: ignore[arg-type]
    ),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told(text: str) -> None:
    mistake: Callable[[], object] = MISTAKES[text]
    with pytest.raises((TypeError, ValueError)) as caught:
        mistake()
    assert text in str(caught.value)


def test_a_servers_fault_is_a_reply(chaos_server) -> None:
    with pytest.raises(TypeError, match=r"is no Reply, such as Reply\(503\)"):
        chaos_server.inject(NackAddress())
