"""`byteport-agent check`: tells all that is wrong with a configuration, or what it would run."""

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from byteport_agent.actuators.values import value_text
from byteport_agent.command_errors import ConfigurationError
from byteport_agent.config.gateway_sections import Gateway, History
from byteport_agent.config.kinds import ms_text, size_text
from byteport_agent.config.message_sections import Prometheus
from byteport_agent.config.problems import MistakesError, Problem
from byteport_agent.config.reader import SEARCHED, find_file, load, load_any
from byteport_agent.config.sections import Configuration, Sensor
from byteport_agent.printable import printable
from byteport_agent.text_table import text_table

EXAMPLE = "byteport-agent check -c agent.toml"
CONFIG_HELP = f"the configuration; default ./{SEARCHED[0]}, else {SEARCHED[1]}"
_BOARD_FILE = "station.toml"
_ANY_HELP = f"the configuration; default ./{SEARCHED[0]}, ./{_BOARD_FILE} or {SEARCHED[1]}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", metavar="FILE", help=_ANY_HELP)


def run(arguments: argparse.Namespace) -> int:
    """Print what would run; each mistake and warning is a line on stderr."""
    configuration = checked(find_file(arguments.config, _BOARD_FILE), load_any)
    if isinstance(configuration, Configuration):
        lines = summary(configuration)
    else:
        from byteport_agent.boards.summary import board_summary

        lines = board_summary(configuration)
    found = ", ".join(filter(None, ("no mistakes", counted(configuration.warnings))))
    lines += ["", f"{configuration.path}: {found}"]
    if not isinstance(configuration, Configuration):
        lines.append(f"next: 'byteport-agent flash -c {configuration.path}' puts it onto the board")
    for line in lines:
        print(printable(line))
    return 0


def checked_configuration(given: str | None) -> Configuration:
    """Return an agent's file, its warnings told, or tell all mistakes and raise."""
    configuration: Configuration = checked(find_file(given), load)
    return configuration


def checked(path: Path, load: Callable[[Path], Any]) -> Any:
    """Return what a file configures, its warnings told, or tell all mistakes and raise."""
    try:
        configuration = load(path)
    except MistakesError as error:
        tell_problems(error.problems)
        raise ConfigurationError(counted(error.problems)) from None
    tell_problems(configuration.warnings)
    return configuration


def tell_problems(problems: Iterable[Problem]) -> None:
    """Print each problem as one line on stderr, in the form that editors jump to."""
    for problem in problems:
        print(problem, file=sys.stderr)


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
        f"gateway  {gateway.listen}{tls}, {gateway.key.source}{listed}",
        f"history  {history.path}, {limits}",
    ]


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


def counted(problems: Sequence[Problem]) -> str:
    """Return how many mistakes and warnings there are, in words."""
    warnings = sum(problem.is_warning for problem in problems)
    counts = ((len(problems) - warnings, "mistake"), (warnings, "warning"))
    return ", ".join(f"{count} {word}{'s' * (count > 1)}" for count, word in counts if count)
