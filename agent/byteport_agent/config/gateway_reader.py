"""Reads `[gateway]` with its devices, and `[history]`."""

import os
from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from byteport_agent.config.extras import want
from byteport_agent.config.gateway_sections import Gateway, GatewayDevice, History
from byteport_agent.config.key_source import add_key, add_own_key
from byteport_agent.config.problems import quoted
from byteport_agent.config.sections import Outbox
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table
from byteport_agent.listen_address import listen_address

_TLS = ("certificate", "certificate_key")


def read_gateway(table: Table, environ: Mapping[str, str]) -> Gateway | None:
    """Return the gateway, None where it has a mistake."""
    values = table.read(Gateway)
    tables = values.pop("device_tables", [])
    table.refuse_others(settings_of(Gateway))
    add_key(table, values, environ)
    devices = [_device(table, number, each, environ) for number, each in enumerate(tables)]
    found = tuple(each for each in devices if each is not None)
    _refuse_twice(table, found)
    if values.get("only_listed") and not tables:
        table.mistake("only_listed, and no [[gateway.device]] is listed", "only_listed")
    _check_tls(table, values)
    if "mdns" in values:
        want(table, "mdns", "mdns")
    _warn_of_plain(table, values)
    gateway = table.built(Gateway, {**values, "devices": found})
    return gateway if len(found) == len(tables) else None


def read_history(table: Table) -> History | None:
    """Return what is kept, None where it has a mistake."""
    values = table.read(History)
    table.refuse_others(settings_of(History))
    if "path" in values and not os.path.isdir(os.path.dirname(values["path"])):
        table.mistake(f"path: there is no directory {os.path.dirname(values['path'])}", "path")
    return table.built(History, values)


def beside(
    outbox: Outbox, gateway: Gateway | None, history: History
) -> tuple[Gateway | None, History]:
    """Put files whose places are not given beside the outbox, where the agent may write."""
    directory = os.path.dirname(outbox.path)
    if gateway is not None:
        path = os.path.join(directory, gateway.password_file)
        gateway = replace(gateway, password_file=path)
    return gateway, replace(history, path=os.path.join(directory, history.path))


def is_loopback(listen: str) -> bool:
    """Tell whether an address can be reached from this machine alone."""
    host = listen_address(listen)[0]
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _device(
    table: Table, number: int, value: dict[str, Any], environ: Mapping[str, str]
) -> GatewayDevice | None:
    uid = value.get("uid")
    title = quoted(uid) if isinstance(uid, str) and uid else str(number + 1)
    path = (*table.path, "device", number)
    inner = Table(value, path, f"gateway device {title}", table.problems, table.base)
    values = inner.read(GatewayDevice)
    inner.refuse_others(settings_of(GatewayDevice))
    inner.advise("uid", "device", values)
    add_own_key(inner, values, environ)
    return inner.built(GatewayDevice, values)


def _refuse_twice(table: Table, devices: tuple[GatewayDevice, ...]) -> None:
    uids = [device.uid for device in devices]
    for uid in sorted({uid for uid in uids if uids.count(uid) > 1}):
        table.mistake(f"device {quoted(uid)} is listed twice", "device")


def _check_tls(table: Table, values: dict[str, Any]) -> None:
    for key in _TLS:
        if key in values and not os.access(values[key], os.R_OK):
            table.mistake(f"{key}: {values[key]} is no file that can be read", key)
    if "certificate_key" in values and "certificate" not in values:
        table.mistake("certificate_key without certificate", "certificate_key")


def _warn_of_plain(table: Table, values: dict[str, Any]) -> None:
    listen = values.get("listen", Gateway.listen)
    if not is_loopback(listen) and "certificate" not in values:
        text = "keys and password travel unencrypted there: set certificate, or trust the network"
        table.warn(f"listen: {text}", "listen")
