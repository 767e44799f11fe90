"""A checked configuration as the two files that a board's station reads.

`station.json` may be shown to anybody; `secrets.json` has the API key and the networks' passwords,
in the order of the networks, empty for an open one. Times are whole milliseconds.
"""

import json
from collections.abc import Iterator
from typing import Any

from byteport.filter_settings import duration_ms
from byteport_agent.boards.trust import needs_trust
from byteport_agent.config.board.sections import Board, BoardConfiguration, Wifi
from byteport_agent.config.broker_sections import MqttTarget
from byteport_agent.config.output_sections import ByteportTarget
from byteport_agent.config.sections import FieldSettings, Sensor
from byteport_agent.driver_lookup.board_drivers import PIN_BUSES, driver_module
from byteport_agent.keys import NO_KEY

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
            "output": _output(configuration),
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
    key, output = configuration.device.key, configuration.output
    broker = output.password if isinstance(output, MqttTarget) else None
    return _json(
        {
            **({} if key is NO_KEY else {"key": key.secret.reveal()}),
            **({} if broker is None else {"password": broker.secret.reveal()}),
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


def _output(configuration: BoardConfiguration) -> dict[str, Any]:
    output = configuration.output
    special = _http(output) if isinstance(output, ByteportTarget) else _mqtt(output, configuration)
    return {
        **special,
        "timeout_ms": output.timeout_ms,
        "retry_min_ms": output.retry_min_ms,
        "retry_max_ms": output.retry_max_ms,
        **({"ca": CA_FILE} if needs_trust(output.url) else {}),
    }


def _http(output: ByteportTarget) -> dict[str, Any]:
    return {"url": output.url, "method": output.method}


def _mqtt(output: MqttTarget, configuration: BoardConfiguration) -> dict[str, Any]:
    device, user = configuration.device, output.user
    is_plain = output.dialect == "plain"
    if user is not None and not is_plain and ":" not in user:
        user = f"{device.namespace}:{user}"
    return {
        "type": output.type,
        "url": output.url.rstrip("/"),
        "client_id": output.client_id or f"{device.namespace}.{device.uid}",
        **_given(user=user),
        "keep_alive_ms": output.keep_alive_ms,
        "window": output.window,
        "dialect": output.dialect,
        **(_plain(output, configuration) if is_plain else {}),
    }


def _plain(output: MqttTarget, configuration: BoardConfiguration) -> dict[str, Any]:
    sensors = dict(_sensors_of_fields(configuration))
    return {"base": output.base, "sensors": sensors, **_given(retain=output.retain)}


def _sensors_of_fields(configuration: BoardConfiguration) -> Iterator[tuple[str, str]]:
    """Yield the field and the sensor of each topic, as far as they are known before it runs."""
    for sensor in configuration.sensors:
        fields = None if sensor.fields is None else sensor.fields.values()
        if fields is None:
            names = list(sensor.channels or ())
        else:
            names = [name for each in fields if each.name for name in each.sent_as]
        yield from ((name, sensor.name) for name in names)
    for name in configuration.board.telemetry:
        yield name, "board"


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
