"""A program that is imported once runs on one simulated board after another."""

import builtins
import importlib
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from byteport_mocks.board import SimulatedBoard
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808

PROGRAM = """
import machine
import time
from collections.abc import Iterator
from machine import Pin, reset_cause
from time import sleep, ticks_ms

GOOD = 4  # as machine.DEEPSLEEP_RESET on one port


def main():
    bus = machine.I2C(0, scl=Pin(22), sda=Pin(21))
    time.sleep_ms(250)
    sleep(1)
    return ticks_ms(), bus.readfrom_mem(0x18, 0x05, 2), reset_cause()
"""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    name = "program_on_two_boards"
    (tmp_path / f"{name}.py").write_text(PROGRAM)
    monkeypatch.syspath_prepend(tmp_path)
    yield name
    sys.modules.pop(name, None)


def ran(board: SimulatedBoard, name: str, celsius: float) -> object:
    board.i2c(0).attach(SimulatedMCP9808()).set(temperature=celsius)
    with board:
        return importlib.import_module(name).main()


@pytest.mark.parametrize("ports", [("esp32", "esp32"), ("esp32", "rp2"), ("rp2", "esp32")])
def test_a_program_finds_the_board_that_is_there(program: str, ports: "tuple[str, str]") -> None:
    first, second = map(SimulatedBoard, ports)
    ms, sample, _ = ran(first, program, 21.5)
    assert (ms >= 1250, sample) == (True, b"\xc1\x58")
    module = sys.modules[program]
    ms, sample, _ = ran(second, program, 0.0)
    assert (ms >= 1250, sample) == (True, b"\x80\x00")
    assert second.clock.ticks_ms() >= 1250
    assert sys.modules[program] is module
    with second:
        assert module.time is sys.modules["time"]
        assert module.machine is sys.modules["machine"]
        assert module.Pin is module.machine.Pin
    assert module.GOOD == 4


def test_modules_of_this_machine_get_the_real_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("sched", "http.client", "ssl", "waitress.server", "byteport_mocks.scripted_server")
    for name in names:
        monkeypatch.delitem(sys.modules, name, raising=False)
    importer = builtins.__import__
    with SimulatedBoard():
        sched, http_client, _, server, mock = map(importlib.import_module, names)
        import time as boards_time
    assert sched.time is time
    assert sched._time is time.monotonic
    assert {http_client.socket, server.socket, mock.socket} == {socket}
    assert boards_time is not time
    assert builtins.__import__ is importer
