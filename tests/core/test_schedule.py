"""Due times keep to their grid, whatever the jobs do and however the ticks wrap."""

from byteport.compat import ticks_add, ticks_diff
from byteport.schedule import Schedule, Timer
from portable import raises

WRAP = 1 << 30  # where a 32-bit board's ticks begin again


def run(timer, start, durations):
    """Run a job at each due time, each taking so long; return its start times from start on."""
    now = start
    starts = []
    for duration in durations:
        now = ticks_add(now, timer.wait_ms(now))
        starts.append(ticks_diff(now, start))
        now = ticks_add(now, duration)
        timer.advance(now)
    return starts


def test_no_drift():
    assert run(Timer(1000, 0), 0, [300] * 5) == [0, 1000, 2000, 3000, 4000]


def test_a_slow_job_skips_and_keeps_the_grid():
    assert run(Timer(1000, 0), 0, [2500, 10, 10]) == [0, 3000, 4000]


def test_a_job_as_long_as_its_interval_is_not_run_twice_at_once():
    assert run(Timer(1000, 0), 0, [1000, 1000, 10]) == [0, 2000, 4000]


def test_skipped_times_are_counted():
    timer = Timer(1000, 0)
    assert timer.advance(10) == 0
    assert timer.due == 1000
    assert timer.advance(4500) == 3
    assert timer.due == 5000
    assert timer.advance(4600) == 0
    assert timer.due == 5000


def test_C7_a_long_pause_gives_one_run_and_no_burst():
    timer = Timer(1000, 0)
    timer.advance(0)
    assert timer.advance(86400000) == 86399
    assert timer.wait_ms(86400000) == 1000


def test_C6_ticks_that_wrap():
    start = ticks_add(WRAP - 1500, 0)
    assert run(Timer(1000, start), start, [10] * 4) == [0, 1000, 2000, 3000]


def test_wait_is_never_negative():
    timer = Timer(1000, 500)
    assert timer.wait_ms(0) == 500
    assert timer.wait_ms(500) == 0
    assert timer.wait_ms(9000) == 0


def test_C6_intervals_that_ticks_cannot_tell_apart_are_refused():
    for interval in (0, -1, 518400001):
        assert "1 ms to 6 days" in str(raises(ValueError, Timer, interval, 0))
    Timer(518400000, 0)


def test_schedule_hands_out_the_most_overdue_job():
    schedule = Schedule()
    schedule.add("slow", 5000, 0)
    fast = schedule.add("fast", 1000, 200)
    assert schedule.next_due(300)[1] == "slow"
    schedule.next_due(300)[0].advance(300)
    assert schedule.next_due(300) == (fast, "fast")
    fast.advance(300)
    assert schedule.next_due(300) is None
    assert schedule.wait_ms(300) == 900
    assert schedule.next_due(1200) == (fast, "fast")
