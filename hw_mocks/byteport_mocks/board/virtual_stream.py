"""CPython's connections on a board's simulated internet: `byteport.compat.Stream` in virtual time.

MicroPython has its own, which polls the simulated sockets; CPython's blocks in system calls, for
which there is no clock to replace.
"""

import errno

from byteport_mocks.board.current import current
from byteport_mocks.board.internet import POLLERR, POLLIN, POLLOUT, Poll, TCPSocket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


class VirtualStream:
    """What CPython's Stream promises, with a board's ``idle``."""

    idle: "Callable[..., int] | None" = None

    def __init__(
        self, host: str, port: int, tls: object, deadline: int, connect: object = None
    ) -> None:
        if tls is not None or connect is not None:
            raise ValueError("the simulated internet has neither TLS nor proxies")
        import socket  # the board's

        self._time = current().time()
        if self.idle:
            self.idle(True)
        address = socket.getaddrinfo(host.strip("[]"), port, 0, socket.SOCK_STREAM)[0]
        self._sock = TCPSocket(current())
        self._poll = Poll(current())
        try:
            self._sock.connect(address[-1])  # type: ignore[arg-type]
        except OSError as error:
            if error.errno != errno.EINPROGRESS:
                raise
        self._wait(POLLOUT, deadline)

    def _wait(self, event: int, deadline: int) -> None:
        self._poll.modify(self._sock, event)
        while (left := self._time.ticks_diff(deadline, self._time.ticks_ms())) > 0:
            for _, events in self._poll.ipoll(min(left, self.idle()) if self.idle else left):
                if events & POLLERR:
                    raise OSError(errno.ECONNREFUSED, "refused")
                return
        raise OSError(errno.ETIMEDOUT, "timed out")

    def send(self, data: "bytes | bytearray", deadline: int) -> None:
        while self._sock.write(data) is None:
            self._wait(POLLOUT, deadline)

    def receive_into(self, buffer: "bytearray | memoryview", deadline: int) -> int:
        while (count := self._sock.readinto(buffer)) is None:
            self._wait(POLLIN, deadline)
        return count

    def quiet(self) -> bool:
        return self._sock.wait_ms(POLLIN) != 0

    def close(self) -> None:
        self._sock.close()
