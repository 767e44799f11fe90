"""stomp.py's protocol over a socket of ours; imported where a STOMP output is configured.

stomp.py reads in a thread of its own and sends in the caller's. OpenSSL allows no two threads in
one connection at once, so each takes its turn, and none waits for the network in it.
"""

import logging
import select
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from select import POLLIN, POLLOUT
from socket import SHUT_RDWR, socket
from ssl import SSLWantReadError, SSLWantWriteError
from threading import Lock
from time import monotonic
from typing import Any

from stomp.connect import BaseConnection
from stomp.protocol import Protocol12
from stomp.transport import BaseTransport

_CHUNK = 65_536
_MOST_MS = 20_000

logging.getLogger("stomp.py").disabled = True  # it would show the password


class Transport(BaseTransport):  # type: ignore[misc]
    """One connection, which ``open_socket`` makes."""

    def __init__(self, open_socket: Callable[[], socket], host: str, port: int, vhost: str) -> None:
        super().__init__(auto_decode=False)
        self.vhost = vhost
        self.current_host_and_port = (host, port)
        self._open_socket = open_socket
        self._socket: socket | None = None
        self._turn = Lock()
        self._whole_frame = Lock()

    def attempt_connection(self) -> None:
        self._socket = self._open_socket()
        self._socket.setblocking(False)

    def send(self, encoded_frame: bytes) -> None:
        """Send all of a frame; raises OSError."""
        sock = self._socket
        if sock is None:
            raise OSError("the connection is closed")
        with self._whole_frame:
            sent = 0
            while sent < len(encoded_frame):
                part = memoryview(encoded_frame)[sent:]
                sent += self._in_turn(sock, partial(sock.send, part), POLLOUT)

    def receive(self) -> bytes:
        """Return what came, b"" at the end; it waits for it."""
        sock = self._socket
        data: bytes = (
            b"" if sock is None else self._in_turn(sock, lambda: sock.recv(_CHUNK), POLLIN)
        )
        return data

    def disconnect_socket(self) -> None:
        self.running = False
        if self._socket is not None:
            with suppress(OSError):  # not SSLSocket's, see Line
                socket.shutdown(self._socket, SHUT_RDWR)

    def cleanup(self) -> None:
        """Close the socket, in the thread that reads and at its end."""
        if self._socket is not None:
            with self._turn:
                self._socket.close()
            self._socket = None

    def _in_turn(self, sock: socket, attempt: Callable[[], Any], event: int) -> Any:
        """Return what an attempt gives, once the network lets it."""
        while True:
            try:
                with self._turn:
                    return attempt()
            except SSLWantReadError:
                event = POLLIN
            except SSLWantWriteError:
                event = POLLOUT
            except BlockingIOError:
                pass
            poll = select.poll()
            poll.register(sock, event)
            if not poll.poll(_MOST_MS) and event == POLLOUT:
                raise OSError("the broker takes nothing")


class Client(Protocol12, BaseConnection):  # type: ignore[misc]
    """STOMP 1.2 over a transport; both sides are heard of every ``heart_beat_ms``."""

    def __init__(self, transport: Transport, heart_beat_ms: int) -> None:
        BaseConnection.__init__(self, transport)
        Protocol12.__init__(self, transport, (heart_beat_ms, heart_beat_ms))
        self.receive_sleep = 0.0  # in seconds, once both sides have agreed

    def was_silent(self) -> bool:
        """Tell whether nothing has come for longer than was agreed."""
        agreed_s = self.receive_sleep
        return agreed_s > 0 and monotonic() - self.received_heartbeat > agreed_s
