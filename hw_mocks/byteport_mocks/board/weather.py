"""Values that simulated parts measure: a day and its night, weather that comes and goes, noise.

Nothing here is a model of anything; the curves are such that a chart of them looks familiar, and no
two readings are the same by chance alone.
"""

from math import cos, pi, sin

_DAY_S = 86400
_NOISE_STEPS = 1 << 20


class Weather:
    """The same values for the same seed; `at` moves to a time."""

    def __init__(self, seed: int = 1) -> None:
        self._state = seed & 0x3FFFFFFF
        self._day = self._slow = self._sun = 0.0
        self._hour = 0.0

    def at(self, utc_s: int) -> None:
        """Move to a time, in seconds since 1970."""
        # whole days apart: a float of 32 bits has no room for both
        days, second = utc_s // _DAY_S % 10000, utc_s % _DAY_S
        self._hour = second / 3600
        self._day = cos(2 * pi * (self._hour - 15) / 24)  # warmest at three
        self._sun = max(cos(2 * pi * (self._hour - 13) / 24), 0.0)
        phase = days + self._hour / 24
        self._slow = sin(2 * pi * phase / 5.3) + 0.5 * sin(2 * pi * phase / 2.1 + 1)

    def value(self, name: str, lowest: float, highest: float, first: float) -> float:
        """Return a quantity's value now, by its name as in a simulated part's QUANTITIES."""
        made = getattr(self, "_" + name, None)
        value = made() if made else first * (1 + 0.05 * self._day + 0.02 * self._noise())
        return min(max(value, lowest), highest)

    def _temperature(self) -> float:
        return 12 + 6 * self._day + 2 * self._slow + 0.1 * self._noise()

    def _humidity(self) -> float:
        return 68 - 17 * self._day - 5 * self._slow + 0.5 * self._noise()

    def _pressure(self) -> float:
        return 1013 + 9 * self._slow - 0.5 * self._day + 0.1 * self._noise()

    def _illuminance(self) -> float:
        return 18000 * self._sun * self._sun * (1 + 0.1 * self._noise()) + 0.5

    def _co2(self) -> float:
        people = 400 if 8 <= self._hour < 22 else 40
        return 460 + people * (1 + 0.1 * self._noise())

    def is_event(self, probability: float) -> bool:
        """Tell whether something happened, by chance."""
        return self._noise() < 2 * probability - 1

    def _noise(self) -> float:
        """Return a number from -1 to 1."""
        self._state = (self._state * 1103515245 + 12345) & 0x3FFFFFFF
        return (self._state >> 9) / _NOISE_STEPS - 1
