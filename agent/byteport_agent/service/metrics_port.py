"""Prometheus's port, while one is configured that is not the gateway's."""

import logging
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from byteport_agent.clock import Clock
from byteport_agent.config.sections import Configuration

if TYPE_CHECKING:
    from byteport_agent.config.message_sections import Prometheus
    from byteport_agent.prometheus.server import MetricsServer


class MetricsPort:
    """Closed until `use`; the agent does its work without it as well."""

    def __init__(self, status: Callable[[], dict[str, Any]], clock: Clock, log: logging.Logger):
        self._status, self._clock, self._log = status, clock, log
        self._settings: Prometheus | None = None
        self._server: MetricsServer | None = None

    def use(self, configuration: Configuration) -> None:
        """Listen where the configuration says, if it does; the same goes on undisturbed.

        Where it cannot, the next `use` tries again.
        """
        settings = None if configuration.metrics_at_gateway else configuration.prometheus
        if settings != self._settings:
            self.close()
            if settings is not None and self._open(settings):
                self._settings = settings

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = self._settings = None

    def _open(self, settings: "Prometheus") -> bool:
        from byteport_agent.prometheus.server import MetricsServer
        from byteport_agent.prometheus.token import MetricsToken

        listen, token = settings.own_listen, MetricsToken(settings.token, self._clock)
        try:
            self._server = MetricsServer(self._status, listen, token)
        except OSError as error:
            why = os.strerror(error.errno or 0)  # its own text has the address once more
            self._log.error("no figures for Prometheus at %s: %s", listen, why)
            return False
        return True
