"""Reads one `[[output]]`: which type it is says which keys it has."""

import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from byteport_agent.config import kinds
from byteport_agent.config.broker_sections import MqttTarget, StompTarget
from byteport_agent.config.extras import need
from byteport_agent.config.influx_section import InfluxTarget
from byteport_agent.config.key_source import add_legacy_key, add_secret
from byteport_agent.config.output_sections import ByteportTarget, Output
from byteport_agent.config.output_types import TARGETS
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
_TYPE = kinds.choice(*TARGETS)
_OTHERS = tuple(name for name in TARGETS if name != "byteport")
_FILES = ("ca", "client_certificate", "client_key")
_PLAIN = ("base", "retain", "discovery", "discovery_prefix")
_NOT_PLAIN = ("fallback_url", "messages")
_INFLUX_1 = ("retention_policy", "user", "password_file", "password")
_INFLUX_2 = ("org", "token_file", "token")


class OutputReader:
    """One table while it is read; ``values`` are what was right, ``target`` is its class."""

    def __init__(self, table: Table, environ: Mapping[str, str]) -> None:
        self.table = table
        self.target = _target(table)
        self.values: dict[str, Any] = {}
        self._environ = environ
        if self.target is None:
            return
        self.values = table.read(self.target)
        table.refuse_others(settings_of(self.target))
        self.values.setdefault("name", self.values.get("type", ""))

    @property
    def name(self) -> str | None:
        return self.values.get("name")

    def output(self) -> Output | None:
        """Return the output, None where it has a mistake."""
        if self.target is None:
            return None
        self._check_times()
        self._check_files()
        self._warn_of_plain()
        checks = {
            ByteportTarget: self._check_byteport,
            MqttTarget: self._check_mqtt,
            StompTarget: self._check_stomp,
            InfluxTarget: self._check_influx,
        }
        checks[self.target]()
        return self.table.built(self.target, self.values)

    def _check_times(self) -> None:
        shortest = self.values.get("retry_min_ms", Output.retry_min_ms)
        if self.values.get("retry_max_ms", Output.retry_max_ms) < shortest:
            self.table.mistake("retry_max must not be less than retry_min", "retry_max")

    def _check_files(self) -> None:
        for key in _FILES:
            if key in self.values and not os.path.isfile(self.values[key]):
                self.table.mistake(f"{key}: there is no file {self.values[key]}", key)

    def _warn_of_plain(self) -> None:
        url = urlsplit(self.values.get("url", ""))
        if url.scheme in ("http", "mqtt", "stomp") and url.hostname not in _LOCAL_HOSTS:
            what = "key" if self.target is ByteportTarget else "password"
            text = f"the {what} travels unencrypted to {url.hostname}: use {url.scheme}s://"
            if what == "key" or "user" in self.values or "bucket" in self.values:
                self.table.warn(text, "url")

    def _check_byteport(self) -> None:
        add_legacy_key(self.table, self.values, self._environ)

    def _check_mqtt(self) -> None:
        need(self.table, "mqtt", "type")
        self._check_sign_in()
        plain = self.values.get("dialect") == "plain"
        for key in _NOT_PLAIN if plain else _PLAIN:
            if key in self.table.values:
                other = "byteport" if plain else "plain"
                self.table.mistake(f'{key} is for dialect = "{other}"', key)
        if self.values.get("discovery_prefix") and not self.values.get("discovery"):
            self.table.mistake("discovery_prefix without discovery = true", "discovery_prefix")

    def _check_stomp(self) -> None:
        need(self.table, "stomp", "type")
        self._check_sign_in()

    def _check_sign_in(self) -> None:
        add_secret(self.table, self.values, self._environ, "password", "user" in self.values)
        if "password" in self.values and "user" not in self.values:
            self.table.mistake("a password without a user", "password")
        if "client_key" in self.values and "client_certificate" not in self.values:
            self.table.mistake("client_key without client_certificate", "client_key")
        secure = urlsplit(self.values.get("url", "x://")).scheme.endswith("s")
        for key in ("ca", "client_certificate"):
            if key in self.values and not secure and "url" in self.values:
                self.table.mistake(f"{key} is for TLS, which this url does not use", key)

    def _check_influx(self) -> None:
        table = self.table
        if ("database" in table.values) == ("bucket" in table.values):
            table.mistake("needs database (of InfluxDB 1) or bucket (of InfluxDB 2)")
            return
        version = 2 if "bucket" in table.values else 1
        for key in _INFLUX_1 if version == 2 else _INFLUX_2:
            if key in table.values:
                owner = "database" if version == 2 else "bucket"
                table.mistake(f"{key} goes with {owner}", key)
        if version == 2 and "org" not in table.values:
            table.mistake("bucket needs org, its organization", "bucket")
        for key in ("measurement", "tags"):
            if "\\" in str(self.values.get(key, "")):
                table.mistake(f"{key}: a backslash cannot be written there", key)
        add_secret(table, self.values, self._environ, "password", "user" in self.values)
        add_secret(table, self.values, self._environ, "token", None if version == 2 else False)


def _target(table: Table) -> type[Output] | None:
    if "type" not in table.values:
        table.mistake('lacks type, such as type = "byteport"')
        return None
    try:
        return TARGETS[_TYPE.parse(table.values["type"])]
    except ValueError as error:
        table.mistake(f"type: {error}", "type")
        return None


def needs_api_key(outputs: object) -> bool:
    """Tell whether something is sent with `[device]`'s key, by an array of tables as it stands."""
    tables = outputs if isinstance(outputs, list) else []
    others = [each for each in tables if isinstance(each, dict) and each.get("type") in _OTHERS]
    return len(others) < len(tables) or not tables or any("fallback_url" in each for each in others)
