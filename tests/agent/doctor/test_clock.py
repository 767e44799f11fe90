"""The clock as it is told, without a clock being set."""

from pathlib import Path

import pytest
from doctor_rig import NOW_MS, Rig, only, told

from byteport_agent.doctor.clock import check_against, check_clock, time_text
from byteport_agent.doctor.machine import clock_error_us


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    rig = Rig(tmp_path)
    rig.file("/sys/class/rtc/rtc0/name")
    return rig


def test_a_clock_that_is_kept(rig: Rig) -> None:
    rig.file("/run/systemd/timesync/synchronized")
    assert told(check_clock(rig.machine)) == [
        ("ok", "2026-09-21 14:13:20Z, synchronised, right to 0.001 s by systemd-timesyncd")
    ]


@pytest.mark.parametrize(
    ("path", "text", "advice"),
    [
        ("/etc/hosts", "nobody sets it", "let it be set"),
        ("/run/chrony/x", "chrony has not reached a time server", "is UDP port 123 open"),
        ("/run/systemd/timesync/x", "systemd-timesyncd has not reached", "is UDP port 123 open"),
    ],
)
def test_a_clock_that_is_not_synchronised(rig: Rig, path: str, text: str, advice: str) -> None:
    rig.file(path)
    rig.error_us = 16_000_000
    finding = only(check_clock(rig.machine))
    assert finding.mark == "warning"
    assert text in finding.text
    assert finding.advice.startswith(advice)
    assert finding.command == "sudo timedatectl set-ntp true"


@pytest.mark.parametrize("now_ms", [0, 1_500_000_000_000])
def test_C1_a_clock_that_stood_still(rig: Rig, now_ms: int) -> None:
    rig.now_ms = now_ms
    finding = only(check_clock(rig.machine))
    assert finding.mark == "problem"
    assert finding.text.startswith(f"says {time_text(now_ms)}, which is over")
    assert finding.command == "sudo timedatectl set-ntp true"


def test_where_the_kernel_does_not_say(rig: Rig) -> None:
    rig.error_us = None
    assert only(check_clock(rig.machine)).mark == "warning"
    rig.file("/run/systemd/timesync/synchronized")
    assert only(check_clock(rig.machine)).mark == "ok"


def test_C1_no_clock_that_runs_on_without_power(tmp_path: Path) -> None:
    _, finding = check_clock(Rig(tmp_path).machine)
    assert finding.mark == "ok"
    assert "readings after a start wait until the time is known" in finding.text


def test_this_kernel_says_how_wrong_it_may_be() -> None:
    error_us = clock_error_us()
    assert error_us is not None
    assert 0 <= error_us <= 1 << 40


@pytest.mark.parametrize(("off_s", "text"), [(3600, "3600 s ahead of"), (-90, "90 s behind")])
def test_a_clock_that_is_not_the_services(off_s: int, text: str) -> None:
    finding = only(check_against(NOW_MS + 1000 * off_s, NOW_MS, "https://api.example"))
    assert finding.mark == "problem"
    assert text in finding.text
    assert list(check_against(NOW_MS + 30_000, NOW_MS, "https://api.example")) == []
