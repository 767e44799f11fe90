"""A small Byteport on this machine: its store API on a loopback port, served by threads.

Its limits: a number of connections, an idle time that ends a slow head or body, and sizes. A body
somewhat too large is still read, so that its sender gets to see the 413 and not a reset.
"""

import logging
import socket
from collections.abc import Collection
from threading import Thread
from typing import Any

from waitress.channel import HTTPChannel
from waitress.server import create_server
from waitress.task import ErrorTask

from byteport_agent.command_errors import CommandError
from byteport_agent.keys import Secret
from byteport_agent.readings_db import ReadingsDb
from byteport_agent.store_api import MAX_BODY_BYTES, StoreApi

_THREADS = 4
_BACKLOG = 64
_LIMITS = {
    "connection_limit": 64,
    "max_request_header_size": 8192,
    "max_request_body_size": 4 * MAX_BODY_BYTES,
    "inbuf_overflow": 8 * MAX_BODY_BYTES,  # never to a file
    "cleanup_interval": 1,
    "channel_request_lookahead": 0,
}


class Receiver:
    """Listens from the start, as ``url`` tells; serves between ``start`` and ``stop``.

    ``address`` is (host, port); port 0 takes a free one. CommandError where it cannot listen.
    """

    def __init__(
        self,
        db: ReadingsDb,
        namespace: str,
        key: Secret,
        address: tuple[str, int] = ("127.0.0.1", 0),
        devices: Collection[str] | None = None,
        idle_timeout_s: int = 30,
    ) -> None:
        self._api = StoreApi(db, namespace, key, devices)
        self._idle_timeout_s = idle_timeout_s
        self._socket = listening_socket(*address)
        self.url = _url(self._socket)
        self._watched: dict[int, Any] = {}  # what the server's loop waits for
        self._server: Any = None
        self._thread: Thread | None = None

    def __repr__(self) -> str:
        return f"<Receiver {self.url}>"

    def start(self) -> None:
        """Serve in threads of its own."""
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue of two is no news
        self._server = create_server(
            self._api.app,
            self._watched,
            sockets=[self._socket],
            threads=_THREADS,
            backlog=_BACKLOG,
            ident="byteport-agent",
            log_socket_errors=False,
            channel_timeout=self._idle_timeout_s,
            **_LIMITS,
        )
        self._server.channel_class = _Channel
        self._thread = Thread(target=self._server.run, name="receiver")
        self._thread.start()

    def stop(self) -> None:
        """Finish the calls that are being stored, close every connection, and return."""
        if self._thread is None:
            self._socket.close()
            return
        self._server.task_dispatcher.shutdown(cancel_pending=False)  # their senders try again
        self._server.trigger.pull_trigger(self._watched.clear)  # which ends the loop
        self._thread.join()
        self._thread = None
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()
        self._server.close()

    def __enter__(self) -> "Receiver":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raise CommandError saying why it cannot."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _cannot_listen(host, port, error) from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise _cannot_listen(host, port, error) from None
    return listener


def _cannot_listen(host: str, port: int, error: OSError) -> CommandError:
    return CommandError(
        f"cannot listen on {host}:{port}: {error.strerror}: stop what uses it, or choose another "
        "address; port 0 takes a free one"
    )


def _url(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (where to reach it)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class _OneLine(ErrorTask):  # type: ignore[misc]
    """Waitress's own refusals, of a head or a body that it does not take, in one line."""

    def execute(self) -> None:
        error = self.request.error
        body = f"{error.reason}: {error.body}\n".encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "text/plain; charset=UTF-8"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Channel(HTTPChannel):  # type: ignore[misc]
    error_task_class = _OneLine
