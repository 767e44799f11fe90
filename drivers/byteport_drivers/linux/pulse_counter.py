"""Pulses of a meter: rain gauge, flow meter, anemometer, S0 or LED output of an energy meter.

    rain     pin = 5,  per_pulse = 0.2794, unit = "mm", rate_per = "h"
    flow     pin = 6,  per_pulse = 0.00222, unit = "l", rate_per = "min"      (450 pulses a litre)
    energy   pin = 13, per_pulse = 1, unit = "Wh", rate_per = "h"             (1000 pulses a kWh)

Witness: gpiozero's MockFactory, whose pulses are counted, and arithmetic.
"""

from typing import Any

from byteport.errors import ChipNotFound
from byteport_drivers.linux.edge_input import PinEdges

_SECONDS = {"s": 1, "min": 60, "h": 3600}


class PulseCounter(PinEdges):
    """What came since the previous reading, what came since the start, and the rate.

    The rate is over the time between two readings; the first is over the time since the start. A
    pulse is no event to be told of: a meter gives thousands an hour.
    """

    CHANNELS = (("amount", "count", 3), ("total", "count", 3), ("rate", "count/s", 3))

    def __init__(
        self,
        pin: "int | str",
        *,
        per_pulse: float = 1.0,
        unit: str = "count",
        rate_per: str = "s",
        pull: str = "up",
        active_low: bool = True,
        debounce_ms: float = 1,
    ) -> None:
        if rate_per not in _SECONDS:
            raise ChipNotFound(f"pulse_counter {pin}: rate_per is {rate_per!r}: write s, min or h")
        super().__init__(f"pulse_counter {pin}", pin, pull, active_low, debounce_ms)
        self._per_pulse = per_pulse
        self._rate_s = _SECONDS[rate_per]
        self._pulses = 0
        self._ticks = self._device.pin_factory.ticks
        self._since: Any = self._ticks()
        rate_unit = "W" if (unit, rate_per) == ("Wh", "h") else f"{unit}/{rate_per}"
        self.CHANNELS = (("amount", unit, 3), ("total", unit, 3), ("rate", rate_unit, 3))

    def read(self) -> tuple[float, ...]:
        """Return amount since the previous reading, total since the start, and rate."""
        now = self._ticks()
        pulses = self.taken_count()
        elapsed_s = self._ticks_diff(now, self._since)
        self._since = now
        self._pulses += pulses
        amount = pulses * self._per_pulse
        rate = amount * self._rate_s / elapsed_s if elapsed_s > 0 else 0.0
        return amount, self._pulses * self._per_pulse, rate
