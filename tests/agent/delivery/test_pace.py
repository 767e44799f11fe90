"""How often calls are made: evenly, also by a thousand agents that come back at once.

N20 is simulated with the real `Backoff` and `Pace`, in virtual time, with calls that take no time:
nothing else would slow an agent down. The fleet has all of an output's decisions, see `fleet`.
"""

from collections import Counter
from random import Random

import pytest

from byteport_agent.delivery.backoff import Backoff
from byteport_agent.delivery.pace import Pace
from fleet import HTTP, MQTT, Target, recovered

AGENTS = 1000
RETRY_MS = (1000, 300_000)
MAX_RATE = 50
OUTAGE_MS = 3_600_000  # as good as 7 days: the waits have been at their longest for long
WEEK = {"ten minutes": 1008, "quarter of an hour": 672, "hour": 168}  # readings, one each


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


def times_of(pace: Pace, calls: int, now: int = 0) -> list[int]:
    """Return when so many calls are made, each as soon as it may be."""
    times = []
    for _ in range(calls):
        now += pace.wait_ms(now)
        times.append(now)
        pace.take(now)
    return times


def test_the_first_call_waits_for_nothing() -> None:
    assert Pace(0.001).wait_ms(-5) == 0
    assert Pace(0.001).wait_ms(10**12) == 0


@pytest.mark.parametrize("rate", [0.5, 1, 7, 50, 333, 1000, 12_345])
def test_a_rate_is_kept_and_used_up(rate: float) -> None:
    calls = int(rate * 20) + 1
    lasted_s = times_of(Pace(rate), calls)[-1] / 1000
    assert 19.8 <= lasted_s <= 20.1


def test_a_pause_is_made_up_for_by_a_tenth_of_a_second_at_most() -> None:
    pace = Pace(50)
    times_of(pace, 100)
    after_the_pause = times_of(pace, 100, 100_000)
    assert sum(time == 100_000 for time in after_the_pause) == 6
    assert after_the_pause[-1] >= 100_000 + 20 * 94


def test_calls_that_are_spread() -> None:
    pace = Pace(50)
    pace.spread(100, 8000)
    times = times_of(pace, 200)
    assert 9_800 <= times[100] <= 10_000
    assert times[199] - times[100] <= 20 * 100
    pace.spread(10, 100_000)
    pace.spread(0, 0)
    assert times_of(pace, 10, times[-1])[-1] - times[-1] <= 200
    pace.spread(10**6, 1000)
    assert times_of(pace, 51, 10**6)[-1] >= 10**6 + 880  # no faster than ever


@pytest.mark.parametrize("every", WEEK)
def test_N20_a_thousand_agents_after_a_week(every: str) -> None:
    chance, readings = Random(20), WEEK[every]
    agents = (
        AGENTS if readings < 5000 else AGENTS // 10
    )  # the same curve, ten times as long to make
    times = [time for _ in range(agents) for time in calls_of(chance, readings, OUTAGE_MS)]
    assert len(times) == agents * readings  # all are drained
    assert most_over_mean(times) <= 2


@pytest.mark.parametrize(
    ("agents", "every_ms", "settings"),
    [(600, 60_000, HTTP), (1500, 60_000, MQTT), (700, 10_000, MQTT)],
)
def test_N20_a_fleet_whose_service_was_down_for_an_hour(
    agents: int, every_ms: int, settings: Target
) -> None:
    """One by one as by HTTP, and in large messages as to a broker; see `bench_brokers` for more.

    A small fleet is looked at by half minutes, in which chance has as little to say as in a second
    of a fleet thirty times as large.
    """
    recovery = recovered(agents, every_ms, settings)
    assert recovery.drained == agents
    assert recovery.most_over_mean(recovery.calls, 30) <= 2
    assert recovery.most_over_mean(recovery.readings, 30) <= 2


def test_N20_a_thousand_agents_that_start_together() -> None:
    times = []
    for agent in range(AGENTS):
        pace, now = Pace(MAX_RATE), agent % 7
        for _ in range(300):
            now += pace.wait_ms(now)
            times.append(now)
            pace.take(now)
    assert most_over_mean(times) <= 2
