"""`byteport-agent status`: how a running agent is, asked over the socket beside its outbox."""

import argparse
import json
import os
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from byteport_agent.command_errors import CommandError
from byteport_agent.command_line.configuration import CONFIG_HELP
from byteport_agent.command_line.live_table import unit_text
from byteport_agent.command_line.text_table import text_table
from byteport_agent.config import find_file
from byteport_agent.config.kinds import size_text
from byteport_agent.durations import duration_text
from byteport_agent.printable import clipped, printable
from byteport_agent.service.status_socket import NoAgentError, ask, socket_path
from byteport_agent.systemd.places import state_of

EXAMPLE = "byteport-agent status -c agent.toml"
NOT_RUNNING = 3  # as `systemctl status` and the LSB have it
_WIDEST = 100
_SENSORS = ("SENSOR", "STATE", "FOR", "LAST", "EVERY", "READINGS", "VALUES")
_OUTPUTS = ("OUTPUT", "STATE", "BACKLOG", "DELIVERED", "REJECTED", "LOST", "LAST", "")


class NotRunningError(CommandError):
    """No agent runs with this configuration."""

    exit_code = NOT_RUNNING


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", metavar="FILE", help=CONFIG_HELP)
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the status; 1 where something fails, 3 where no agent runs."""
    outbox = outbox_path(find_file(arguments.config))
    try:
        status = ask(socket_path(outbox))
    except NoAgentError as error:
        raise NotRunningError(str(error)) from None
    if arguments.json:
        print(json.dumps(status, indent=2, ensure_ascii=False))
    else:
        print("\n".join(status_lines(status)))
    return 1 if _is_failing(status) else 0


def outbox_path(path: Path) -> str:
    """Return the outbox's path in a configuration, which may have mistakes elsewhere."""
    values: Mapping[str, Any] = {}
    with suppress(OSError, ValueError):
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    table = values.get("outbox")
    base = path.absolute().parent
    if isinstance(table, dict) and "path" in table:
        return str(base / str(table["path"]))
    return os.path.join(state_of(str(base)), "outbox.db")


def status_lines(status: Mapping[str, Any]) -> list[str]:
    """Return the status as a person reads it."""
    now_ms = status["now_ms"]
    outbox = status["outbox"]
    who = f"byteport-agent {status['version']}, {status['namespace']}.{status['device']}"
    running = f"process {status['pid']}, running for {duration_text(status['uptime_ms'])}"
    lines = [
        f"{who}, {running}, {status['figures']['rss'] // 1024} MiB",
        f"outbox {outbox['path']}: {size_text(outbox['used_bytes'])}{_outbox_text(outbox)}",
    ]
    if gateway := status.get("gateway"):
        lines += _gateway_lines(gateway, now_ms)
    if status["sensors"]:
        sensors = [_sensor_row(each, now_ms) for each in status["sensors"]]
        lines += ["", *text_table(_SENSORS, sensors, (2, 3, 4, 5))]
    if status["outputs"]:
        outputs = [_output_row(each, now_ms) for each in status["outputs"]]
        lines += ["", *text_table(_OUTPUTS, outputs, (2, 3, 4, 5, 6))]
    lines += _whole_reasons((*status["sensors"], *status["outputs"]))
    return [printable(line) for line in lines]


def _whole_reasons(parts: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the reasons that have no room in a table: they say what to do at their end."""
    long = [part for part in parts if len(printable(part["reason"])) > _WIDEST]
    return ["", *(f"{part['name']}: {part['reason']}" for part in long)] if long else []


def _outbox_text(outbox: Mapping[str, Any]) -> str:
    parts = []
    if outbox["trouble"]:
        parts.append(f"{outbox['trouble']}, {_readings(outbox['in_memory'])} in memory")
    if outbox["dead_letters"]:
        parts.append(f"{_readings(outbox['dead_letters'])} that an output would not take")
    return "".join(f"; {part}" for part in parts)


def _readings(count: int) -> str:
    return f"{count} reading{'s' * (count != 1)}"


def _gateway_lines(gateway: Mapping[str, Any], now_ms: int) -> list[str]:
    if gateway["reason"]:
        what = gateway["reason"]
    else:
        devices, last_ms = gateway["devices"], gateway["last_ms"]
        what = f"{devices} device{'s' * (devices != 1)}, {gateway['stored']:,} readings stored"
        if last_ms is not None:
            what += f", the last {_ago(last_ms, now_ms)} ago"
    history = gateway["history"]
    kept = history["trouble"] or size_text(history["bytes"])
    return [f"gateway {gateway['url']}: {what}", f"history {history['path']}: {kept}"]


def _sensor_row(sensor: Mapping[str, Any], now_ms: int) -> tuple[str, ...]:
    units = sensor["units"]
    values = " ".join(
        f"{name}={value}{unit_text(units.get(name, ''))}"
        for name, value in sensor["values"].items()
    )
    return (
        sensor["name"],
        sensor["state"],
        duration_text(now_ms - sensor["since_ms"]),
        _ago(sensor["last_ms"], now_ms),
        duration_text(sensor["interval_ms"]),
        str(sensor["readings"]),
        clipped(printable(sensor["reason"] or values), _WIDEST),
    )


def _output_row(output: Mapping[str, Any], now_ms: int) -> tuple[str, ...]:
    retry_ms = output["retry_in_ms"]
    retry = f", tried again in {duration_text(retry_ms)}" if retry_ms is not None else ""
    reason = f"{output['reason']}{retry}" if output["reason"] else ""
    return (
        output["name"],
        output["state"],
        f"{output['backlog']:,}",
        f"{output['delivered']:,}",
        f"{output['rejected']:,}",
        f"{output['lost']:,}",
        _ago(output["last_delivery_ms"], now_ms),
        clipped(printable(reason), _WIDEST),
    )


def _ago(moment_ms: int | None, now_ms: int) -> str:
    return "never" if moment_ms is None else duration_text(now_ms - moment_ms)


def _is_failing(status: Mapping[str, Any]) -> bool:
    sensors = any(each["state"] not in ("ok", "starting") for each in status["sensors"])
    outputs = any(each["state"] != "ok" for each in status["outputs"])
    gateway = status.get("gateway") or {"reason": "", "history": {"trouble": ""}}
    troubles = (status["outbox"]["trouble"], gateway["reason"], gateway["history"]["trouble"])
    return sensors or outputs or any(troubles)
