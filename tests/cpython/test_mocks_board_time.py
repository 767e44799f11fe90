"""A board's time reaches modules of byteport that took their names from compat before."""

import importlib
import sys
import time

import pytest

from byteport import compat, schedule
from byteport_mocks.board import SimulatedBoard


def test_C4_modules_that_are_loaded_get_the_boards_ticks():
    before = schedule.ticks_diff, compat.ticks_ms, compat.EPOCH_OFFSET
    board = SimulatedBoard("esp32")
    with board:
        board.clock.sleep_ms(1234)
        assert compat.ticks_ms() == 1234
        assert schedule.ticks_diff(2, (1 << 30) - 1) == 3
        assert compat.EPOCH_OFFSET == 946684800
        compat.sleep_ms(10)
        assert board.clock.ticks_ms() == 1244
    assert (schedule.ticks_diff, compat.ticks_ms, compat.EPOCH_OFFSET) == before


def test_gc_tells_of_free_memory_only_on_a_board():
    import gc

    board = SimulatedBoard()
    board.free_heap = 5000
    with board:
        assert gc.mem_free() == 5000
    assert not hasattr(gc, "mem_free")


def test_modules_that_are_loaded_meanwhile_get_this_machines_time_back(monkeypatch):
    monkeypatch.delitem(sys.modules, "byteport.clock", raising=False)
    with SimulatedBoard("esp32") as board:
        clock = importlib.import_module("byteport.clock")
        board.clock.sleep_ms(1234)
        assert clock.ticks_ms() == 1234
        assert clock.time.gmtime()[0] == 2000
    assert clock.ticks_ms is compat.ticks_ms
    assert (clock.time, clock.EPOCH_OFFSET) == (time, 0)


@pytest.mark.parametrize(("port", "epoch"), [("esp32", 2000), ("rp2", 1970)])
def test_C4_either_epoch_makes_the_same_time(port, epoch):
    board = SimulatedBoard(port)
    with board:
        import time

        assert time.gmtime(0)[0] == epoch
        board.clock.sleep_ms(5000)
        moment = time.mktime((2026, 1, 1, 0, 0, 0, 0, 0)) + compat.EPOCH_OFFSET
        assert moment == 1767225600
        assert time.gmtime(moment - compat.EPOCH_OFFSET)[:3] == (2026, 1, 1)
