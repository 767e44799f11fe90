"""Events that a driver tells of between two readings, such as a contact that closes."""

from byteport.compat import const, ticks_ms
from byteport.errors import DriverError

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.station_sensors import Sensor

_MOST_WAITING = const(10)
_LOOK_MS = const(100)


class SensorEvents:
    """The events of one sensor. They come in an interrupt's turn, and are stored in the loop's."""

    def __init__(self, sensor: "Sensor") -> None:
        self._sensor = sensor
        self._waiting: "list[tuple[int, Any]]" = []
        sensor.driver.watch(self._add)

    def take(self) -> int:
        """Store what came; return the ms until the next look."""
        while self._waiting and self._sensor.driver:
            ticks, values = self._waiting.pop(0)
            try:
                self._sensor.store(values, ticks)
            except DriverError as error:
                self._sensor.station.tell("warn", f"{self._sensor.name}: {error}")
        return _LOOK_MS

    def _add(self, values: "Any") -> None:
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append((ticks_ms(), values))
