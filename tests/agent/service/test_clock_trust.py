"""C1: a time that was saved before the power went is not believed until somebody has set it."""

from pathlib import Path

import pytest
from outbox_rig import NOW_MS, SetClock

from byteport_agent.service.clock_trust import ClockTrust

SECOND, MINUTE = 1000, 60_000


class Kernel:
    def __init__(self) -> None:
        self.error_us: int | None = 1 << 40
        self.asked = 0

    def __call__(self) -> int | None:
        self.asked += 1
        return self.error_us


def made(
    root: Path, *files: str, ticks_ms: int = 20 * SECOND
) -> tuple[ClockTrust, SetClock, Kernel]:
    for name in files:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    clock, kernel = SetClock(ticks_ms=ticks_ms), Kernel()
    return ClockTrust(clock.ticks_ms, root, kernel), clock, kernel


SAVED = ["etc/fake-hwclock.data", "var/lib/systemd/timesync/clock"]


@pytest.mark.parametrize("saved", SAVED)
def test_C1_a_saved_time_is_believed_once_the_kernel_is_in_step(tmp_path: Path, saved: str) -> None:
    trust, clock, kernel = made(tmp_path, saved)
    assert not trust(NOW_MS)
    kernel.error_us = 15_000
    clock.ticks += SECOND
    assert trust(NOW_MS)
    kernel.error_us = 1 << 40  # the network went away again: the clock runs on
    clock.ticks += MINUTE
    assert trust(NOW_MS)
    assert not trust(0)  # and 1970 is never believed


def test_C1_or_once_systemd_says_so(tmp_path: Path) -> None:
    trust, clock, kernel = made(tmp_path, "run/systemd/timesync/x")
    kernel.error_us = None
    assert not trust(NOW_MS)
    (tmp_path / "run/systemd/timesync/synchronized").write_text("")
    clock.ticks += SECOND
    assert trust(NOW_MS)


def test_C1_where_nobody_sets_it_it_is_taken_as_it_is_in_the_end(tmp_path: Path) -> None:
    trust, clock, _ = made(tmp_path, SAVED[0])
    clock.ticks = 10 * MINUTE - 1
    assert not trust(NOW_MS)
    clock.ticks += SECOND
    assert trust(NOW_MS)


def test_a_start_long_after_the_boot_waits_for_nothing(tmp_path: Path) -> None:
    assert made(tmp_path, SAVED[0], ticks_ms=60 * MINUTE)[0](NOW_MS)


@pytest.mark.parametrize("files", [[], [SAVED[0], "sys/class/rtc/rtc0/name"]])
def test_a_machine_with_a_clock_that_runs_on_is_believed_at_once(
    tmp_path: Path, files: list[str]
) -> None:
    trust, _, kernel = made(tmp_path, *files)
    assert trust(NOW_MS)
    assert not trust(0)
    assert kernel.asked == 0


def test_the_kernel_is_asked_once_a_second_at_most(tmp_path: Path) -> None:
    trust, clock, kernel = made(tmp_path, SAVED[0])
    for _ in range(1000):
        trust(NOW_MS)
        clock.ticks += 10
    assert kernel.asked == 10
