"""Lanes with real threads: order in each, none held up by another, few threads."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from time import sleep

import pytest
from agent_rig import VirtualClock

from byteport_agent.clock import SystemClock
from byteport_agent.sampling.lanes import Lane, Workers
from byteport_agent.sampling.scheduler import Scheduler
from byteport_agent.stopping import StopSignal
from waiting import wait_for

PATIENCE_S = 20


@contextmanager
def working() -> Iterator[Workers]:
    clock = SystemClock(StopSignal())
    scheduler = Scheduler(clock)
    workers = Workers(clock, scheduler.at)
    scheduler.start()
    try:
        yield workers
    finally:
        scheduler.stop()
        workers.stop(PATIENCE_S * 1000)


def lane_threads() -> int:
    return sum(thread.name == "lane worker" for thread in threading.enumerate())


def test_a_lane_keeps_its_order_and_does_one_thing_at_a_time() -> None:
    done, under_way, together = [], [], []
    ended = Event()
    with working() as workers:
        lane = Lane("i2c-1")

        def task(number: int) -> Callable[[], None]:
            def run() -> None:
                under_way.append(number)
                together.append(len(under_way))
                done.append(number)
                under_way.remove(number)
                if number == 499:
                    ended.set()

            return run

        for number in range(500):
            workers.submit(lane, "porch", task(number))
        assert ended.wait(PATIENCE_S)
    assert done == list(range(500))
    assert set(together) == {1}


def test_S3_a_lane_that_hangs_delays_no_other() -> None:
    release = Event()
    with working() as workers:
        for number in range(5):
            hanging = Event()
            workers.submit(
                Lane(f"hangs-{number}"), "x", lambda on=hanging: on.set() or release.wait()
            )
            assert hanging.wait(PATIENCE_S)
            done = Event()
            workers.submit(Lane("healthy"), "y", done.set)
            assert done.wait(PATIENCE_S)
        assert workers.stuck(-1) == 5
        assert lane_threads() <= 7
        release.set()
    assert lane_threads() == 0


def test_the_lane_says_who_it_is_busy_with() -> None:
    release, begun = Event(), Event()
    with working() as workers:
        lane = Lane("i2c-1")
        workers.submit(lane, "porch", lambda: begun.set() or release.wait())
        assert begun.wait(PATIENCE_S)
        assert lane.busy_with == "porch"
        after = Event()
        workers.submit(lane, "cellar", after.set)
        release.set()
        assert after.wait(PATIENCE_S)
    assert lane.busy_with == ""


def test_a_thousand_quick_lanes_need_few_threads() -> None:
    done = threading.Semaphore(0)
    looks: list[Callable[[], object]] = []
    # its time stands still: however busy this machine is, no task takes any
    workers = Workers(VirtualClock(), lambda _due, look: looks.append(look))
    for _ in range(3):
        for number in range(1000):
            workers.submit(Lane(f"pin-{number}"), "x", done.release)
            if looks:
                looks.pop()()
    for _ in range(3000):
        assert done.acquire(timeout=PATIENCE_S)
    assert lane_threads() <= 4
    workers.stop(PATIENCE_S * 1000)


def test_what_was_submitted_before_the_end_is_still_done() -> None:
    done: list[int] = []
    with working() as workers:
        lane = Lane("i2c-1")
        for number in range(100):
            workers.submit(lane, "x", lambda n=number: done.append(n))
    assert done == list(range(100))


def test_stop_leaves_behind_what_hangs() -> None:
    release, begun = Event(), Event()
    clock = SystemClock(StopSignal())
    workers = Workers(clock, lambda due, job: None)
    workers.submit(Lane("i2c-1"), "x", lambda: begun.set() or release.wait())
    assert begun.wait(PATIENCE_S)
    workers.stop(10)
    assert lane_threads() == 1
    release.set()
    workers.stop(PATIENCE_S * 1000)
    assert lane_threads() == 0


def test_a_thread_that_is_needed_no_more_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("byteport_agent.sampling.lanes._SURPLUS_MS", 0)
    release, hanging = Event(), Event()
    with working() as workers:
        workers.submit(Lane("hangs"), "x", lambda: hanging.set() or release.wait())
        assert hanging.wait(PATIENCE_S)
        done = Event()
        workers.submit(Lane("healthy"), "y", done.set)
        assert done.wait(PATIENCE_S)
        wait_for(lambda: lane_threads() == 2)
        sleep(0.01)
        release.set()
        wait_for(lambda: lane_threads() == 1)
