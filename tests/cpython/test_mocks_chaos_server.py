"""The simulated Byteport: what it takes, remembers and refuses, and how it fails as told."""

import socket
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from byteport import Client
from byteport.errors import Refused, SendError, Unreachable
from byteport.http import post
from byteport.http_clients import ByteportHttpClient
from byteport_mocks import VirtualClock
from byteport_mocks.chaos_server import (
    CUT_ANSWER,
    FAILED_AFTER_STORING,
    LOST_ANSWER,
    LOST_REQUEST,
    SimulatedByteport,
)
from byteport_mocks.faults import during, every, nth
from byteport_mocks.scripted_server import Reply
from byteport_mocks.store_calls import Message, Stored

NAMESPACE, KEY, DEVICE = "myownspace", "s3cr3t&key", "barDev1"


@pytest.fixture
def server() -> Iterator[SimulatedByteport]:
    with SimulatedByteport(NAMESPACE, KEY, ["barDev1", "a:b"]) as server:
        yield server


def client(server: SimulatedByteport, **options: object) -> Client:
    options = {"key": KEY, "device": DEVICE, "url": server.url, "timeout": 10, **options}
    return Client(NAMESPACE, **options)  # type: ignore[arg-type]


def call(server: SimulatedByteport, number: int = 1) -> str:
    """Store a number once and return "" or what went wrong."""
    sender = client(server)
    try:
        sender.store({"temp": number}, timestamp=number)
    except SendError as error:
        return f"{type(error).__name__} {error.status}"
    finally:
        sender.close()
    return ""


@pytest.mark.parametrize("method", ["POST", "GET", "auto"])
def test_readings_messages_and_heartbeats(server: SimulatedByteport, method: str) -> None:
    sender = client(server, method=method)
    sender.store([("temp", 21.5), ("note", "å&=;%\n")], timestamp="1410613385.1234")
    sender.store({"temp": 1, "warn": "hot"}, device="a:b")
    sender.log("All systems nominal")
    sender.heartbeat()
    sender.close()
    assert server.stored == [
        Stored(DEVICE, "1410613385.1234", (("temp", "21.5"), ("note", "å&=;%\n"))),
        Stored("a:b", "", (("temp", "1"),)),
    ]
    assert [reading.ts_ms for reading in server.stored] == [1410613385123, None]
    assert server.stored[0].values["temp"] == "21.5"
    assert server.messages == [
        Message("a:b", "warn", "hot"),
        Message(DEVICE, "info", "All systems nominal"),
    ]
    assert server.heartbeats == [DEVICE]
    assert server.ambiguous == server.duplicates == 0


def test_packets(server: SimulatedByteport) -> None:
    def packet(**changes: str) -> dict[str, str]:
        fields = {"uid": DEVICE, "namespace": NAMESPACE, "timestamp": "1337666777.123"}
        return {**fields, "data": 'f1=10;f2="a ; \\"b\\" = \\\\";', **changes}

    with closing(ByteportHttpClient(byteport_api_hostname=server.url)) as sender:
        sender.store_packets([packet(), packet(uid="a:b", data="f1=1")], KEY)
        for wrong in (packet(data="f1;f2=1"), packet(timestamp="soon"), {"uid": DEVICE}):
            with pytest.raises(Exception, match="400"):
                sender.store_packets([packet(), wrong], KEY)
        with pytest.raises(Exception, match="400"):
            sender.store_packets("no JSON", KEY, json_encode=False)
    assert server.stored == [
        Stored(DEVICE, "1337666777.123", (("f1", "10"), ("f2", 'a ; "b" = \\'))),
        Stored("a:b", "1337666777.123", (("f1", "1"),)),
    ]


@pytest.mark.parametrize(
    ("options", "error", "status"),
    [
        ({"key": "wrong"}, Refused, 403),
        ({"namespace": "elsewhere"}, Refused, 404),
        ({"device": "nobody"}, Refused, 404),
    ],
)
def test_calls_that_are_refused(
    server: SimulatedByteport, options: dict[str, str], error: type[SendError], status: int
) -> None:
    options = {"namespace": NAMESPACE, "key": KEY, "device": DEVICE, **options}
    sender = Client(**options, url=server.url)
    with pytest.raises(error) as refused:
        sender.store({"temp": 1})
    sender.close()
    assert refused.value.status == status
    assert server.stored == []


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        (f"api/v1/timeseries/{NAMESPACE}/-a/", "_key=s3cr3t%26key&f1=1", 406),
        (f"api/v1/timeseries/{NAMESPACE}/{DEVICE}/", "f1=1", 403),
        (f"api/v1/timeseries/{NAMESPACE}/{DEVICE}/", "_key=s3cr3t%26key&_ts=soon", 400),
        (f"api/v1/timeseries/{NAMESPACE}/{DEVICE}/", "_key=s3cr3t%26key&a.b=1", 400),
        (f"api/v1/timeseries/{NAMESPACE}/{DEVICE}/", "_key=s3cr3t%26key&f1=%FF", 400),
        (f"api/v1/timeseries/{NAMESPACE}/{DEVICE}/", "_key=s3cr3t%26key&f1", 400),
        (f"api/v1/timeseries/{NAMESPACE}/{DEVICE}/?{'x' * 2100}", "_key=s3cr3t%26key", 414),
        ("elsewhere/", "_key=s3cr3t%26key&f1=1", 404),
    ],
)
def test_calls_that_are_wrong(server: SimulatedByteport, path: str, body: str, status: int) -> None:
    assert post(f"{server.url}/{path}", data=body).status_code == status
    assert (server.stored, server.heartbeats) == ([], [])


def test_without_names_it_takes_any() -> None:
    with SimulatedByteport() as server:
        assert call(server) == ""
        assert len(server.stored) == 1


@pytest.mark.parametrize(
    ("reply", "told", "stored", "ambiguous"),
    [
        (LOST_REQUEST, "Unreachable 0", 0, 0),
        (LOST_ANSWER, "Unreachable 0", 1, 1),
        (CUT_ANSWER, "Unreachable 0", 1, 1),
        (Reply(503), "ServiceUnavailable 503", 0, 0),
        (FAILED_AFTER_STORING, "ServerError 500", 1, 1),
        (Reply(body=b"<html>"), "Unreachable 200", 1, 1),
        (Reply(body=b"<html>", stored=False), "Unreachable 200", 0, 0),
        (Reply(raw=b"SSH-2.0\r\n\r\n", close=True), "Unreachable 0", 0, 0),
        (Reply(after_s=0.01), "", 1, 1),  # a client may have given up
        (Reply(close=True), "", 1, 0),
        (Reply(stored=False), "", 0, 0),
    ],
)
def test_what_a_fault_stores_and_what_the_client_can_know(
    server: SimulatedByteport, reply: Reply, told: str, stored: int, ambiguous: int
) -> None:
    fault = server.inject(reply, when=nth(2))
    assert [call(server, number) for number in (1, 2, 3)] == ["", told, ""]
    assert (server.faults, fault.count, fault.hits) == (1, 3, 1)
    assert (len(server.stored), server.ambiguous) == (2 + stored, ambiguous)


def test_a_wrong_call_is_refused_whatever_the_fault(server: SimulatedByteport) -> None:
    server.inject(LOST_ANSWER)
    sender = client(server, key="wrong")
    with pytest.raises(Refused):
        sender.store({"temp": 1})
    sender.close()


def test_faults_come_by_count_time_and_choice() -> None:
    clock = VirtualClock()
    with SimulatedByteport(clock=clock) as server:
        server.inject(Reply(503), when=during(1000, 2000))
        server.inject(Reply(502), when=every(2), match=lambda request: b"temp" in request.body)
        server.inject(Reply(500), when=every(2))
        told = [call(server) for _ in range(4)]
        assert told == ["", "BadGateway 502", "", "BadGateway 502"]
        clock.sleep_ms(1500)
        assert [call(server) for _ in range(2)] == ["ServiceUnavailable 503"] * 2
        clock.sleep_ms(500)
        assert call(server) == ""
        server.clear()
        assert [call(server) for _ in range(2)] == ["", ""]


def send_all(server: SimulatedByteport, count: int) -> None:
    """Send numbers in order, each until it is confirmed."""
    sender = client(server)
    for number in range(count):
        while True:
            try:
                sender.store({"temp": number}, timestamp=1_410_613_385 + number)
                break
            except Unreachable:
                pass
    sender.close()


def test_what_comes_through_a_storm_is_all_there_once() -> None:
    found = []
    for seed in (1, 1, 2):
        with SimulatedByteport() as server:
            server.storm(share=0.3, seed=seed)
            send_all(server, 200)
        assert [int(reading.values["temp"]) for reading in server.kept] == list(range(200))
        assert 0 < server.duplicates == server.ambiguous
        assert len(server.requests) > 250
        found.append((len(server.requests), server.ambiguous))
    assert found[0] == found[1] != found[2]


def test_a_request_that_is_cut_off_is_none(server: SimulatedByteport) -> None:
    body = b"_key=s3cr3t%26key&temp=21.5"
    head = f"POST /api/v1/timeseries/{NAMESPACE}/{DEVICE}/ HTTP/1.1\r\nContent-Length: {len(body)}"
    request = head.encode() + b"\r\n\r\n" + body
    for size in range(len(request)):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock:
            sock.sendall(request[:size])
            sock.shutdown(socket.SHUT_WR)
            assert sock.recv(100) == b""
    assert server.requests == []


def test_a_client_that_went_away_before_it_was_told(server: SimulatedByteport) -> None:
    server.inject(Reply(headers={"X": "x" * 60_000}))  # more than the connection holds
    body = b"_key=s3cr3t%26key&temp=21.5"
    head = f"POST /api/v1/timeseries/{NAMESPACE}/{DEVICE}/ HTTP/1.1\r\nContent-Length: {len(body)}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as sock:
        sock.sendall((head.encode() + b"\r\n\r\n" + body) * 200)
    deadline = time.monotonic() + 30
    while not server.ambiguous:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    assert server.ambiguous <= len(server.stored)


def test_its_errors_show_no_key(server: SimulatedByteport) -> None:
    answers = [
        post(f"{server.url}/api/v1/timeseries/{NAMESPACE}/{DEVICE}/", data=form).text
        for form in ("_key=wr0ngkey&f1=1", "_key=s3cr3t%26key&_ts=x", "_key=s3cr3t%26key&a.b=1")
    ]
    assert all(answers)
    assert not [text for text in answers if "s3cr3t" in text or "wr0ngkey" in text]
