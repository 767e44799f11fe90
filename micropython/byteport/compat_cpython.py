"""CPython's side of `byteport.compat`."""

import errno
import os
import select
import socket
import time
from collections.abc import Callable, Iterator
from threading import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from typing import Any

__all__ = [
    "EPOCH_OFFSET",
    "FLOAT32",
    "Lock",
    "Stream",
    "after",
    "connect_to",
    "const",
    "datetime_text",
    "ilistdir",
    "sleep_ms",
    "ticks_add",
    "ticks_diff",
    "ticks_ms",
]

EPOCH_OFFSET = 0
FLOAT32 = False

Connect = Callable[[str, int, float], socket.socket]


def const(value: int) -> int:
    return value


def ticks_ms() -> int:
    return time.monotonic_ns() // 1_000_000


def ticks_add(ticks: int, delta: int) -> int:
    return ticks + delta


def ticks_diff(later: int, earlier: int) -> int:
    return later - earlier


def sleep_ms(ms: int) -> None:
    time.sleep(ms / 1000)


def ilistdir(folder: str) -> Iterator[tuple[str]]:
    return ((name,) for name in os.listdir(folder))


def after(buffer: bytearray, start: int, lower: bytes) -> int:
    end = start + len(lower)
    if buffer[start:end].lower() != lower:
        return 0
    while buffer[end] == 32:
        end += 1
    return end


def datetime_text(moment: object) -> str:
    """Return a datetime (naive means UTC) as seconds since 1970, "" for anything else.

    In integers all the way, as a float would lose the last microsecond.
    """
    from datetime import UTC, datetime, timedelta

    if not isinstance(moment, datetime):
        return ""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    microseconds = (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
    sign = "-" if microseconds < 0 else ""
    seconds, microseconds = divmod(abs(microseconds), 1_000_000)
    return f"{sign}{seconds}.{microseconds:06d}"


class Stream:
    """A TCP or TLS connection whose every wait ends at a deadline, in ticks.

    Raises OSError for whatever goes wrong, ETIMEDOUT at the deadline. DNS alone is outside the
    deadline: the C library offers no limit for it. A ``connect`` that has ``use`` is shown the
    socket that TLS puts in place of its own. ``idle`` is a board's (`byteport.stream`).
    """

    idle: "Callable[..., int] | None" = None

    def __init__(
        self,
        host: str,
        port: int,
        tls: "ssl.SSLContext | None",
        deadline: int,
        connect: "Connect | None" = None,
    ) -> None:
        host = host.strip("[]")  # an IPv6 address in a URL
        if connect is None:
            sock = connect_to(host, port, deadline)
        else:
            sock = connect(host, port, _seconds_left(deadline))
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls is not None:
                sock.settimeout(_seconds_left(deadline))
                sock = tls.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
                use = getattr(connect, "use", None)
                if use is not None:
                    use(sock)
                sock.do_handshake()
        except TimeoutError:
            sock.close()
            raise _timed_out() from None
        except BaseException:
            sock.close()
            raise
        self._sock: "Any" = sock
        self._secure = tls is not None
        self._timeout_ms = 0
        self._poll = select.poll()
        self._poll.register(sock, select.POLLIN)

    def send(self, data: "bytes | bytearray", deadline: int) -> None:
        """Send all of data."""
        self._limit(deadline)
        try:
            self._sock.sendall(data)
        except TimeoutError:
            raise _timed_out() from None

    def receive_into(self, buffer: "bytearray | memoryview", deadline: int) -> int:
        """Wait for data and return how many bytes came, 0 where the peer closed."""
        self._limit(deadline)
        try:
            count: int = self._sock.recv_into(buffer)
            return count
        except TimeoutError:
            raise _timed_out() from None

    def _limit(self, deadline: int) -> None:
        left_ms = deadline - ticks_ms()
        # a system call is spared where the limit in force is right to 50 ms
        if not 0 < left_ms <= self._timeout_ms < left_ms + 50:
            self._sock.settimeout(_seconds_left(deadline))
            self._timeout_ms = left_ms

    def quiet(self) -> bool:
        """Tell whether nothing waits to be read, neither data nor the peer's close."""
        # what TLS has decrypted already, the poll does not see
        return not (self._poll.poll(0) or (self._secure and self._sock.pending()))

    def close(self) -> None:
        self._sock.close()


def _seconds_left(deadline: int) -> float:
    left = deadline - ticks_ms()
    if left <= 0:
        raise _timed_out()
    return left / 1000


def _timed_out() -> OSError:
    return OSError(errno.ETIMEDOUT, "timed out")  # a socket's own has no errno


def connect_to(
    host: str, port: int, deadline: int, use: "Callable[[socket.socket], None] | None" = None
) -> socket.socket:
    """Return a socket that is connected to a host by a deadline in ticks.

    Every address of the host is tried, each with its share of the time, so that one dead address
    does not use it all. ``use`` is shown each socket before it connects.
    """
    try:
        addresses = socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)
    except UnicodeError:  # an empty or too long part between two dots
        raise OSError(errno.EHOSTUNREACH, "no host can have this name") from None
    failure: OSError = OSError(errno.EHOSTUNREACH, "no address")
    for tried, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(_seconds_left(deadline) / (len(addresses) - tried))
            if use is not None:
                use(sock)
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            failure = _timed_out() if isinstance(error, TimeoutError) else error
        except BaseException:
            sock.close()
            raise
    raise failure
