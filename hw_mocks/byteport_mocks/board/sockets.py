"""`socket` on a board: names need the link, and time servers answer; the rest is `board.internet`,
or, where nothing is served there, the PC's own.

    board.ntp_failures = 2           # the next two queries get no answer
    board.ntp_offset_ms = -3600000   # what the servers are wrong by
    board.ntp_answer = lambda packet: packet[:1] + b"\\x00" + packet[2:]   # and what becomes of it

Without a link getaddrinfo does not return before `NO_LINK_MS` have passed (micropython-lib #1078):
longer than any watchdog of a Pico waits.
"""

import errno
import socket as real_socket

from byteport_mocks.board.internet import FAMILY, TCPSocket

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from byteport_mocks.board.simulated_board import SimulatedBoard

NO_LINK_MS = 30000
NTP_PORT = 123

_1900_S = 2208988800
_ANSWER_MS = 40
_NO_NAME = {"esp32": -202, "rp2": -2}


class BoardSocket:
    """What `import socket` finds."""

    def __init__(self, board: "SimulatedBoard") -> None:
        self._board = board

    def getaddrinfo(self, host: str, port: int, *more: int) -> "list[Any]":
        board = self._board
        board.lookups += 1
        if not board.wifi.is_joined():
            board.clock.sleep_ms(NO_LINK_MS)
            raise OSError(_NO_NAME[board.port])
        if port == NTP_PORT and (not board.internet or board.internet.lookup(host, port)):
            return [(real_socket.AF_INET, real_socket.SOCK_DGRAM, 0, "", (host, port))]
        if board.internet:
            return board.internet.lookup(host, port)
        return real_socket.getaddrinfo(host, port, *more)

    def socket(self, *options: int) -> "Any":
        if options[1:2] == (real_socket.SOCK_DGRAM,):
            return NTPSocket(self._board)
        if options[:1] == (FAMILY,):
            return TCPSocket(self._board)
        return real_socket.socket(*options)

    def __getattr__(self, name: str) -> object:
        return getattr(real_socket, name)


class NTPSocket:
    """A UDP socket that never blocks, to a server that knows the board's true time."""

    def __init__(self, board: "SimulatedBoard") -> None:
        self._board = board
        self._answer = b""
        self._due_ms = 0

    def setblocking(self, flag: bool) -> None:
        if flag:
            raise ValueError("a station must not block")

    def connect(self, address: object) -> None:
        pass

    def send(self, packet: "bytes | bytearray") -> int:
        board = self._board
        if board.ntp_failures:
            board.ntp_failures -= 1
        elif board.internet.passes():
            self._due_ms = board.clock.ticks_ms() + _ANSWER_MS
            # the server's time half-way
            utc_ms = board.utc_us() // 1000 + board.ntp_offset_ms + _ANSWER_MS // 2
            answer = _answer(bytes(packet), utc_ms)
            self._answer = board.ntp_answer(answer) if board.ntp_answer else answer
        return len(packet)

    def recv(self, size: int) -> bytes:
        if not self._answer or self._board.clock.ticks_ms() < self._due_ms:
            raise OSError(errno.EAGAIN, "no answer yet")
        answer, self._answer = self._answer, b""
        return answer[:size]

    def close(self) -> None:
        pass


def _answer(query: bytes, utc_ms: int) -> bytes:
    """Return an answer of RFC 4330: server mode, stratum 2, the query's own time, and the time."""
    seconds, ms = utc_ms // 1000 + _1900_S, utc_ms % 1000
    time = (seconds % (1 << 32)).to_bytes(4, "big") + ((ms << 32) // 1000).to_bytes(4, "big")
    return b"\x24\x02" + bytes(22) + query[40:48] + time + time
