"""N20: a thousand agents come back at once, and are never at more than twice their mean.

The real `Backoff` and `Pace`, in virtual time, with calls that take no time: nothing else would
slow an agent down. More agents' worth of readings than here only makes it more even.
"""

from collections import Counter
from random import Random

import pytest

from byteport_agent.delivery.backoff import Backoff
from byteport_agent.delivery.pace import Pace

AGENTS = 1000
RETRY_MS = (1000, 300_000)
MAX_RATE = 50
OUTAGE_MS = 3_600_000  # as good as 7 days: the waits have been at their longest for long
WEEK = {"minute": 10_080, "ten minutes": 1008, "hour": 168}  # readings, one each


def first_call(chance: Random, back_at: int) -> tuple[int, Backoff]:
    """Return when an agent first calls after the outage, which it met at a time of its own."""
    backoff = Backoff(*RETRY_MS, chance.random)
    now = chance.randrange(60_000)
    while now < back_at:
        now += backoff.next_ms()
    return now, backoff


def calls_of(chance: Random, readings: int, back_at: int) -> list[int]:
    """Return the times of all calls of one agent that has so many readings waiting."""
    now, backoff = first_call(chance, back_at)
    pace, times = Pace(MAX_RATE), [now]
    pace.take(now)
    pace.spread(readings - 1, backoff.ceiling_ms)
    while len(times) < readings:
        now += pace.wait_ms(now)
        times.append(now)
        pace.take(now)
    return times


def most_over_mean(times: list[int]) -> float:
    """Return the calls of the busiest second over the mean of all seconds."""
    seconds = Counter(time // 1000 for time in times)
    lasted_s = (max(times) - min(times)) / 1000
    return max(seconds.values()) / (len(times) / lasted_s)


@pytest.mark.parametrize("every", WEEK)
def test_N20_a_thousand_agents_after_a_week(every: str) -> None:
    chance, readings = Random(20), WEEK[every]
    agents = (
        AGENTS if readings < 5000 else AGENTS // 10
    )  # the same curve, ten times as long to make
    times = [time for _ in range(agents) for time in calls_of(chance, readings, OUTAGE_MS)]
    assert len(times) == agents * readings  # all are drained
    assert most_over_mean(times) <= 2


def test_N20_a_thousand_agents_that_start_together() -> None:
    times = []
    for agent in range(AGENTS):
        pace, now = Pace(MAX_RATE), agent % 7
        for _ in range(300):
            now += pace.wait_ms(now)
            times.append(now)
            pace.take(now)
    assert most_over_mean(times) <= 2
