"""What does not go with a board that sleeps: told as warnings, since the rest does go."""

from typing import Any

from byteport_agent.config.board_sensor_reader import BoardSensorReader
from byteport_agent.config.problems import quoted
from byteport_agent.config.tables import Table

_LEAST_MS = 10_000  # a wake takes some seconds
_WITH_MEMORY = ("max_rate", "median", "mean", "window", "deadband", "on_change", "heartbeat")


def warn_of_sleep(board: Table, values: dict[str, Any], sensors: list[BoardSensorReader]) -> None:
    """Add the warnings of a board that sleeps, or of what is only of use to one."""
    if values.get("sleep") != "deep":
        for key in ("send_every", "alarms"):
            if key in board.values:
                board.warn(f'{key} is of use with sleep = "deep" only', key)
        return
    for sensor in sensors:
        _warn_of_sensor(sensor)


def _warn_of_sensor(sensor: BoardSensorReader) -> None:
    table = sensor.table
    if sensor.found is not None and sensor.found.name == "pulse_counter":
        text = "a board that sleeps counts no pulses, and forgets those it had counted"
        table.warn(f'{text}: sleep = "none"', "driver")
    if sensor.interval_ms < _LEAST_MS:
        table.warn("interval: below 10s there is no time to sleep", "interval")
    for field in (sensor.fields or {}).values():
        forgetful = [key for key in _WITH_MEMORY if field.settings.get(key)]
        if forgetful:
            text = f"{', '.join(forgetful)} of {quoted(field.name)}: a board that sleeps forgets"
            table.warn(f"{text} the samples before", "fields", field.channel)
