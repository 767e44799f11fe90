"""HC-SR04: distance by ultrasound, on a trigger pin and an echo pin of gpiozero's.

    pi = SimulatedPi(tmp_path)
    sensor = SimulatedHCSR04(pi.pin(23), pi.pin(24), pi.clock)
    sensor.set(distance=42.0)

ElecFreaks' HC-SR04 manual: the trigger's fall sends eight cycles of 40 kHz, then the echo pin is
high for as long as the sound is under way, and for 38 ms where nothing comes back (`None`).
"""

from byteport_mocks.clock import VirtualClock
from byteport_mocks.device import Device
from byteport_mocks.fronts.gpio_pins import Pin

_BURST_US = 450
_NOTHING_US = 38_000
_US_PER_CM = 2 / 0.034320  # there and back, in air of 20 degrees


class SimulatedHCSR04(Device):
    """One sensor; ``pings`` counts what it was asked."""

    QUANTITIES = (("distance", 2.0, 400.0, 0.3, 100.0),)

    def __init__(self, trigger: Pin, echo: Pin, clock: VirtualClock) -> None:
        self._echo = echo
        self.pings = 0
        super().__init__()
        self.clock = clock
        trigger.wired.append(self._on_trigger)

    def _on_trigger(self, level: float) -> None:
        if level:
            return
        self.pings += 1
        distance_cm = self.quantities["distance"]
        echo_us = _NOTHING_US if distance_cm is None else round(distance_cm * _US_PER_CM)
        begin_us = self.clock.ticks_us() + _BURST_US
        self.clock.call_at_us(begin_us, self._echo.drive_high)
        self.clock.call_at_us(begin_us + echo_us, self._echo.drive_low)
