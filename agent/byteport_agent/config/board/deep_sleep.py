"""What does not go with a board that sleeps: told as warnings, since the rest does go.

Filters go on over a sleep: a Pico's RAM keeps them, and an ESP32's RTC memory, as `station_sleep`
writes them, beside the clock, each sensor's state and readings. That is 2 kB.
"""

from typing import Any

from byteport_agent.config.board.sensor_reader import BoardSensorReader
from byteport_agent.config.tables import Table

_LEAST_MS = 10_000  # a wake takes some seconds
_KEPT_BYTES = 1800  # in JSON, of the sensors and their filters
_SENSOR_BYTES, _FIELD_BYTES, _SAMPLE_BYTES = 60, 150, 11  # at most


def warn_of_sleep(board: Table, values: dict[str, Any], sensors: list[BoardSensorReader]) -> None:
    """Add the warnings of a board that sleeps, or of what is only of use to one."""
    if values.get("sleep") != "deep":
        for key in ("send_every", "alarms"):
            if key in board.values:
                board.warn(f'{key} is of use with sleep = "deep" only', key)
        return
    for sensor in sensors:
        _warn_of_sensor(sensor)
    kind = values.get("kind")
    if kind is not None and kind.port == "esp32" and kept_bytes(sensors) > _KEPT_BYTES:
        text = "all medians and means are more than the 2 kB that an ESP32 keeps in its sleep: "
        board.warn(f"{text}they may forget samples: make them shorter", "sleep")


def kept_bytes(sensors: list[BoardSensorReader]) -> int:
    """Return what the sensors and filters need in the memory that outlasts a sleep."""
    fields = [each for sensor in sensors for each in (sensor.fields or {}).values()]
    filtered = [each.settings for each in fields if len(each.settings) > 1]
    samples = sum(int(str(each.get(key, 0))) for each in filtered for key in ("median", "mean"))
    own = _SENSOR_BYTES * len(sensors) + _FIELD_BYTES * len(filtered)
    return own + _SAMPLE_BYTES * samples


def _warn_of_sensor(sensor: BoardSensorReader) -> None:
    table = sensor.table
    if sensor.found is not None and sensor.found.name == "pulse_counter":
        text = "a board that sleeps counts no pulses, and forgets those it had counted"
        table.warn(f'{text}: sleep = "none"', "driver")
    if sensor.interval_ms < _LEAST_MS:
        table.warn("interval: below 10s there is no time to sleep", "interval")
