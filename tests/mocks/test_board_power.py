"""Power cuts, sleeps that are cut short, watchdogs that are fed often, and what that leaves."""

from byteport_mocks.board import SimulatedBoard
from byteport_mocks.board.resets import HARD_RESET, BoardReset
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808


def cut(board, off_ms=0):
    """Return a call that cuts a board's power, for its clock."""
    return lambda: board.cut_power(off_ms)


def test_a_power_cut_takes_the_rtc_and_its_memory():
    board = SimulatedBoard("esp32")
    board.clock.call_at_us(5000000, cut(board, 2000))
    seen = []

    def main():
        import time

        import machine

        rtc = machine.RTC()
        seen.append((machine.reset_cause(), rtc.memory(), time.time()))
        rtc.memory(b"kept")
        rtc.datetime((2026, 6, 1, 0, 0, 0, 0, 0))
        time.sleep_ms(10000)

    with board:
        assert board.run(main, 3) == ["power cut", "returned"]
        assert seen == [(1, b"", 0), (1, b"", 0)]
        assert (board.off_ms, board.asleep_ms) == (2000, 0)
        assert board.clock.ticks_ms() == 17000


def test_a_picos_clock_is_lost_too():
    board = SimulatedBoard("rp2")
    board.clock.call_at_us(1000000, cut(board))
    with board:
        import machine

        board.run(lambda: machine.lightsleep(5000))
        assert machine.reset_cause() == machine.PWRON_RESET
        assert board.rtc_us() == 1609459200 * 1000000


def test_a_sleep_ends_with_a_reset():
    board = SimulatedBoard("esp32")

    def press():
        raise BoardReset("button", HARD_RESET)

    board.clock.call_at_us(3000000, press)
    with board:
        import machine

        machine.RTC().memory(b"kept")
        assert board.run(lambda: machine.deepsleep(10000)) == ["deepsleep"]
        assert board.clock.ticks_ms() == board.asleep_ms == 3000
        assert machine.reset_cause() == machine.HARD_RESET
        assert machine.RTC().memory() == b"kept"


def test_a_power_cut_in_a_deep_sleep():
    board = SimulatedBoard("esp32")
    board.clock.call_at_us(3000000, cut(board, 500))
    with board:
        import machine

        machine.RTC().memory(b"kept")
        board.run(lambda: machine.deepsleep(10000))
        assert (board.asleep_ms, board.off_ms) == (3000, 500)
        assert (machine.reset_cause(), machine.RTC().memory()) == (machine.PWRON_RESET, b"")


def test_light_sleep_is_counted():
    board = SimulatedBoard("rp2")
    with board:
        import machine

        machine.lightsleep(1500)
        assert board.asleep_ms == 1500


def test_feeding_moves_no_alarm():
    board = SimulatedBoard("esp32")

    def main():
        import time

        import machine

        dog = machine.WDT(timeout=5000)
        for _ in range(1000):
            time.sleep_ms(10)
            dog.feed()
        assert len(board._alarms) == 1
        machine.WDT(timeout=1000)  # a shorter one from now on
        time.sleep_ms(2000)

    with board:
        assert board.run(main) == ["wdt"]
        assert board.clock.ticks_ms() == 11000


def test_timers_leave_nothing_behind():
    board = SimulatedBoard("esp32")
    calls = []
    with board:
        import machine

        timer = machine.Timer(0)
        timer.init(period=10, callback=calls.append)
        board.clock.sleep_ms(1000)
        assert len(calls) == 100
        assert len(board._alarms) == 1
        timer.deinit()
        assert len(board._alarms) == 0


def test_a_bus_keeps_no_log_that_nobody_wants():
    board = SimulatedBoard("esp32")
    bus = board.i2c(0)
    bus.attach(SimulatedMCP9808())
    bus.log_limit = 2
    for _ in range(5):
        bus.readfrom_mem(0x18, 6, 2)
    assert len(bus.log) == 2
    bus.log.clear()
    bus.log_limit = 0
    bus.readfrom_mem(0x18, 6, 2)
    assert (len(bus.log), bus.transactions) == (0, 6)


def test_a_connection_takes_its_setup():
    board = SimulatedBoard("esp32")
    board.wifi.add_network("home")
    board.internet.rtt_ms = 50
    board.internet.setup_ms = 700

    class Nobody:
        listens = True
        takes_ms = 0

        def __call__(self, request):
            return None

    board.internet.serve("host", 80, Nobody())
    with board:
        import socket

        import network

        wlan = network.WLAN(network.STA_IF)
        wlan.active(True)
        wlan.connect("home", "")
        board.clock.sleep_ms(3000)
        sock = socket.socket(99)
        try:
            sock.connect(("host", 80))
        except OSError:
            pass
        assert sock.wait_ms(4) == 750


class End(BaseException):
    """Ends a test from within a sleep."""


def test_a_sleep_that_a_test_ends_is_counted():
    board = SimulatedBoard("esp32")

    def end():
        raise End

    board.clock.call_at_us(4000000, end)
    with board:
        import machine

        try:
            board.run(lambda: machine.deepsleep(10000))
        except End:
            pass
        assert board.asleep_ms == 4000
