"""Signals end a wait, once."""

import os
import signal

from byteport_agent.stopping import StopSignal


def test_a_wait_ends_by_itself_without_a_signal() -> None:
    with StopSignal() as stop:
        assert not stop.wait_ms(0)
        assert not stop.wait_ms(1)


def test_signals_end_every_wait_and_the_old_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM):
        with StopSignal() as stop:
            for _ in range(3):
                os.kill(os.getpid(), number)
            assert stop.wait_ms(60_000)
            assert stop.wait_ms(60_000)
            assert stop.requested
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_signal_during_a_wait_ends_it() -> None:
    def raise_signal(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    old = signal.signal(signal.SIGALRM, raise_signal)
    try:
        with StopSignal() as stop:
            signal.setitimer(signal.ITIMER_REAL, 0.02)
            assert stop.wait_ms(60_000)
    finally:
        signal.signal(signal.SIGALRM, old)


def test_it_leaves_no_file_open() -> None:
    before = len(os.listdir("/proc/self/fd"))
    with StopSignal() as stop:
        stop.request()
        stop.request()
        assert stop.wait_ms(60_000)
    assert len(os.listdir("/proc/self/fd")) == before
