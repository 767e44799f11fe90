"""The virtual clock: time passes when told, and calls run at their times."""

from byteport_mocks import VirtualClock
from portable import raises


def test_sleeping_is_what_moves_it():
    clock = VirtualClock(1000)
    clock.sleep_ms(750)
    clock.sleep_us(1500)
    clock.advance_ms(1)
    assert clock.ticks_ms() == 1752
    assert clock.ticks_us() == 1752500
    assert clock.ticks_diff(clock.ticks_add(5, 10), 5) == 10


def test_it_does_not_go_back():
    raises(ValueError, VirtualClock().sleep_ms, -1)


def test_calls_run_in_order_at_their_times():
    clock = VirtualClock()
    ran = []
    clock.call_at_us(2000, lambda: ran.append(("b", clock.ticks_us())))
    clock.call_at_us(1000, lambda: ran.append(("a", clock.ticks_us())))
    clock.call_at_us(2000, lambda: ran.append(("c", clock.ticks_us())))
    clock.call_at_us(2001, lambda: ran.append(("late", clock.ticks_us())))
    clock.sleep_ms(2)
    assert ran == [("a", 1000), ("b", 2000), ("c", 2000)]
    clock.sleep_ms(1)
    assert ran[3] == ("late", 2001)
    assert clock.ticks_ms() == 3


def test_a_call_may_ask_for_the_next():
    clock = VirtualClock()
    ran = []

    def tick():
        ran.append(clock.ticks_ms())
        clock.call_at_us(clock.ticks_us() + 10000, tick)

    clock.call_at_us(0, tick)
    clock.sleep_ms(35)
    assert ran == [0, 10, 20, 30]


def test_a_cancelled_call_does_not_run():
    clock = VirtualClock()
    handle = clock.call_at_us(10, lambda: raises(ValueError, int))
    clock.cancel(handle)
    clock.cancel(handle)
    clock.sleep_ms(1)
