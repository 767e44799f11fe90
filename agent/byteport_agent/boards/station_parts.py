"""Which parts of the station a configuration does without: what is not there takes no room.

A part is a module that the station imports only when it comes to it.
"""

from collections.abc import Iterator

from byteport_agent.boards.trust import needs_trust
from byteport_agent.config.board.sections import BoardConfiguration
from byteport_agent.config.broker_sections import MqttTarget
from byteport_agent.config.output_sections import ByteportTarget
from byteport_agent.config.sections import Sensor
from byteport_agent.driver_lookup.board_drivers import PIN_BUSES

_CORE = "byteport."
_STAGES = ("scale", "offset", "points", "max_rate", "median", "mean")
_WITH_MACHINE = (*PIN_BUSES, "spi", "uart")


def parts_left_out(configuration: BoardConfiguration) -> frozenset[str]:
    """Return the modules that are not needed, whoever imports them."""
    return frozenset(_CORE + part for part in _without(configuration))


def _without(configuration: BoardConfiguration) -> Iterator[str]:
    board = configuration.board
    filters = _filters(configuration.sensors)
    output = configuration.output
    is_mqtt = isinstance(output, MqttTarget)
    kinds = [sensor.found.kind for sensor in configuration.sensors]
    needed = {
        # what a program of one's own sends with; a driver of one's own may want it
        "client": any(sensor.found.origin.endswith(".py") for sensor in configuration.sensors),
        "compat_tls": needs_trust(output.url),
        "data_form": is_mqtt and output.manner == "byteport",
        "filter_stages": any(name in filters for name in _STAGES),
        "filter_state": bool(filters) and board.sleep == "deep",
        "filter_window": "window" in filters,
        "led": board.led is not None or board.kind.port == "rp2",
        "sensor_events": any(_tells_of_events(kind) for kind in kinds),
        "station_fields": bool(filters),
        "station_date": not is_mqtt,
        "station_get": isinstance(output, ByteportTarget) and output.method != "POST",
        "station_http": not is_mqtt,
        "station_mqtt": is_mqtt,
        "station_pins": bool(board.battery) or any(map(_wants_pins, configuration.sensors)),
        "station_sleep": board.sleep == "deep",
        "station_telemetry": bool(board.telemetry),
    }
    return (part for part, is_needed in needed.items() if not is_needed)


def _filters(sensors: tuple[Sensor, ...]) -> set[str]:
    """Return the names of all settings of fields, but for fields that are only named."""
    fields = (field for sensor in sensors for field in (sensor.fields or {}).values())
    return {name for field in fields if len(field.settings) > 1 for name in field.settings}


def _tells_of_events(kind: object) -> bool:
    return hasattr(kind, "watch")


def _wants_pins(sensor: Sensor) -> bool:
    return sensor.found.bus in _WITH_MACHINE
