"""A port of its own for Prometheus, for an agent without a gateway to show `metrics` at."""

import socket
from collections.abc import Callable
from threading import Thread
from typing import Any

from waitress.server import create_server

from byteport_agent.listen_address import listen_address
from byteport_agent.prometheus.metrics import Status, metrics_app
from byteport_agent.prometheus.token import MetricsToken, Refusal

_LIMITS = {
    "connection_limit": 32,
    "channel_timeout": 10,
    "cleanup_interval": 5,
    "max_request_header_size": 8192,
    "max_request_body_size": 1,
    "log_socket_errors": False,
}


class MetricsServer:
    """Listens from the start, at ``address``; raises OSError where it cannot."""

    def __init__(self, status: Status, listen: str, token: MetricsToken) -> None:
        host, port = listen_address(listen)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family)
        self._watched: dict[int, Any] = {}  # what the server's loop waits for
        self._server = create_server(
            _at_metrics(metrics_app(status), token.refusal),
            self._watched,
            sockets=[listener],
            threads=1,
            ident="byteport-agent",
            **_LIMITS,
        )
        self.address: tuple[str, int] = listener.getsockname()[:2]
        self._thread = Thread(target=self._server.run, name="metrics", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Close every connection, and return."""
        self._server.task_dispatcher.shutdown(cancel_pending=True)
        self._server.trigger.pull_trigger(self._watched.clear)  # which ends the loop
        self._thread.join()
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.close()


def _at_metrics(app: Any, refusal: Callable[[dict[str, Any]], Refusal | None]) -> Any:
    """Return an application that answers 404 to all but /metrics, and that to who may see it."""

    def answer(environ: dict[str, Any], start_response: Any) -> Any:
        refused: Refusal | None
        if environ["PATH_INFO"] != "/metrics":
            refused = Refusal("404 Not Found", "see /metrics")
        elif (refused := refusal(environ)) is None:
            return app(environ, start_response)
        start_response(refused.status, [("Content-Type", "text/plain"), *refused.headers])
        return [f"{refused.text}\n".encode()]

    return answer
