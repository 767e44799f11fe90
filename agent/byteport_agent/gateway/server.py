"""The gateway's sockets: waitress's loop in a thread, with limits for who may hold what how long.

A store call goes to the intake, anything else to a few threads of the web application. There is a
cap on connections; beyond it the one that was idle longest goes, of the address that has most, so
that nobody shuts out the boards by opening sockets.
"""

import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from threading import Thread
from typing import Any

from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher

from byteport_agent.clock import Clock
from byteport_agent.command_errors import CommandError
from byteport_agent.gateway.channel import SERVER_NAME, Channel, TlsChannel
from byteport_agent.gateway.store_requests import MAX_BODY_BYTES
from byteport_agent.pulse import Pulse

MOST_CONNECTIONS = 256
REQUEST_S = 15.0
IDLE_S = 60.0
_THREADS = 3
_BACKLOG = 256
_GRACE_MS = 60_000
_LIMITS = {
    "connection_limit": 4 * MOST_CONNECTIONS,  # waitress's own, which would shut everybody out
    "max_request_header_size": 8192,
    "max_request_body_size": 2 * MAX_BODY_BYTES,  # a sender of a little more sees the 413
    "inbuf_overflow": 8 * MAX_BODY_BYTES,  # never to a file
    "outbuf_overflow": 64 << 20,
    "outbuf_high_watermark": 1 << 20,
    "recv_bytes": 16_384,  # a whole record of TLS
    "cleanup_interval": 1,
    "asyncore_use_poll": True,
    "log_socket_errors": False,
}
Application = Callable[[dict[str, Any], Any], Any]


class Server:
    """Listens from the start, as ``url`` tells; serves between ``start`` and ``stop``.

    Raises CommandError where it cannot listen; ``address`` is (host, port), port 0 a free one.
    """

    def __init__(
        self,
        address: tuple[str, int],
        application: Application,
        take: Callable[[Channel], None],
        clock: Clock,
        log: logging.Logger,
        tls: ssl.SSLContext | None = None,
        request_s: float = REQUEST_S,
        idle_s: float = IDLE_S,
    ) -> None:
        self._socket = listening_socket(*address)
        self._log = log
        self._options = application, take, tls, request_s, idle_s
        self._watched: dict[int, Any] = {}  # what the loop waits for
        self._loop: _Loop | None = None
        self._thread: Thread | None = None
        self.pulse = Pulse("gateway", clock)
        self.address: tuple[str, int] = self._socket.getsockname()[:2]
        self.url = _url(self.address, "https" if tls else "http")

    @property
    def connections(self) -> int:
        return 0 if self._loop is None else len(self._loop.active_channels)

    def start(self) -> None:
        """Serve, in threads of its own."""
        _pass_on(logging.getLogger("waitress"), self._log)
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a queue of two is no news
        self._loop = _Loop(self._socket, self._watched, self.pulse, *self._options)
        self._thread = Thread(target=self._loop.run, name="gateway", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way, close every connection, and return."""
        if self._loop is None or self._thread is None:
            self._socket.close()
            return
        self._loop.task_dispatcher.shutdown(cancel_pending=False)  # their senders try again
        self._loop.trigger.pull_trigger(self._watched.clear)  # which ends the loop
        self._thread.join()
        for channel in list(self._loop.active_channels.values()):
            channel.handle_close()
        self._loop.close()
        self._loop = self._thread = None
        self.pulse.rest()


class _Loop(TcpWSGIServer):  # type: ignore[misc]
    def __init__(
        self,
        listener: socket.socket,
        watched: dict[int, Any],
        pulse: Pulse,
        application: Application,
        take: Callable[[Channel], None],
        tls: ssl.SSLContext | None,
        request_s: float,
        idle_s: float,
    ) -> None:
        self._pulse = pulse
        self._take = take
        self._tls = tls
        self._times = request_s, idle_s
        self.channel_class = TlsChannel if tls else Channel
        settings = Adjustments(
            sockets=[listener],
            backlog=_BACKLOG,
            ident=SERVER_NAME,
            url_scheme="https" if tls else "http",
            **_LIMITS,
        )
        place = listener.family, listener.type, listener.proto, listener.getsockname()
        super().__init__(
            application,
            watched,
            _sock=listener,
            dispatcher=_dispatcher(),
            adj=settings,
            sockinfo=place,
            bind_socket=False,
        )
        self._pulled = False
        self.trigger.handle_read = self._triggered

    def pull_trigger(self) -> None:
        """Have the loop look again; a hundred answers at once wake it once."""
        if not self._pulled:
            self._pulled = True
            super().pull_trigger()

    def _triggered(self) -> None:
        type(self.trigger).handle_read(self.trigger)
        self._pulled = False  # after that: the loop looks at everything next

    def add_task(self, task: Channel) -> None:
        if task.stores():
            self._take(task)
        else:
            self.task_dispatcher.add_task(task)

    def handle_accept(self) -> None:
        if len(self.active_channels) >= MOST_CONNECTIONS:
            self._make_room()
        super().handle_accept()

    def accept(self) -> tuple[socket.socket, Any] | None:
        accepted: tuple[socket.socket, Any] | None = super().accept()
        if accepted is None or self._tls is None:
            return accepted
        plain, address = accepted
        plain.setblocking(False)
        try:
            return self._tls.wrap_socket(plain, True, do_handshake_on_connect=False), address
        except OSError:  # it has gone already
            plain.close()
            return None

    def maintenance(self, _now: float) -> None:
        self._pulse.beat(_GRACE_MS)
        for channel in list(self.active_channels.values()):
            if channel.overdue(*self._times):
                channel.handle_close()

    def _make_room(self) -> None:
        idle = [each for each in self.active_channels.values() if not each.requests]
        idle = [each for each in idle if not each.streams]
        if idle:
            owners = Counter(channel.address for channel in idle)
            most = owners.most_common(1)[0][0]
            theirs = [channel for channel in idle if channel.address == most]
            min(theirs, key=lambda channel: channel.last_activity).handle_close()


class _PassedOn(logging.Handler):
    """Gives waitress's lines to the agent's log, where nothing in them can end a line."""

    def __init__(self, log: logging.Logger) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log.handle(record)


def _pass_on(logger: logging.Logger, log: logging.Logger) -> None:
    logger.handlers = [_PassedOn(log)]
    logger.propagate = False


def _dispatcher() -> ThreadedTaskDispatcher:
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(_THREADS)
    return dispatcher


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


def _url(address: tuple[str, int], scheme: str) -> str:
    host, port = address
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (where to reach it)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
