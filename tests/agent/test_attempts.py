"""How long an address waits after wrong keys, and what a flood of them may cost the others."""

import pytest
from outbox_rig import SetClock

from byteport_agent.attempts import Attempts, network


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def attempts(clock: SetClock) -> Attempts:
    return Attempts(clock, free=5, longest_ms=60_000, a_minute=100)


def test_X5_each_wrong_one_beyond_a_few_doubles_the_wait(
    attempts: Attempts, clock: SetClock
) -> None:
    waits = []
    for _ in range(14):
        attempts.failed("192.0.2.1")
        waits.append(attempts.wait_ms("192.0.2.1"))
        clock.ticks += waits[-1]
    assert waits == [0, 0, 0, 0, *(1000 * 2**n for n in range(6)), *[60_000] * 4]


def test_X5_a_right_one_ends_the_row(attempts: Attempts) -> None:
    for _ in range(4):
        attempts.failed("192.0.2.1")
    attempts.passed("192.0.2.1")
    attempts.failed("192.0.2.1")
    assert attempts.wait_ms("192.0.2.1") == 0


def test_X5_a_flood_from_everywhere_holds_strangers_up_and_nobody_else(
    attempts: Attempts, clock: SetClock
) -> None:
    attempts.passed("192.0.2.7")
    for number in range(100):
        attempts.failed(f"198.51.100.{number}")
    assert attempts.wait_ms("203.0.113.1") == 60_000
    assert attempts.wait_ms("192.0.2.7") == 0
    clock.ticks += 60_000
    assert attempts.wait_ms("203.0.113.1") == 0


def test_P3_what_is_remembered_is_bounded(attempts: Attempts) -> None:
    for number in range(10_000):
        attempts.failed(f"10.{number // 65536}.{number // 256 % 256}.{number % 256}")
        attempts.passed(f"11.{number // 65536}.{number // 256 % 256}.{number % 256}")
    assert len(attempts._failures) == len(attempts._known) == 4096


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:db8::1", "2001:db8:0:0"),
        ("2001:db8:1:2::", "2001:db8:1:2"),
        ("fe80::1%eth0", "fe80:0:0:0"),
        ("::1", "::1"),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.1"),
    ],
)
def test_an_ipv6_network_counts_as_one(address: str, place: str) -> None:
    assert network(address) == place
