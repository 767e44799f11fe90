"""The connection of a call that waits in one thread, so that another thread can cut it off."""

import errno
import socket
import ssl
from contextlib import suppress

from byteport.compat import connect_to, ticks_ms


class Line:
    """Connects for a `byteport.connection.Connection`, and knows the socket in use."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._is_cut = False

    def __call__(self, host: str, port: int, timeout_s: float) -> socket.socket:
        return connect_to(host, port, ticks_ms() + int(timeout_s * 1000), self.use)

    def open(
        self, host: str, port: int, tls: ssl.SSLContext | None, deadline: int
    ) -> socket.socket:
        """Return a connected socket, behind its TLS handshake, by a deadline in ticks.

        For libraries that make no such connection themselves; raises OSError.
        """
        sock = connect_to(host, port, deadline, self.use)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                sock.settimeout(max(deadline - ticks_ms(), 1) / 1000)
                sock = tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
                self.use(sock)
                sock.do_handshake()
        except BaseException:
            sock.close()
            raise
        return sock

    def use(self, sock: socket.socket) -> None:
        """Know a socket before anybody waits for it; raises OSError once the line is cut."""
        self._socket = sock
        if self._is_cut:
            raise OSError(errno.ECANCELED, "the output stops")

    def cut(self) -> None:
        """Make what waits fail with an OSError, and every later call; a name's look-up goes on.

        A socket that begins to connect at this moment is not reached: call it again.
        """
        self._is_cut = True
        if self._socket is not None:
            with suppress(OSError):  # closed, or not connected yet
                # not SSLSocket's, which takes its state away from under the thread that reads
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
