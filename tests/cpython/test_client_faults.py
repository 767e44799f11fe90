"""The client on a network that fails, by real sockets: rows of docs/faults.md that need a machine.

The other rows of the client are in tests/core, where boards' interpreters run them too.
"""

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from byteport import Client
from byteport.errors import InvalidValue, SendError, Unreachable
from byteport_mocks.chaos_proxy import ChaosProxy
from byteport_mocks.chaos_server import SimulatedByteport
from byteport_mocks.faults import flapping
from byteport_mocks.network_faults import Refuse
from byteport_mocks.scripted_server import Reply, ScriptedServer
from micropythons import INTERPRETERS, run_micropython

KEY = "s3cr3tkey"
BLACK_HOLE = Path(__file__).with_name("dns_black_hole.py")
BOARD_SCRIPT = """
import sys
from byteport import Client
from byteport.errors import SendError
try:
    Client("myownspace", "s3cr3tkey", "barDev1", url=sys.argv[1], timeout=1).store({"temp": 21.5})
    print("stored")
except SendError as error:
    print(type(error).__name__, error)
"""


def store(url: str, timeout: float = 10, **options: str) -> str:
    """Store one reading and return "stored" or the error, which has no key in it."""
    client = Client("myownspace", KEY, "barDev1", url=url, timeout=timeout, **options)
    try:
        client.store({"temp": 21.5})
    except SendError as error:
        assert KEY not in str(error)
        return f"{type(error).__name__} {error}"
    finally:
        client.close()
    return "stored"


@pytest.fixture(params=["cpython", *INTERPRETERS])
def store_anywhere(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str], str]:
    """A function that stores within a second, on this interpreter or on a board's."""

    def on_a_board(url: str) -> str:
        (tmp_path / "board.py").write_text(BOARD_SCRIPT)
        run = run_micropython(request.param, tmp_path / "board.py", url)
        return (run.stdout + run.stderr).strip()

    return (lambda url: store(url, 1)) if request.param == "cpython" else on_a_board


# Names and addresses


def namespaces_are_permitted() -> bool:
    return subprocess.run(["unshare", "-rnm", "true"], capture_output=True).returncode == 0


@pytest.mark.parametrize("way", ["stub", *(["namespace"] if namespaces_are_permitted() else [])])
def test_N1_a_name_server_that_is_mute_holds_up_its_caller_only(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = in_a_namespace() if way == "namespace" else with_a_stub(monkeypatch)
    assert told[0] == "others stored"
    assert told[1].startswith("Unreachable POST http://nobody.example:1/api/v1/")
    assert "Temporary failure in name resolution" in told[1]
    assert KEY not in told[1]


def in_a_namespace() -> list[str]:
    run = subprocess.run(
        ["unshare", "-rnm", sys.executable, str(BLACK_HOLE)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def with_a_stub(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked, give_up, told = threading.Event(), threading.Event(), []
    real = socket.getaddrinfo

    def mute(host: str, *arguments: int) -> object:
        if host != "nobody.example":
            return real(host, *arguments)
        asked.set()
        give_up.wait(60)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", mute)
    waiting = threading.Thread(target=lambda: told.append(store("http://nobody.example:1")))
    waiting.start()
    assert asked.wait(60)
    with ScriptedServer() as server:
        others = store(server.url)
    give_up.set()
    waiting.join()
    return [f"others {others}", *told]


@pytest.fixture
def full() -> Iterator[int]:
    """The port of a server whose queue of connections is full: it answers no SYN."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        for _ in range(4):
            waiting.append(socket.socket())
            waiting[-1].setblocking(False)
            waiting[-1].connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for sock in waiting:
            sock.close()


def test_N3_a_connection_that_nobody_accepts_ends_at_the_deadline(store_anywhere, full) -> None:
    begin = time.monotonic()
    told = store_anywhere(f"http://127.0.0.1:{full}")
    assert 1 <= time.monotonic() - begin < 15  # the kernel alone would try for two minutes
    assert told.startswith("Unreachable ")
    assert "no complete answer within 1 s" in told


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as sock:
            sock.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("host", ["127.0.0.2", *(["::1"] if has_ipv6() else [])])
def test_N16_a_server_with_one_kind_of_address(store_anywhere, host: str) -> None:
    with ScriptedServer(host=host) as server:
        assert store_anywhere(server.url) == "stored"
    assert len(server.requests) == 1


def test_N16_a_dead_address_leaves_time_for_the_next(
    full: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ScriptedServer() as server, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ports = (closed.getsockname()[1], full, server.port)
        addresses = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", p)) for p in ports]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: addresses)
        assert store("http://byteport.example", timeout=2) == "stored"
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_: addresses[:1])
        assert store("http://byteport.example").startswith("Unreachable ")
    assert len(server.requests) == 1


# Answers


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(raw=b"HTTP/1.1 100 Continue\r\n\r\n" * 100, repeat=1 << 20), "too large"),
        (Reply(headers={"Content-Length": str(1 << 30)}, body=b"x" * 65536, repeat=1), "too large"),
        (Reply(raw=b"X-Header: x\r\n" * 10_000, repeat=1000), "not HTTP"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X-Header: x\r\n" * 10_000, repeat=9), "too large"),
        (Reply(raw=b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 65536, repeat=1 << 14), "too large"),
        (Reply(headers={"Content-Encoding": "gzip"}, body=b"\x1f\x8b\x08\0junk"), "stored"),
        (Reply(raw=b"HTTP/1.1 100 Continue\r\n\r\n", drip_s=0.2), "no complete answer within 1 s"),
    ],
)
def test_N18_answers_without_end_are_not_read(store_anywhere, reply: Reply, told: str) -> None:
    with ScriptedServer([reply]) as server:
        assert told in store_anywhere(server.url)


def test_F4_a_url_is_measured_as_it_is_sent() -> None:
    with ScriptedServer() as server:
        by_get = Client("myownspace", KEY, "barDev1", url=server.url, method="GET")
        either = Client("myownspace", KEY, "barDev1", url=server.url, method="auto")
        for count in range(300, 340):  # each å has two bytes in UTF-8, and six in a URL
            either.store({"note": "å" * count})
            if server.requests[-1].method == "GET":
                by_get.store({"note": "å" * count})
            else:
                with pytest.raises(InvalidValue, match="use method POST"):
                    by_get.store({"note": "å" * count})
        by_get.close()
        either.close()
    sizes = [len(server.url + r.target) for r in server.requests if r.method == "GET"]
    assert 2042 < max(sizes) <= 2048
    assert "POST" in {request.method for request in server.requests}


# Surroundings


def test_N21_proxies_and_netrc_of_the_environment_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password pa55word\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    with ScriptedServer() as proxy, ScriptedServer() as server:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
            monkeypatch.setenv(name.upper(), proxy.url)
        assert store(server.url) == "stored"
        assert store(server.url, method="GET") == "stored"
    assert proxy.connections == 0
    assert len(server.requests) == 2
    for request in server.requests:
        assert "authorization" not in request.headers
        assert "pa55word" not in str(request)


# A bad network, 100 times as fast as a real one: 20 s are 0.2 s


def send_all(url: str, count: int) -> int:
    """Send numbers in order, each until it is confirmed; return how often time was up."""
    client = Client("myownspace", KEY, "barDev1", url=url, timeout=0.5)
    late = 0
    for number in range(count):
        for _ in range(200):
            try:
                client.store({"temp": number}, timestamp=1_410_613_385 + number)
                break
            except Unreachable as error:
                late += "no complete answer" in str(error)
                time.sleep(0.005)
    client.close()
    return late


@pytest.mark.parametrize("way", ["30 % loss", "a round trip of 3 s", "flapping"])
def test_N19_a_bad_network_costs_time_and_no_reading(way: str) -> None:
    with SimulatedByteport() as server, ChaosProxy(("127.0.0.1", server.port)) as proxy:
        if way == "30 % loss":
            for line in (proxy.to_server, proxy.to_client):
                line.loss, line.retransmit_s = 0.3, 0.002
        elif way == "flapping":
            proxy.inject(Refuse(flapping(up_ms=60, down_ms=30)))
        else:
            proxy.to_server.delay_s = proxy.to_client.delay_s = 0.015
        late = send_all(proxy.url, 60)
    assert [int(reading.values["temp"]) for reading in server.kept] == list(range(60))
    assert server.duplicates <= proxy.breaks + late
    assert len(server.requests) <= 60 + proxy.breaks + late
