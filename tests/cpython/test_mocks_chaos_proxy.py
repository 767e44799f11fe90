"""A network that is as bad as told, between real sockets on loopback."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from byteport_mocks.chaos_proxy import ChaosProxy


class Echo:
    """A server that sends back what it gets; counts what arrived."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.got = b""
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                sock, _ = self._listener.accept()
                self._open.append(sock)
                self._threads.append(threading.Thread(target=self._serve, args=(sock,)))
                self._threads[-1].start()

    def _serve(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            while data := sock.recv(65536):
                self.got += data
                sock.sendall(data)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


@pytest.fixture
def echo() -> Iterator[Echo]:
    echo = Echo()
    yield echo
    echo.close()


def connect(proxy: ChaosProxy) -> socket.socket:
    return socket.create_connection(("127.0.0.1", proxy.port), timeout=30)


def receive(sock: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (part := sock.recv(count - len(data))):
        data += part
    return data


def test_a_round_trip_takes_both_delays_and_a_handshake_once(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port), delay_s=0.05) as proxy, connect(proxy) as sock:
        for least in (0.2, 0.1, 0.1):
            begin = time.monotonic()
            sock.sendall(b"ping")
            assert receive(sock, 4) == b"ping"
            assert time.monotonic() - begin >= least
        proxy.to_client.delay_s = 0
        begin = time.monotonic()
        sock.sendall(b"ping")
        assert receive(sock, 4) == b"ping"
        assert time.monotonic() - begin >= 0.05
    assert (proxy.connections, proxy.breaks) == (1, 0)
    assert proxy.to_server.passed_bytes == proxy.to_client.passed_bytes == 16


def test_a_delay_keeps_many_bytes_whole_and_in_order(echo: Echo) -> None:
    sent = os.urandom(3_000_000)  # more than fit into the proxy at once
    with ChaosProxy(("127.0.0.1", echo.port), delay_s=0.01) as proxy, connect(proxy) as sock:
        sender = threading.Thread(target=sock.sendall, args=(sent,))
        sender.start()
        assert receive(sock, len(sent)) == sent
        sender.join()


def test_its_thread_and_sockets_end_with_the_block(echo: Echo) -> None:
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    with ChaosProxy(("127.0.0.1", echo.port), delay_s=60) as proxy, connect(proxy) as sock:
        sock.sendall(b"never arrives")
    with pytest.raises(ConnectionRefusedError):
        connect(proxy)
    assert echo.got == b""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:  # for the echo's own side
        now = threading.active_count(), len(os.listdir("/proc/self/fd"))
        if now <= before:
            break
        time.sleep(0.01)
    assert now <= before
