"""How long to wait after a failure: at random, so that a thousand agents do not come back at once.

Equal jitter: each wait is anywhere in the upper half between the least and a ceiling that doubles
from one failure to the next. Were it anywhere at all ("full jitter"), as many waits would end in
each second as in the second before them, less those that were longer: a service that comes back
would have twice the mean of all calls in its first second. So it has less than one and a half.
Source: M. Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
"""

from collections.abc import Callable
from random import random

_MAX_ASKED_MS = 3_600_000


class Backoff:
    """Waits between ``min_ms`` and ``max_ms``; ``chance`` returns numbers from 0 to 1."""

    def __init__(self, min_ms: int, max_ms: int, chance: Callable[[], float] = random) -> None:
        self._min_ms = min_ms
        self._max_ms = max(min_ms, max_ms)
        self._chance = chance
        self.ceiling_ms = min_ms

    def next_ms(self, asked_ms: int | None = None) -> int:
        """Return the next wait; a service that asked for one gets that, up to an hour, and more."""
        self.ceiling_ms = min(2 * self.ceiling_ms, self._max_ms)
        own = self._min_ms + round((1 + self._chance()) / 2 * (self.ceiling_ms - self._min_ms))
        return own + min(max(asked_ms or 0, 0), _MAX_ASKED_MS)

    def reset(self) -> None:
        """Begin anew: something passed."""
        self.ceiling_ms = self._min_ms
