"""A meter's pulse output, S0 or LED, or a rain gauge's reed contact, on a pin of gpiozero's.

    meter = SimulatedPulses(pi.pin(13), pi.clock)
    meter.set(per_hour=1200)          # 1.2 kW at 1000 pulses a kWh
    pi.clock.advance_ms(3_600_000)
    meter.count                       # 1200

The contact is open until it closes for ``closed_us``: pulled up, its pin is low for so long (S0:
EN 62053-31, at least 30 ms). `bounces` of a millisecond follow each closing, as a reed has them.
"""

from byteport_mocks.clock import VirtualClock
from byteport_mocks.device import Device
from byteport_mocks.fronts.gpio_pins import Pin

_HOUR_US = 3_600_000_000
_BOUNCE_US = 500


class SimulatedPulses(Device):
    """One contact; ``count`` is how often it has closed."""

    QUANTITIES = (("per_hour", 0.0, 60_000.0, 0.1, 0.0),)

    def __init__(
        self, pin: Pin, clock: VirtualClock, closed_us: int = 30_000, bounces: int = 0
    ) -> None:
        self._pin = pin
        self._closed_us = closed_us
        self._bounces = bounces
        self._next: "int | None" = None
        self.count = 0
        super().__init__()
        self.clock = clock

    def set(self, **quantities: "float | None") -> None:
        """Set the rate from now on; the first pulse comes when one is due at it."""
        super().set(**quantities)
        if self._next is not None:
            self.clock.cancel(self._next)
        self._next = self._call_next()

    def _call_next(self) -> "int | None":
        per_hour = self.quantities["per_hour"]
        if not per_hour:
            return None
        return self.clock.call_at_us(
            self.clock.ticks_us() + round(_HOUR_US / per_hour), self._close
        )

    def _close(self) -> None:
        self.count += 1
        self._next = self._call_next()
        now = self.clock.ticks_us()
        for bounce in range(self._bounces):
            self.clock.call_at_us(now + 2 * bounce * _BOUNCE_US, self._pin.drive_low)
            self.clock.call_at_us(now + (2 * bounce + 1) * _BOUNCE_US, self._pin.drive_high)
        self.clock.call_at_us(now + 2 * self._bounces * _BOUNCE_US, self._pin.drive_low)
        self.clock.call_at_us(now + self._closed_us, self._pin.drive_high)
