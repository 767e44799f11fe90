"""A checked configuration as the two files that a board's station reads.

`station.json` may be shown to anybody; `secrets.json` has the API key and the networks' passwords,
in the order of the networks, empty for an open one. Times are whole milliseconds.
"""

import json
from typing import Any

from byteport.filter_settings import duration_ms
from byteport_agent.board_drivers import PIN_BUSES, driver_module
from byteport_agent.config.board_sections import Board, BoardConfiguration, Wifi
from byteport_agent.config.output_sections import ByteportTarget
from byteport_agent.config.sections import FieldSettings, Sensor

VERSION = 1
CA_FILE = "ca.der"
_BUS_KEYS = ("sda", "scl", "freq", "sck", "mosi", "miso", "cs", "tx", "rx", "baudrate", "mode")
_DURATIONS = ("window", "heartbeat")
_PLACE = ("pin", "pull")  # of the pin that the station makes for the driver


def station_file(configuration: BoardConfiguration) -> bytes:
    """Return station.json: the same bytes for the same configuration."""
    outbox = configuration.outbox
    return _json(
        {
            "version": VERSION,
            "device": {
                "namespace": configuration.device.namespace,
                "uid": configuration.device.uid,
            },
            "sensors": [_sensor(each) for each in configuration.sensors],
            "output": _output(configuration.output),
            "outbox": {
                "max_bytes": outbox.max_bytes,
                "flush_records": outbox.flush_records,
                "flush_ms": outbox.flush_ms,
            },
            "board": _board(configuration.board),
        }
    )


def secrets_file(configuration: BoardConfiguration) -> bytes:
    """Return secrets.json, which goes onto the board and nowhere else."""
    passwords = [each.password for each in configuration.board.wifi]
    return _json(
        {
            "key": configuration.device.key.secret.reveal(),
            "wifi": ["" if each is None else each.reveal() for each in passwords],
        }
    )


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()


def _given(**values: Any) -> dict[str, Any]:
    """Return the values that are not what the board takes without them."""
    return {key: value for key, value in values.items() if value not in (None, "", (), {}, False)}


def _sensor(sensor: Sensor) -> dict[str, Any]:
    is_pin = sensor.found.bus in PIN_BUSES
    options = {
        key: value for key, value in sensor.options.items() if not (is_pin and key in _PLACE)
    }
    return {
        "name": sensor.name,
        "driver": driver_module(sensor.driver),
        **_given(bus=sensor.bus, address=sensor.address),
        **({"pin": sensor.options["pin"]} if is_pin else {}),
        **({"pull": sensor.options["pull"]} if _is_pulled(sensor) else {}),
        "interval_ms": sensor.interval_ms,
        **_given(stagger_ms=sensor.stagger_ms or None),
        "deadline_ms": sensor.deadline_ms,
        **_given(options=options),
        **({} if sensor.fields is None else {"fields": _fields(sensor.fields.values())}),
    }


def _is_pulled(sensor: Sensor) -> bool:
    return sensor.found.bus == "pin" and sensor.options.get("pull", "none") != "none"


def _fields(fields: Any) -> dict[str, Any]:
    return {each.channel: _field(each) for each in fields}


def _field(field: FieldSettings) -> Any:
    if len(field.settings) == 1:
        return field.name
    return {key: _in_ms(key, value) for key, value in field.settings.items()}


def _in_ms(key: str, value: Any) -> Any:
    return duration_ms(value) if key in _DURATIONS else value


def _output(output: ByteportTarget) -> dict[str, Any]:
    return {
        "url": output.url,
        "method": output.method,
        "timeout_ms": output.timeout_ms,
        "retry_min_ms": output.retry_min_ms,
        "retry_max_ms": output.retry_max_ms,
        **({"ca": CA_FILE} if output.url.startswith("https:") else {}),
    }


def _board(board: Board) -> dict[str, Any]:
    return {
        "type": board.kind.base,
        "sleep": board.sleep,
        "send_every": board.send_every,
        **_given(alarms={name: _given_limits(each) for name, each in board.alarms.items()}),
        "wifi": [_network(each) for each in board.wifi],
        "hostname": board.hostname,
        **_given(country=board.country),
        "buses": {name: _bus(each) for name, each in board.buses.items()},
        **({} if board.led is None else {"led": board.led}),
        **_given(led_active_low=board.led_active_low),
        "watchdog_ms": board.watchdog_ms,
        "reset_after_ms": board.reset_after_ms,
        **_given(telemetry=board.telemetry),
        "telemetry_interval_ms": board.telemetry_interval_ms,
        **_given(
            battery=board.battery and {"pin": board.battery.pin, "scale": board.battery.scale}
        ),
        "ntp": board.ntp,
    }


def _given_limits(alarm: Any) -> dict[str, float]:
    limits = (("below", alarm.below), ("above", alarm.above))
    return {name: limit for name, limit in limits if limit is not None}


def _network(network: Wifi) -> dict[str, Any]:
    return {"ssid": network.ssid, **_given(hidden=network.hidden, static=network.static)}


def _bus(bus: Any) -> dict[str, Any]:
    values = vars(bus)
    return {key: values[key] for key in _BUS_KEYS if values.get(key) is not None}
