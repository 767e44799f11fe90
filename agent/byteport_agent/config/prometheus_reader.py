"""Reads `[prometheus]`, which may be shown at the gateway or at a port of its own."""

from collections.abc import Mapping

from byteport_agent.config.extras import need
from byteport_agent.config.gateway_reader import is_loopback
from byteport_agent.config.gateway_sections import Gateway
from byteport_agent.config.key_source import add_secret
from byteport_agent.config.message_sections import Prometheus
from byteport_agent.config.settings import settings_of
from byteport_agent.config.tables import Table


def read_prometheus(
    table: Table, environ: Mapping[str, str], gateway: Gateway | None
) -> Prometheus | None:
    """Return what Prometheus is shown, None where it has a mistake."""
    values = table.read(Prometheus)
    table.refuse_others(settings_of(Prometheus))
    need(table, "prometheus")
    add_secret(table, values, environ, "token", None)
    found = table.built(Prometheus, values)
    if found is not None:
        _warn_of_everybody(table, found, gateway)
    return found


def _warn_of_everybody(table: Table, found: Prometheus, gateway: Gateway | None) -> None:
    if found.token is not None:
        return
    if found.listen is None and gateway is not None:
        if not is_loopback(gateway.listen):
            text = "Prometheus cannot log in at the gateway: set token_file, and its authorization"
            table.warn(text)
    elif not is_loopback(found.own_listen):
        table.warn("listen: who can reach it can read all values: set token_file", "listen")
