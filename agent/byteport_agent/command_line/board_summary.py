"""What a board's configuration would have it do, for `byteport-agent check`."""

from typing import Any

from byteport_agent.command_line.summary import fields_text
from byteport_agent.command_line.text_table import text_table
from byteport_agent.config.board.board_type import ROLES
from byteport_agent.config.board.sections import BoardConfiguration, Wifi
from byteport_agent.config.kinds import ms_text, size_text
from byteport_agent.config.sections import Sensor

_ROLES = (*ROLES["i2c"], "sck", "mosi", "miso", "cs", "tx", "rx")


def board_summary(configuration: BoardConfiguration) -> list[str]:
    """Return the lines, every pin among them."""
    device, board, outbox = configuration.device, configuration.board, configuration.outbox
    output = configuration.output
    sleep = f", asleep between readings, sends once in {board.send_every} wakes"
    parts = [f"{name} {pins_text(bus)}" for name, bus in board.buses.items()]
    parts += [f"LED pin {board.led}"] if board.led is not None else []
    parts += [f"battery pin {board.battery.pin}"] if board.battery is not None else []
    flush = f"{outbox.flush_records} readings or {ms_text(outbox.flush_ms)}"
    return [
        f"device   {device.namespace}.{device.uid}, {device.key.source}",
        f"board    {board.kind.name}{sleep if board.sleep == 'deep' else ''}",
        f"wiring   {'; '.join(parts) or 'as the sensors say'}",
        f"Wi-Fi    {', '.join(map(_network, board.wifi))}",
        f"outbox   up to {size_text(outbox.max_bytes)}, in flash after {flush}",
        f"output   {output.url}, {output.manner}",
        "",
        *text_table(
            ("SENSOR", "DRIVER", "WHERE", "EVERY", "FIELDS"),
            [_row(sensor) for sensor in configuration.sensors],
        ),
    ]


def _network(network: Wifi) -> str:
    return network.ssid if network.password else f"{network.ssid} (open: no password is given)"


def pins_text(bus: Any) -> str:
    """Return the pins of a bus with their roles."""
    values = vars(bus)
    given = [f"{role} {values[role]}" for role in _ROLES if values.get(role) is not None]
    return f"({', '.join(given)})"


def _row(sensor: Sensor) -> tuple[str, ...]:
    pin = f"pin {sensor.options['pin']}" if "pin" in sensor.options else ""
    where = sensor.place or pin or "the board"
    return (sensor.name, sensor.driver, where, ms_text(sensor.interval_ms), fields_text(sensor))
