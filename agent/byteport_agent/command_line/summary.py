"""What a configuration would run, as lines for a person."""

import os
from pathlib import Path

from byteport_agent.actuators.values import value_text
from byteport_agent.command_line.text_table import text_table
from byteport_agent.config.gateway_reader import is_loopback
from byteport_agent.config.gateway_sections import Gateway, History
from byteport_agent.config.kinds import ms_text, size_text
from byteport_agent.config.message_sections import Prometheus
from byteport_agent.config.sections import Configuration, Sensor


def summary(configuration: Configuration) -> list[str]:
    """Return what a configuration would run."""
    device, outbox, gateway = configuration.device, configuration.outbox, configuration.gateway
    limits = f"up to {size_text(outbox.max_bytes)} and {ms_text(outbox.max_age_ms)}"
    lines = [
        f"device   {device.namespace}.{device.uid}, {device.key.source}",
        f"outbox   {outbox.path}, {limits}",
    ]
    if gateway is not None:
        lines += _gateway_lines(gateway, configuration.history)
    if configuration.prometheus is not None:
        lines.append(_metrics_line(configuration, configuration.prometheus))
    if configuration.sensors:
        lines += [
            "",
            *text_table(("SENSOR", "DRIVER", "WHERE", "EVERY", "FIELDS"), _sensors(configuration)),
        ]
    if configuration.outputs:
        rows = [(each.name, each.type, each.url, each.manner) for each in configuration.outputs]
        lines += ["", *text_table(("OUTPUT", "TYPE", "URL", "AS"), rows)]
    if configuration.actuators:
        lines += ["", *text_table(("ACTUATOR", "KIND", "PIN", "SAFE"), _actuators(configuration))]
    return lines


def _metrics_line(configuration: Configuration, shown: Prometheus) -> str:
    where = "at the gateway" if configuration.metrics_at_gateway else f"at {shown.own_listen}"
    token = "" if shown.token is None else f", {shown.token.source}"
    return f"metrics  /metrics {where}{token}"


def _actuators(configuration: Configuration) -> list[tuple[str, ...]]:
    return [
        (each.name, each.kind, str(each.pin), value_text(each, each.safe))
        for each in configuration.actuators
    ]


def _gateway_lines(gateway: Gateway, history: History) -> list[str]:
    tls = ", by TLS" if gateway.certificate else ""
    count = len(gateway.devices)
    listed = f", {count} device{'s' * (count > 1)} listed" if count else ""
    limits = f"up to {size_text(history.max_bytes)} and {ms_text(history.max_age_ms)}"
    return [
        f"gateway  {gateway.listen}{tls}, {gateway.key.source}{listed}{_password_text(gateway)}",
        f"history  {history.path}, {limits}",
    ]


def _password_text(gateway: Gateway) -> str:
    """Return what lacks for a dashboard that others can reach, as far as this user can see."""
    path = Path(gateway.password_file)
    if is_loopback(gateway.listen) or not os.access(path.parent, os.X_OK) or path.exists():
        return ""
    return ", no dashboard without a password: 'byteport-agent set-password' sets it"


def _sensors(configuration: Configuration) -> list[tuple[str, ...]]:
    return [
        (each.name, each.driver, _where(each), ms_text(each.interval_ms), fields_text(each))
        for each in configuration.sensors
    ]


def _where(sensor: Sensor) -> str:
    pin = f"pin {sensor.options['pin']}" if "pin" in sensor.options else ""
    return sensor.place or str(sensor.address or "") or pin or sensor.found.bus


def fields_text(sensor: Sensor) -> str:
    """Return the names of the fields that a sensor sends."""
    if sensor.fields is not None:
        return ", ".join(name for each in sensor.fields.values() for name in each.sent_as)
    return ", ".join(sensor.channels) if sensor.channels is not None else "as they come"
