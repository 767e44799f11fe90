"""A network that is as bad as told, between real sockets on loopback."""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from byteport_mocks.chaos_link import reset_on_close
from byteport_mocks.chaos_proxy import ChaosProxy
from byteport_mocks.faults import every, flapping, nth, probability
from byteport_mocks.network_faults import (
    TO_CLIENT,
    TO_SERVER,
    Close,
    Mute,
    Refuse,
    Reset,
    Stall,
)
from waiting import wait_for


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


def outcome(sock: socket.socket, data: bytes) -> tuple[bytes, str]:
    """Send, and return what came back and how it ended."""
    got = b""
    try:
        sock.sendall(data)
        while len(got) < len(data):
            if not (part := sock.recv(65536)):
                return got, "closed"
            got += part
    except (ConnectionResetError, BrokenPipeError):
        return got, "reset"
    return got, "whole"


def test_a_round_trip_takes_both_delays_and_a_handshake_once(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port), delay_s=0.05) as proxy:
        begin = time.monotonic()
        with connect(proxy) as sock:
            for least_s in (0.2, 0.1, 0.05):
                sock.sendall(b"ping")
                assert receive(sock, 4) == b"ping"
                assert time.monotonic() - begin >= least_s
                begin = time.monotonic()
                if least_s == 0.1:
                    proxy.to_client.delay_s = 0
    assert (proxy.connections, proxy.breaks) == (1, 0)
    assert proxy.to_server.passed_bytes == proxy.to_client.passed_bytes == 12


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
    wait_for(lambda: threading.active_count() <= before[0])  # the echo's own side too
    wait_for(lambda: len(os.listdir("/proc/self/fd")) <= before[1])


@pytest.mark.parametrize("delay_s", [0, 0.02])
@pytest.mark.parametrize(("kind", "told"), [(Reset, "reset"), (Close, "closed")])
@pytest.mark.parametrize("after_bytes", [0, 1, 9, 10])
def test_a_break_after_some_bytes(
    echo: Echo, kind: type[Reset], told: str, after_bytes: int, delay_s: float
) -> None:
    with ChaosProxy(("127.0.0.1", echo.port), delay_s) as proxy:
        proxy.inject(kind(after_bytes, TO_CLIENT))
        with connect(proxy) as sock:
            got = outcome(sock, b"0123456789")
        assert got == (b"0123456789"[:after_bytes], told if after_bytes < 10 else "whole")
        assert echo.got == b"0123456789"
        proxy.clear()
        proxy.inject(kind(after_bytes, TO_SERVER))
        with connect(proxy) as sock:
            got = outcome(sock, b"0123456789")
        wait_for(lambda: len(echo.got) == 10 + after_bytes)
        assert got[1] == (told if after_bytes < 10 else "whole")
    counted = proxy.resets if kind is Reset else proxy.closes
    assert counted == proxy.breaks == (0 if after_bytes == 10 else 2)


def test_faults_have_schedules_and_seeds(echo: Echo) -> None:
    def ends(seed: int) -> list[tuple[bytes, str]]:
        found = []
        with ChaosProxy(("127.0.0.1", echo.port), seed=seed) as proxy:
            proxy.inject(Reset(range(20), TO_CLIENT, every(2)))
            proxy.inject(Close(5, TO_CLIENT, nth(3)))
            for _ in range(8):
                with connect(proxy) as sock:
                    found.append(outcome(sock, b"x" * 20))
        return found

    first = ends(1)
    assert first == ends(1) != ends(2)
    assert [told for _, told in first] == ["whole", "reset", "closed", "reset"] + [
        "whole",
        "reset",
    ] * 2
    assert first[2][0] == b"x" * 5


def test_the_first_of_several_breaks_wins(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port)) as proxy:
        for after_bytes in (7, 3, 5):
            proxy.inject(Close(after_bytes, TO_CLIENT))
        with connect(proxy) as sock:
            assert outcome(sock, b"x" * 20) == (b"xxx", "closed")


def test_a_direction_that_is_none() -> None:
    with pytest.raises(ValueError, match="'up' is neither 'to_server' nor 'to_client'"):
        Reset(direction="up")


def test_a_mute_connection_is_accepted_and_never_answered(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port)) as proxy:
        fault = proxy.inject(Mute(nth(1)))
        with connect(proxy) as mute, connect(proxy) as other:
            mute.sendall(b"lost")
            assert outcome(other, b"heard") == (b"heard", "whole")
            mute.settimeout(0.05)
            with pytest.raises(TimeoutError):
                mute.recv(10)
        assert proxy.muted == proxy.breaks == fault.hits == 1
        assert echo.got == b"heard"


def test_a_server_that_is_down_comes_back_at_its_port(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port)) as proxy:
        for _ in range(3):
            with connect(proxy) as sock:
                assert outcome(sock, b"up") == (b"up", "whole")
                proxy.inject(Refuse())
                assert outcome(sock, b"down") == (b"", "reset")
            with pytest.raises(ConnectionRefusedError):
                connect(proxy)
            proxy.clear()
    assert (proxy.resets, proxy.connections) == (3, 3)


def test_a_stall_delays_everything_and_loses_nothing(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port)) as proxy, connect(proxy) as sock:
        assert outcome(sock, b"before") == (b"before", "whole")
        proxy.inject(Stall())
        with connect(proxy) as later:
            sock.sendall(b"during ")
            later.sendall(b"during ")
            sock.settimeout(0.05)
            with pytest.raises(TimeoutError):
                sock.recv(10)
            assert echo.got == b"before"
            proxy.clear()
            sock.settimeout(30)
            sock.sendall(b"after")
            assert receive(sock, 12) == b"during after"
            assert receive(later, 7) == b"during "
    assert proxy.breaks == 0


def test_a_link_that_flaps(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port)) as proxy:
        proxy.inject(Refuse(flapping(up_ms=40, down_ms=20)))
        refused = served = 0
        while not (refused and served and proxy.resets):
            try:
                with connect(proxy) as sock:
                    while outcome(sock, b"ping")[1] == "whole":
                        served += 1
            except ConnectionError:
                refused += 1


def test_open_connections_can_be_broken_at_any_time(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port)) as proxy:
        with connect(proxy) as sock:
            assert outcome(sock, b"whole") == (b"whole", "whole")
            proxy.reset_connections()
            assert outcome(sock, b"broken") == (b"", "reset")
        assert proxy.resets == 1


def test_connections_are_bounded_in_number_and_time(echo: Echo) -> None:
    with ChaosProxy(("127.0.0.1", echo.port), max_connections=1) as proxy, connect(proxy) as first:
        with pytest.raises(ConnectionResetError), connect(proxy) as second:
            second.recv(1)
        assert outcome(first, b"first") == (b"first", "whole")
    with ChaosProxy(("127.0.0.1", echo.port), max_s=0.05) as proxy:
        proxy.inject(Mute(nth(2)))
        for _ in ("open", "mute"):
            with pytest.raises(ConnectionResetError), connect(proxy) as sock:
                sock.recv(1)


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        with ChaosProxy(nobody.getsockname()) as proxy:
            with pytest.raises(ConnectionResetError), connect(proxy) as sock:
                sock.recv(1)
            assert proxy.breaks == 0


def test_what_a_server_said_before_it_reset_still_arrives() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        ChaosProxy(listener.getsockname(), delay_s=0.02) as proxy,
        connect(proxy) as sock,
    ):
        server, _ = listener.accept()
        server.sendall(b"last words")
        reset_on_close(server)
        server.close()
        assert receive(sock, 10) == b"last words"
        with pytest.raises(ConnectionResetError):
            sock.recv(1)
        assert proxy.breaks == 0


def test_the_end_of_one_direction_leaves_the_other() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        ChaosProxy(listener.getsockname()) as proxy,
        connect(proxy) as sock,
    ):
        server, _ = listener.accept()
        with server:
            sock.sendall(b"all I have to say")
            sock.shutdown(socket.SHUT_WR)
            assert receive(server, 100) == b"all I have to say"
            server.sendall(b"thanks")
        assert receive(sock, 100) == b"thanks"


def test_a_bad_network_changes_no_byte(echo: Echo) -> None:
    sent = os.urandom(20_000)
    options = {"delay_s": 0.005, "slice_bytes": 1000, "loss": 0.2, "retransmit_s": 0.002}
    with ChaosProxy(("127.0.0.1", echo.port), bytes_per_s=1e6, **options) as proxy:
        proxy.inject(Stall(probability(0.3, seed=5)))
        with connect(proxy) as sock:
            assert outcome(sock, sent) == (sent, "whole")
    assert echo.got == sent
