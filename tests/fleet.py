"""A fleet of agents whose service comes back, in virtual time: when each sends what it has waiting.

With the real backoff and the real pace, and calls that take no time: nothing else slows them down.
"""

from collections import Counter
from dataclasses import dataclass, field
from random import Random

from byteport_agent.delivery.backoff import Backoff
from byteport_agent.delivery.pace import Pace

_RETRY_MS = (1000, 300_000)
_MAX_RATE = 50
_FIRST_MS = 60_000  # within which all have met the outage


@dataclass
class Recovery:
    """What a service got by the second, from the moment when it was back."""

    calls: Counter[int] = field(default_factory=Counter)
    readings: Counter[int] = field(default_factory=Counter)
    made: int = 0

    def most_over_mean(self, of: "Counter[int]") -> float:
        """Return the busiest second over the mean of all, until the last one has drained."""
        return max(of.values()) * len(range(max(of) + 1)) / of.total()


def recovered(
    agents: int, every_ms: int, most: int, outage_ms: int = 3_600_000, seed: int = 20
) -> Recovery:
    """Let a service come back after an outage; a call takes up to ``most`` readings."""
    chance, recovery = Random(seed), Recovery()
    for _ in range(agents):
        backoff = Backoff(*_RETRY_MS, chance.random)
        now = chance.randrange(_FIRST_MS)
        while now < outage_ms:
            now += backoff.next_ms()
        _drain(recovery, now, outage_ms, every_ms, most, backoff.ceiling_ms)
    return recovery


def _drain(
    recovery: Recovery, now: int, back_at: int, every_ms: int, most: int, ceiling_ms: int
) -> None:
    """Send what has waited, and what is made meanwhile, as `Dispatch` does."""
    pace, waiting, seen = Pace(_MAX_RATE), now // every_ms, now
    recovery.made += waiting
    first = True
    while waiting > 0:
        second = (now - back_at) // 1000
        sent = min(waiting, most)
        recovery.calls[second] += 1
        recovery.readings[second] += sent
        pace.take(now)
        if first:
            pace.spread((waiting - 1) // most, ceiling_ms)
            first = False
        waiting -= sent
        now += pace.wait_ms(now)
        new = now // every_ms - seen // every_ms if waiting else 0
        waiting, seen = waiting + new, now
        recovery.made += new
