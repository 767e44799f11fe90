"""Reads the `[[output]]` of a board: as an agent's, with the keys that a board has."""

import os
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from byteport_agent.config.broker_sections import MqttTarget
from byteport_agent.config.key_source import add_secret
from byteport_agent.config.kinds import choice
from byteport_agent.config.output_sections import ByteportTarget, Output
from byteport_agent.config.problems import did_you_mean, quoted
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table

_ITSELF = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 (refused)
_WHERE = ("type", "name", "url")
_COMMON = ("timeout", "retry_min", "retry_max", "ca")
_OF_BROKER = ("dialect", "user", "password_file", "password", "client_id", "keep_alive", "window")
_PLAIN = ("base", "retain")
_TARGETS: dict[str, tuple[type[Output], tuple[str, ...]]] = {
    "byteport": (ByteportTarget, (*_WHERE, "method", *_COMMON)),
    "mqtt": (MqttTarget, (*_WHERE, *_OF_BROKER, *_PLAIN, *_COMMON)),
}
_TYPE = choice(*_TARGETS)
_MOST_WINDOW = 50  # what a board keeps of messages is small


def read_board_output(
    table: Table, environ: Mapping[str, str]
) -> ByteportTarget | MqttTarget | None:
    """Return the output, None after a mistake."""
    try:
        target, keys = _TARGETS[_TYPE.parse(table.values.get("type", "byteport"))]
    except ValueError as error:
        table.mistake(f"type: {error}", "type")
        return None
    refuse_agents(table, keys, target)
    table.values = {key: table.values[key] for key in keys if key in table.values}
    values = table.read(target)
    values.setdefault("name", values.get("type"))
    if target is MqttTarget:
        _check_mqtt(table, values, environ)
    _check(table, values, target)
    built: Any = table.built(target, values)
    return built  # type: ignore[no-any-return]


def refuse_agents(table: Table, known: Any, agents: type) -> None:
    """Add a mistake for each key that a board does not have."""
    others = settings_of(agents)
    for key in table.values:
        if key not in known:
            text = f"unknown key {quoted(key)}{did_you_mean(key, known)}"
            has = f"{key} is an agent's: a board has {', '.join(known)}"
            table.mistake(has if key in others else text, key)


def _check(table: Table, values: dict[str, Any], target: type[Output]) -> None:
    shortest = values.get("retry_min_ms", target.retry_min_ms)
    if values.get("retry_max_ms", target.retry_max_ms) < shortest:
        table.mistake("retry_max must not be less than retry_min", "retry_max")
    if "ca" in values and not os.path.isfile(values["ca"]):
        table.mistake(f"ca: there is no file {values['ca']}", "ca")
    url = urlsplit(values.get("url", getattr(target, "url", "")))
    host = url.hostname or ""
    if host in _ITSELF:
        table.mistake(f"url: {host} is the board itself: write the other machine's", "url")
    elif url.scheme in ("http", "mqtt") and not _is_near(host):
        what = "key" if url.scheme == "http" else "password"
        if what == "key" or "user" in values:
            text = f"the {what} travels unencrypted to {host}: use {url.scheme}s://"
            table.warn(text, "url")


def _check_mqtt(table: Table, values: dict[str, Any], environ: Mapping[str, str]) -> None:
    add_secret(table, values, environ, "password", "user" in values)
    if "password" in values and "user" not in values:
        table.mistake("a password without a user", "password")
    if values.get("dialect") != "plain":
        for key in _PLAIN:
            if key in table.values:
                table.mistake(f'{key} is for dialect = "plain"', key)
    if values.get("window", 0) > _MOST_WINDOW:
        table.mistake(f"window: a board's is {_MOST_WINDOW} at most", "window")
    if "ca" in values and values.get("url", "").startswith("mqtt:"):
        table.mistake("ca is for TLS, which this url does not use", "ca")


def _is_near(host: str) -> bool:
    """Tell whether a host is in one's own network, by its look."""
    try:
        return ip_address(host.strip("[]")).is_private
    except ValueError:
        return "." not in host or os.path.splitext(host)[1] in (".local", ".lan", ".home")
