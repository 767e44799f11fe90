"""The clock: whether its time can be true, who sets it, and what happens after a power cut."""

from collections.abc import Iterator
from datetime import UTC, datetime

from byteport_agent.doctor.finding import Finding, ok, problem, warning
from byteport_agent.doctor.machine import Machine
from byteport_agent.outbox.boot_time import after_release
from byteport_agent.service.kernel_clock import IN_STEP_US

_SUBJECT = "clock"
_REACHED = "/run/systemd/timesync/synchronized"
_SET = "sudo timedatectl set-ntp true"
_DAEMONS = {
    "/run/systemd/timesync": "systemd-timesyncd",
    "/run/chrony": "chrony",
    "/run/ntpd.pid": "ntpd",
}
_FURTHEST_OFF_S = 60


def check_clock(machine: Machine) -> Iterator[Finding]:
    """Yield whether the time is sane and is kept so."""
    now = machine.unix_ms()
    daemon = next((name for path, name in _DAEMONS.items() if machine.exists(path)), "")
    error_us = machine.clock_error_us()
    in_step = machine.exists(_REACHED) if error_us is None else error_us < IN_STEP_US
    if not after_release(now):
        yield problem(
            _SUBJECT,
            f"says {time_text(now)}, which is over: readings wait for the right time, and "
            "certificates look wrong",
            "let it be set from the network",
            _SET,
        )
    elif in_step:
        right = f", right to {error_us / 1_000_000:.3f} s" if error_us else ""
        yield ok(_SUBJECT, f"{time_text(now)}, synchronised{right}{f' by {daemon}' * bool(daemon)}")
    else:
        who = f"{daemon} has not reached a time server" if daemon else "nobody sets it"
        advice = "is UDP port 123 open to time servers?" if daemon else "let it be set"
        yield warning(_SUBJECT, f"{time_text(now)}, not synchronised: {who}", advice, _SET)
    if not machine.found("/sys/class/rtc/rtc[0-9]*"):
        text = "none runs on without power: readings after a start wait until the time is known"
        yield ok(_SUBJECT, text)


def check_against(now_ms: int, other_ms: int, who: str) -> Iterator[Finding]:
    """Yield that this clock is not the service's."""
    off_s = (now_ms - other_ms) // 1000
    if abs(off_s) > _FURTHEST_OFF_S:
        way = "ahead of" if off_s > 0 else "behind"
        text = f"is {abs(off_s)} s {way} that of {who}, which says {time_text(other_ms)}"
        yield problem(_SUBJECT, text, "let it be set from the network", _SET)


def time_text(unix_ms: int) -> str:
    """Return a time as people and journals write it, in UTC."""
    return datetime.fromtimestamp(unix_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
