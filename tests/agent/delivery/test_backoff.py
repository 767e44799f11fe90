"""Waits after failures: within their bounds, growing, at random, and no shorter than asked for."""

from random import Random

import pytest

from byteport_agent.delivery.backoff import Backoff

CEILINGS = [2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 256_000, 300_000, 300_000]


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_the_ceiling_doubles_up_to_the_longest(chance: float) -> None:
    backoff = Backoff(1000, 300_000, lambda: chance)
    expected = [1000 + round((1 + chance) / 2 * (ceiling - 1000)) for ceiling in CEILINGS]
    assert [backoff.next_ms() for _ in CEILINGS] == expected
    backoff.reset()
    assert backoff.next_ms() == expected[0]


def test_N2_waits_are_anywhere_in_the_upper_half() -> None:
    chance = Random(2)
    waits = []
    for _ in range(2000):
        backoff = Backoff(1000, 300_000, chance.random)
        waits.append([backoff.next_ms() for _ in CEILINGS])
    for number, ceiling in enumerate(CEILINGS):
        tenths = [10 * (wait[number] - 1000) // (ceiling - 999) for wait in waits]
        assert all(250 < tenths.count(tenth) < 550 for tenth in range(5, 10))
        assert sum(tenths.count(tenth) for tenth in range(5)) < 10  # by rounding


@pytest.mark.parametrize(
    ("asked", "least"),
    [(None, 0), (0, 0), (-1, 0), (7000, 7000), (3_600_000, 3_600_000), (10**15, 3_600_000)],
)
def test_N11_what_was_asked_for_comes_on_top(asked: int | None, least: int) -> None:
    assert Backoff(1000, 300_000, lambda: 0.5).next_ms(asked) == least + 1750


def test_a_longest_wait_that_is_no_longer_than_the_least() -> None:
    for longest in (1000, 5):
        backoff = Backoff(1000, longest, lambda: 1.0)
        assert [backoff.next_ms(), backoff.next_ms()] == [1000, 1000]
