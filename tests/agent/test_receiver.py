"""The receiver through real clients: curl, this project's Client, and raw sockets."""

import os
import threading
from collections.abc import Callable

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, curl, place, post, raw
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport import Client
from byteport.errors import InvalidValue, Refused, Rejected
from byteport_agent.command_errors import CommandError
from byteport_agent.keys import Secret
from byteport_agent.readings_db import ReadingsDb
from byteport_agent.receiver import Receiver

NewClient = Callable[..., Client]
ODD_TEXTS = [
    "hello",
    "",
    " ",
    "a+b c%20&d=e;f#g?h/i",
    "line\nbreak\r\n",
    "NUL\0inside",
    "å日本",
    "\U0001f600\u200d\u0301",
    "\x1b[2J",
    "'\"<b>\\",
    "x" * 30_000,
]


@pytest.mark.parametrize("method", ["POST", "GET", "auto"])
def test_client_stores_by_every_method(method: str, new_client: NewClient, db: ReadingsDb) -> None:
    client = new_client(method=method)
    client.store({"temp": 21.5, "on": True, "count": 3}, timestamp=1410613385.123)
    client.log("All systems nominal", "warn")
    client.heartbeat(device="6000")
    first, second, third = db.readings_after()
    assert first.fields == (("temp", "21.5"), ("on", "True"), ("count", "3"))
    assert first.ts_ms == 1410613385123
    assert second.messages == (("warn", "All systems nominal"),)
    assert third.device == "6000"
    assert third.fields == third.messages == ()


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_F4_odd_text_comes_back_exactly(text: str, new_client: NewClient, db: ReadingsDb) -> None:
    new_client(method="auto").store({"note": text, "error": text})
    (stored,) = db.readings_after()
    assert stored.fields == (("note", text),)
    assert stored.messages == (("error", text),)


@pytest.fixture(scope="module")
def shared() -> "object":
    db = ReadingsDb(max_readings=10)
    with Receiver(db, NAMESPACE, Secret(KEY)) as receiver:
        client = Client(NAMESPACE, KEY, DEVICE, receiver.url, "auto")
        yield client, db
        client.close()
    db.close()


texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.text("abcXYZ019-_:", min_size=2, max_size=32).filter(lambda name: name[0] not in "-_")


@settings(deadline=None, max_examples=200, database=None)
@given(fields=st.dictionaries(names, texts, max_size=5), ts_ms=st.integers(0, 99999999999999))
def test_F4_any_text_comes_back_exactly(
    shared: "tuple[Client, ReadingsDb]", fields: dict[str, str], ts_ms: int
) -> None:
    client, db = shared
    before = db.count()
    client.store(fields, timestamp=f"{ts_ms // 1000}.{ts_ms % 1000:03d}")
    (stored,) = db.readings_after(before)
    levels = ("debug", "info", "warn", "error")
    assert dict(stored.fields) == {k: v for k, v in fields.items() if k not in levels}
    assert dict(stored.messages) == {k: v for k, v in fields.items() if k in levels}
    assert stored.ts_ms == ts_ms


def test_what_waitress_refuses_is_one_line_too(receiver: Receiver) -> None:
    status, content = curl("-H", f"X-Long: {'x' * 9000}", place(receiver))
    assert status == 431
    assert content == "Request Header Fields Too Large: exceeds max_header of 8192\n"
    answer = raw(receiver, b"NOT HTTP AT ALL\r\n\r\n")
    assert answer.startswith(b"HTTP/1.0 400 Bad Request")
    assert answer.partition(b"\r\n\r\n")[2].count(b"\n") == 1
    status, content = post(place(receiver), "x" * 300_000)
    assert (status, content.count("\n")) == (413, 1)


def test_client_sees_its_own_error_classes(new_client: NewClient) -> None:
    with pytest.raises(Refused) as refused:
        new_client(key="wrong").heartbeat()
    assert refused.value.status == 403
    with pytest.raises(Refused) as refused:
        new_client(namespace="elsewhere").heartbeat()
    assert refused.value.status == 404
    with pytest.raises(Rejected) as rejected:
        new_client().store({"note": "x" * 70_000})
    assert rejected.value.status == 413
    with pytest.raises(InvalidValue, match="POST"):
        new_client(method="GET").store({"note": "x" * 3000})


def test_an_idle_connection_is_closed(db: ReadingsDb) -> None:
    with Receiver(db, NAMESPACE, Secret(KEY), idle_timeout_s=1) as receiver:
        half = f"POST /api/v1/timeseries/{NAMESPACE}/{DEVICE}/ HTTP/1.1\r\nContent-Le"
        assert raw(receiver, half.encode()) == b""
    assert db.count() == 0


def test_many_clients_at_once(receiver: Receiver, db: ReadingsDb) -> None:
    def store_some(device: str) -> None:
        client = Client(NAMESPACE, KEY, device, receiver.url)
        for number in range(25):
            client.store({"count": number})
        client.close()

    threads = [threading.Thread(target=store_some, args=(f"dev{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert db.count() == 200
    assert [last.value for last in db.last_values()] == ["24"] * 8


def test_stop_is_clean_while_clients_are_connected(db: ReadingsDb) -> None:
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    receiver = Receiver(db, NAMESPACE, Secret(KEY))
    receiver.start()
    client = Client(NAMESPACE, KEY, DEVICE, receiver.url)
    client.heartbeat()
    receiver.stop()
    receiver.stop()
    client.close()
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before
    with pytest.raises(ConnectionRefusedError):
        raw(receiver, b"")


def test_a_receiver_that_never_started_gives_its_port_back(db: ReadingsDb) -> None:
    receiver = Receiver(db, NAMESPACE, Secret(KEY))
    receiver.stop()
    with pytest.raises(ConnectionRefusedError):
        raw(receiver, b"")


def test_a_taken_port_says_so(receiver: Receiver, db: ReadingsDb) -> None:
    port = int(receiver.url.rpartition(":")[2])
    with pytest.raises(CommandError, match=f"127.0.0.1:{port}: Address already in use"):
        Receiver(db, NAMESPACE, Secret(KEY), ("127.0.0.1", port))


def test_X1_its_repr_has_no_key(receiver: Receiver) -> None:
    assert KEY not in repr(receiver) + repr(vars(receiver)) + repr(vars(receiver._api))
