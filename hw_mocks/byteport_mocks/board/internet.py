"""What a board can reach by TCP, in virtual time: names, round trips, and hosts that answer.

    board.internet.serve("api.byteport.se", 80, service)   # answers what it is sent
    board.internet.rtt_ms = 200
    board.internet.up = False                               # packets get lost, the link stays

A service is called with each whole request and returns its answer as bytes, or None for none; how
long it takes is its ``takes_ms``, and ``listens`` says whether it takes connections. Where nothing
is served, names and sockets are the PC's own.
"""

import errno

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from byteport_mocks.board.simulated_board import SimulatedBoard

    class Service(Protocol):
        """A host's program."""

        listens: bool
        takes_ms: int

        def __call__(self, request: bytes) -> "bytes | None": ...


FAMILY = 99  # of addresses in this internet
POLLIN = 1
POLLOUT = 4
POLLERR = 8
_NEVER = 1 << 60
_STREAM = 1


class SimulatedInternet:
    """Hosts by name and port. A request and its answer take a round trip, as does connecting."""

    def __init__(self, board: "SimulatedBoard") -> None:
        self._board = board
        self._services: "dict[tuple[str, int], Service]" = {}
        self.rtt_ms = 60
        self.setup_ms = 0  # what a connection takes beside its round trip, such as for TLS
        self.up = True
        self.resolves = True  # whether the DNS server answers
        self.no_name_ms = 14000  # how long an lwIP tries, with two servers
        self.connections = 0

    def serve(self, host: str, port: int, service: "Service") -> None:
        """Let a service answer at a host."""
        self._services[host, port] = service

    def __bool__(self) -> bool:
        return bool(self._services)

    def passes(self) -> bool:
        """Tell whether packets pass between the board and its hosts."""
        return self.up and self._board.wifi.is_joined()

    def lookup(self, host: str, port: int) -> "list[tuple[int, int, int, str, tuple[str, int]]]":
        """Return what getaddrinfo does, a round trip later; raise OSError where none does."""
        clock = self._board.clock
        if not self.passes() or not self.resolves:
            clock.sleep_ms(self.no_name_ms)
            raise OSError(-2, "no such name")
        clock.sleep_ms(self.rtt_ms)
        return [(FAMILY, _STREAM, 0, "", (host, port))]

    def service_at(self, address: "tuple[str, int]") -> "Service | None":
        return self._services.get(address)


class TCPSocket:
    """A socket that never blocks, as MicroPython has it."""

    def __init__(self, board: "SimulatedBoard") -> None:
        self._board = board
        self._internet = board.internet
        self._service: "Service | None" = None
        self._connected_at = self._answered_at = _NEVER
        self._refused = False
        self._request = b""
        self._answer = b""

    def setblocking(self, flag: bool) -> None:
        if flag:
            raise ValueError("a station must not block")

    def connect(self, address: "tuple[str, int]") -> None:
        internet = self._internet
        if internet.passes():
            self._service = internet.service_at(address)
            self._refused = self._service is None or not self._service.listens
            self._connected_at = self._now() + internet.rtt_ms + internet.setup_ms
            internet.connections += not self._refused
        raise OSError(errno.EINPROGRESS, "in progress")

    def write(self, data: "bytes | bytearray | memoryview") -> "int | None":
        if self._now() < self._connected_at:
            return None
        if self._refused:
            raise OSError(errno.ECONNREFUSED, "refused")
        self._request += bytes(data)
        size = request_size(self._request)
        if 0 < size <= len(self._request):
            request, self._request = self._request[:size], self._request[size:]
            self._ask(request)
        return len(data)

    def readinto(self, buffer: "bytearray | memoryview") -> "int | None":
        if self.wait_ms(POLLIN) != 0:
            return None
        count = min(len(buffer), len(self._answer))
        buffer[:count] = self._answer[:count]
        self._answer = self._answer[count:]
        if not self._answer:
            self._answered_at = _NEVER
        return count

    def close(self) -> None:
        self._connected_at = self._answered_at = _NEVER

    def wait_ms(self, event: int) -> int:
        """Return how long until a poll would tell of an event."""
        at = self._connected_at if event == POLLOUT else self._answered_at
        if at != _NEVER and self._now() >= at and not self._internet.passes():
            return _NEVER  # it got lost on its way
        return max(at - self._now(), 0)

    def events(self, event: int) -> int:
        return event | (POLLERR if self._refused else 0)

    def _ask(self, request: bytes) -> None:
        service = self._service
        assert service is not None
        if self._internet.passes():
            answer = service(request)
            if answer is not None:
                self._answer += answer
                self._answered_at = self._now() + self._internet.rtt_ms + service.takes_ms

    def _now(self) -> int:
        return self._board.clock.ticks_ms()


class BoardSelect:
    """`select` on a board: polls of simulated sockets pass on the virtual clock."""

    POLLIN = POLLIN
    POLLOUT = POLLOUT
    POLLERR = POLLERR

    def __init__(self, board: "SimulatedBoard", real: object) -> None:
        self._board = board
        self._real = real

    def poll(self) -> object:
        # sockets of the PC want its own poll, and a board has one kind or the other
        return Poll(self._board) if self._board.internet else self._real.poll()  # type: ignore[attr-defined]

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)


class Poll:
    """A poll of one simulated socket."""

    def __init__(self, board: "SimulatedBoard") -> None:
        self._clock = board.clock
        self._event = 0

    def register(self, sock: TCPSocket, event: int) -> None:
        self._sock = sock
        self._event = event

    def modify(self, sock: TCPSocket, event: int) -> None:
        self.register(sock, event)

    def unregister(self, sock: TCPSocket) -> None:
        pass

    def ipoll(self, timeout_ms: int) -> "tuple[tuple[TCPSocket, int], ...]":
        wait_ms = self._sock.wait_ms(self._event)
        self._clock.sleep_ms(min(wait_ms, timeout_ms))
        if self._sock.wait_ms(self._event):
            return ()
        return ((self._sock, self._sock.events(self._event)),)


def request_size(data: bytes) -> int:
    """Return how many bytes the request at the front has, 0 while that is not known."""
    end = data.find(b"\r\n\r\n")
    if end < 0:
        return 0
    at = data.lower().find(b"\r\ncontent-length:", 0, end + 2)
    if at < 0:
        return end + 4
    stop = data.find(b"\r\n", at + 2)
    return end + 4 + int(data[at + 17 : stop])
