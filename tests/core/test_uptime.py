"""The time since a boot, also where ticks wrap."""

from byteport.compat import ticks_add
from byteport.uptime import Uptime


class Clock:
    """Ticks for a test to set."""

    def __init__(self, ticks):
        self.ticks = ticks

    def __call__(self):
        return self.ticks


def test_seconds_and_milliseconds():
    clock = Clock(5000)
    uptime = Uptime(now=clock)
    assert (uptime.seconds, uptime.ms) == (0, 0)
    for step, seconds, ms in ((999, 0, 999), (1, 1, 0), (2345, 3, 345), (0, 3, 345)):
        clock.ticks = ticks_add(clock.ticks, step)
        uptime.update()
        assert (uptime.seconds, uptime.ms) == (seconds, ms)


def test_C6_a_hundred_days_of_ticks_that_wrap():
    clock = Clock(ticks_add(0, -1))
    uptime = Uptime(now=clock)
    for _ in range(20):
        clock.ticks = ticks_add(clock.ticks, 5 * 86400000 + 7)
        uptime.update()
    assert (uptime.seconds, uptime.ms) == (100 * 86400, 140)


def test_an_uptime_that_began_before():
    clock = Clock(0)
    uptime = Uptime(3600, clock)
    clock.ticks = 1500
    uptime.update()
    assert (uptime.seconds, uptime.ms) == (3601, 500)
