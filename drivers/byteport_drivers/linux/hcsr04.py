"""HC-SR04 and kin: distance by ultrasound, a trigger pin and an echo pin.

The echo pin is high for as long as the sound was under way. Its edges are taken with the kernel's
times, so nothing waits. An HC-SR04 has 5 V on its echo pin: divide it. Datasheet (ElecFreaks):
10 us trigger, 60 ms between measurements, 2 to 400 cm. Sound has 331.3 m/s * sqrt(1 + t/273.15).
Witness: gpiozero's MockTriggerPin, and its DistanceSensor's formula.
"""

import time
from math import sqrt
from typing import Any

from byteport.errors import BadReading, NotReady
from byteport_drivers.linux.gpio_pins import open_input, open_output

_CYCLE_MS = 60
_TRIGGER_S = 0.00001
_NEAREST_CM, _FARTHEST_CM = 2.0, 400.0
_NO_ECHO = "no echo: nothing within 4 m"


class HCSR04:
    """One sensor; ``air_cel`` is the temperature of the air, 0.17 % of distance a degree."""

    BUS = "gpio"
    CHANNELS = (("distance", "cm", 1),)

    def __init__(self, trigger: "int | str", echo: "int | str", *, air_cel: float = 20.0) -> None:
        self._sensor = f"hcsr04 {trigger}/{echo}"
        self._cm_per_s = 33130 * sqrt(1 + air_cel / 273.15)
        self._began: Any = None
        self._ended: Any = None
        self._asked = False
        self._echo = open_input(self._sensor, echo, "none")
        try:
            self._trigger = open_output(self._sensor, trigger)
        except BaseException:
            self._echo.close()
            raise
        self._ticks_diff = self._echo.pin_factory.ticks_diff
        self._echo.pin.edges = "both"
        self._echo.pin.when_changed = self._on_edge

    def start(self) -> int:
        """Send a ping and return the milliseconds in which its echo comes."""
        if self._echo.pin.state:
            raise BadReading(f"{self._sensor}: echo is high without a ping: wiring?")
        self._began = self._ended = None
        self._asked = True
        self._trigger.on()
        time.sleep(_TRIGGER_S)
        self._trigger.off()
        return _CYCLE_MS

    def read(self) -> tuple[float]:
        """Return the distance that the ping of `start` found, once."""
        if not self._asked:
            raise NotReady(f"{self._sensor}: no ping since the last reading")
        self._asked = False
        if self._began is None:
            raise BadReading(f"{self._sensor} does not answer: wiring or power?")
        if self._ended is None:
            raise BadReading(f"{self._sensor}: {_NO_ECHO}")
        distance_cm = self._ticks_diff(self._ended, self._began) * self._cm_per_s / 2
        if distance_cm > _FARTHEST_CM:  # it has given up
            raise BadReading(f"{self._sensor}: {_NO_ECHO}")
        if distance_cm < _NEAREST_CM:
            raise BadReading(f"{self._sensor}: nearer than 2 cm, which it cannot measure")
        return (distance_cm,)

    def close(self) -> None:
        """Give the pins back."""
        self._echo.close()
        self._trigger.close()

    def _on_edge(self, ticks: Any, state: int) -> None:
        if state and self._began is None:
            self._began = ticks
        elif not state and self._began is not None and self._ended is None:
            self._ended = ticks
