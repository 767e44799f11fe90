"""One connection through a `ChaosProxy`: two sockets and a pipe for each direction between them.

The proxy's thread calls `receive` and `send_on` when a socket or the time allows it; nothing here
blocks. A link says what it waits for (`wants`, `due_at`) and when it is over (`over`).
"""

import socket
import struct
from contextlib import suppress
from time import monotonic

from byteport_mocks.chaos_pipe import NEVER, Pipe
from byteport_mocks.network_faults import TO_CLIENT, TO_SERVER, Break
from byteport_mocks.socket_loop import READ, WRITE

_MAX_WAITING_BYTES = 1 << 20
_READ_BYTES = 65536
_RESET = struct.pack("ii", 1, 0)


class Broken(Exception):  # noqa: N818 (the end of a connection, which is what it was told to do)
    """The connection ends here; ``fault`` is what ends it, None where one of its ends did."""

    def __init__(self, fault: Break | None) -> None:
        super().__init__()
        self.fault = fault


class Way:
    """One direction, from one socket to the other."""

    def __init__(self, source: socket.socket, target: socket.socket, pipe: Pipe) -> None:
        self.source = source
        self.target = target
        self.pipe = pipe
        self.fault: Break | None = None
        self.left = 0  # bytes that pass before the fault
        self.ended = False  # the source has sent all
        self.was_reset = False  # and ended by a RST
        self.done = False  # the target has it all, or wants no more
        self.blocked = False  # the target takes no more now

    def arm(self, fault: Break, limit: int) -> None:
        """Let a fault end the connection after so many bytes, unless another does before."""
        if self.fault is None or limit < self.left:
            self.fault, self.left = fault, limit

    def receive(self, now: float) -> None:
        """Take what the source has sent into the pipe."""
        try:
            data = self.source.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
            self.was_reset = True
        if data:
            self.pipe.put(data, now)
        else:
            self.ended = True

    def send_on(self, now: float) -> None:
        """Give the target what has arrived by now."""
        while not self.blocked and (part := self.pipe.take(now)):
            if self.fault is not None:
                if not self.left:
                    raise Broken(self.fault)
                part = self._up_to_fault(part)
            self._send(part)
        if self.ended and not self.done and not self.pipe.waiting_bytes:
            if self.was_reset:
                raise Broken(None)
            self.done = True
            with suppress(OSError):
                self.target.shutdown(socket.SHUT_WR)

    def readable(self) -> bool:
        return not self.ended and self.pipe.waiting_bytes < _MAX_WAITING_BYTES

    def _up_to_fault(self, part: bytes) -> bytes:
        if len(part) > self.left:
            self.pipe.put_back(part[self.left :])
        return part[: self.left]

    def _send(self, part: bytes) -> None:
        try:
            sent = self.target.send(part)
        except BlockingIOError:
            sent = 0
        except OSError:  # what the target had sent before it went is still on its way
            self.pipe.clear()
            self.ended = self.done = True
            return
        self.pipe.line.passed_bytes += sent
        self.left -= sent
        if sent < len(part):
            self.blocked = True
            self.pipe.put_back(part[sent:])


class Link:
    """Both directions of a connection; ``born`` is when it was accepted."""

    def __init__(
        self, client: socket.socket, server: socket.socket, pipes: tuple[Pipe, Pipe], born: float
    ) -> None:
        for sock in (client, server):
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.client = client
        self.server = server
        self.born = born
        to_server = Way(client, server, pipes[0])
        to_server.blocked = True  # until it is connected
        self.ways = {TO_SERVER: to_server, TO_CLIENT: Way(server, client, pipes[1])}
        self._both = tuple(self.ways.values())

    @property
    def over(self) -> bool:
        return all(way.done for way in self._both)

    def on_event(self, sock: socket.socket, events: int) -> None:
        """React to a socket that is ready."""
        now = monotonic()
        for way in self._both:
            if way.target is sock and events & WRITE:
                way.blocked = False
            if way.source is sock and events & READ:
                way.receive(now)

    def send_on(self, now: float) -> None:
        for way in self._both:
            way.send_on(now)

    def due_at(self) -> float:
        """Return when the next bytes arrive that can be given to their target."""
        return min(NEVER if way.blocked else way.pipe.due_at() for way in self._both)

    def wants(self, sock: socket.socket) -> int:
        """Return the selector's mask of what is to be waited for on a socket."""
        mask = 0
        for way in self._both:
            if way.source is sock and way.readable():
                mask |= READ
            if way.target is sock and way.blocked:
                mask |= WRITE
        return mask

    def close(self, reset: bool) -> None:
        for sock in (self.client, self.server):
            if reset:
                reset_on_close(sock)
            sock.close()


def reset_on_close(sock: socket.socket) -> None:
    """Let the close of a socket send a RST in place of a FIN."""
    with suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
