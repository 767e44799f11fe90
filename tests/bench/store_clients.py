"""Clients that store as fast as they are answered, or as boards do: each in its own time.

A process of its own, pinned to a core of its own, so that what is measured is the server. One
thread and many sockets: a thousand boards in threads would measure threads.

usage: store_clients.py PORT hammer CONNECTIONS SECONDS    prints calls a second
       store_clients.py PORT boards COUNT INTERVAL_S SECONDS    prints answered, p50, p99 in ms
"""

import os
import selectors
import socket
import sys
import time
from collections import deque
from urllib.parse import quote_plus

KEY = "b3nch-s3cret"
TS_S = 1_800_000_000


def request(device: int, number: int) -> bytes:
    body = (
        f"_key={quote_plus(KEY)}&_ts={TS_S + number // 1000}.{number % 1000:03d}"
        f"&temperature={20 + number % 10}.5&humidity=50.25&pressure=1013.25"
    ).encode()
    head = (
        f"POST /api/v1/timeseries/myownspace/board-{device}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        "User-Agent: curl/7.51.0\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Board:
    """One client with one connection at a time, which it keeps while the server does."""

    def __init__(self, port: int, device: int, selector: selectors.BaseSelector) -> None:
        self._port = port
        self._device = device
        self._selector = selector
        self._socket: socket.socket | None = None
        self.number = device * 100_000
        self.sent_at = 0.0
        self.times: list[float] = []

    def send(self) -> None:
        self.sent_at = time.monotonic()
        self._send()

    def answered(self) -> bool:
        """Take what came; return whether it is an answer."""
        assert self._socket is not None
        try:
            answer = self._socket.recv(4096)
        except OSError:
            answer = b""
        if not answer:  # closed while it was idle, or before the request was read
            waits = self.sent_at > 0
            self._close()
            if waits:
                self._send()
            return False
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        self.times.append(time.monotonic() - self.sent_at)
        self.sent_at = 0.0
        self.number += 1
        return True

    def _send(self) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), 20)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._selector.register(self._socket, selectors.EVENT_READ, self)
        try:
            self._socket.sendall(request(self._device, self.number))
        except OSError:
            self._close()
            self._send()

    def _close(self) -> None:
        assert self._socket is not None
        self._selector.unregister(self._socket)
        self._socket.close()
        self._socket = None


def hammer(port: int, connections: int, seconds: float) -> None:
    selector = selectors.EpollSelector()
    boards = [Board(port, number, selector) for number in range(connections)]
    for board in boards:
        board.send()
    begin, count = time.monotonic(), 0
    while (now := time.monotonic()) < begin + seconds:
        for key, _ in selector.select(1):
            if key.data.answered():
                count += 1
                key.data.send()
    print(count / (now - begin))


def boards(port: int, count: int, interval_s: float, seconds: float) -> None:
    selector = selectors.EpollSelector()
    begin = time.monotonic() + 0.5
    waiting = deque(
        (begin + interval_s * number / count, Board(port, number, selector))
        for number in range(count)
    )
    all_boards = [board for _, board in waiting]
    sent = 0
    while waiting[0][0] < begin + seconds or any(board.sent_at for board in all_boards):
        now = time.monotonic()
        while waiting[0][0] <= now and waiting[0][0] < begin + seconds:
            due, board = waiting.popleft()
            board.send()
            sent += 1
            waiting.append((due + interval_s, board))
        for key, _ in selector.select(max(min(waiting[0][0] - now, 0.05), 0)):
            key.data.answered()
    times = sorted(each for board in all_boards for each in board.times)
    assert len(times) == sent
    print(sent, 1000 * times[len(times) // 2], 1000 * times[len(times) * 99 // 100])


if __name__ == "__main__":
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    port, what, *numbers = sys.argv[1:]
    {"hammer": hammer, "boards": boards}[what](int(port), int(numbers[0]), *map(float, numbers[1:]))
