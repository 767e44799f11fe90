"""The receiver through real clients: curl, this project's Client, and raw sockets."""

import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport import Client
from byteport.errors import InvalidValue, Refused, Rejected
from byteport_agent.command_errors import CommandError
from byteport_agent.keys import Secret
from byteport_agent.readings_db import ReadingsDb
from byteport_agent.receiver import Receiver
from conftest import DEVICE, KEY, NAMESPACE

NewClient = Callable[..., Client]
QUOTED_KEY = quote_plus(KEY)
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


def curl(*arguments: str) -> tuple[int, str]:
    """Return curl's (status, content)."""
    path = shutil.which("curl")
    if path is None:
        pytest.skip("curl is not installed: apt-get install curl")
    run = subprocess.run(
        [path, "-q", "-sS", "--noproxy", "*", "-m", "20", "-w", "\n%{http_code}", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    content, _, status = run.stdout.rpartition("\n")
    return int(status), content


def place(receiver: Receiver, device: str = DEVICE, namespace: str = NAMESPACE) -> str:
    return f"{receiver.url}/api/v1/timeseries/{namespace}/{device}/"


def test_curl_posts_numbers_text_and_time(receiver: Receiver, db: ReadingsDb) -> None:
    words = f"_key={QUOTED_KEY}&_ts=1410613385.123&temp=21.50"
    status, content = curl("-d", words, "--data-urlencode", "note=grün & gut", place(receiver))
    assert (status, content) == (200, "")
    (stored,) = db.readings_after()
    assert stored.device == DEVICE
    assert stored.ts_ms == 1410613385123
    assert stored.fields == (("temp", "21.50"), ("note", "grün & gut"))
    assert stored.messages == ()


def test_curl_posts_utf8_that_is_not_percent_encoded(receiver: Receiver, db: ReadingsDb) -> None:
    assert curl("-d", f"_key={QUOTED_KEY}", "-d", "note=å日本", place(receiver)) == (200, "")
    assert db.last_values()[0].value == "å日本"


def test_curl_gets(receiver: Receiver, db: ReadingsDb) -> None:
    query = f"?_key={QUOTED_KEY}&_ts=7&temp=-3e2&info=up"
    assert curl(place(receiver) + query) == (200, "")
    (stored,) = db.readings_after()
    assert (stored.ts_ms, stored.fields) == (7000, (("temp", "-3e2"),))
    assert stored.messages == (("info", "up"),)


def test_curl_takes_the_key_from_a_file(receiver: Receiver, tmp_path: Path) -> None:
    (tmp_path / "key").write_text(KEY)
    argument = f"_key@{tmp_path / 'key'}"
    assert curl("-d", "temp=1", "--data-urlencode", argument, place(receiver))[0] == 200


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
def test_odd_text_comes_back_exactly(text: str, new_client: NewClient, db: ReadingsDb) -> None:
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


texts = st.text(st.characters(exclude_categories=("Cs",)))
names = st.text("abcXYZ019-_:", min_size=2, max_size=32).filter(lambda name: name[0] not in "-_")


@settings(deadline=None, max_examples=200, database=None)
@given(fields=st.dictionaries(names, texts, max_size=5), ts_ms=st.integers(0, 99999999999999))
def test_any_text_comes_back_exactly(
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


def test_a_call_without_ts_has_the_time_of_arrival(db: ReadingsDb) -> None:
    from byteport_agent.clock import unix_ms

    before = unix_ms()
    with Receiver(db, NAMESPACE, Secret(KEY)) as receiver:
        curl("-d", f"_key={QUOTED_KEY}", place(receiver))
    assert before <= db.readings_after()[0].ts_ms <= unix_ms()


@pytest.mark.parametrize(
    ("path", "form", "status", "text"),
    [
        (f"/{NAMESPACE}/{DEVICE}/", "_key=wrong", 403, "_key is wrong or missing"),
        (f"/{NAMESPACE}/{DEVICE}/", "temp=1", 403, "_key is wrong or missing"),
        (f"/{NAMESPACE}/{DEVICE}/", "_key=%E2%82%AC", 403, "_key is wrong or missing"),
        (f"/elsewhere/{DEVICE}/", "{key}", 404, "unknown namespace 'elsewhere'"),
        (f"/{NAMESPACE}/x/", "{key}", 406, "has 1 characters"),
        (f"/{NAMESPACE}/-a/", "{key}", 406, "starts with '-'"),
        (f"/{NAMESPACE}/a%C3%A5/", "{key}", 406, "the device uid is not ASCII"),
        (f"/{NAMESPACE}/aa%FF/", "{key}", 406, "the device uid is not ASCII"),
        (f"/{NAMESPACE}/a%0Ab/", "{key}", 406, r"has '\n'"),
        (f"/{NAMESPACE}/{DEVICE}", "{key}", 404, "no such path"),
        ("/", "{key}", 404, "no such path"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&_ts=now", 400, "_ts is not seconds"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&_ts=1e9", 400, "_ts is not seconds"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&_ts=-1", 400, "_ts is not seconds"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&a.b=1", 400, "has '.'"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&_x=1", 400, "starts with '_'"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp=1&temp=2", 400, "'temp' comes twice"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp", 400, "parameter 2 has no '='"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp=%FF", 400, "parameter 2 is not percent-encoded"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&" + "&".join(f"f{n}=1" for n in range(500)), 413, "501"),
        (f"/{NAMESPACE}/{DEVICE}/", "{key}&temp=" + "x" * 65_536, 413, "longer than 65536"),
    ],
)
def test_refusals_are_one_line_without_the_key(
    receiver: Receiver, db: ReadingsDb, path: str, form: str, status: int, text: str
) -> None:
    form = form.replace("{key}", f"_key={QUOTED_KEY}")
    got, content = post(f"{receiver.url}/api/v1/timeseries{path}", form)
    assert (got, text in content) == (status, True), content
    assert content.count("\n") == 1
    assert "Traceback" not in content
    assert KEY not in content
    assert db.count() == 0


def post(url: str, form: str) -> tuple[int, str]:
    """Return the answer to a POST, its content with the line's end."""
    import http.client
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, form, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_a_key_given_in_the_wrong_place_is_not_repeated(receiver: Receiver) -> None:
    status, content = post(place(receiver), f"_key={QUOTED_KEY}&{QUOTED_KEY}=1")
    assert status == 400
    assert KEY not in content
    assert "***" in content


def test_methods_and_types_that_store_nothing(receiver: Receiver, db: ReadingsDb) -> None:
    key = f"_key={QUOTED_KEY}"
    assert curl("-I", f"{place(receiver)}?{key}")[0] == 405
    assert curl("-X", "PUT", "-d", key, place(receiver))[0] == 405
    assert curl("-X", "DELETE", place(receiver))[0] == 405
    assert curl("-F", key, place(receiver))[0] == 415
    assert curl("-d", "temp=1", f"{place(receiver)}?{key}")[0] == 400
    assert db.count() == 0


def test_a_long_get_is_refused_and_says_post(receiver: Receiver, db: ReadingsDb) -> None:
    status, content = curl(f"{place(receiver)}?_key={QUOTED_KEY}&note={'x' * 2048}")
    assert (status, "POST" in content) == (414, True)
    assert db.count() == 0


def test_what_waitress_refuses_is_one_line_too(receiver: Receiver) -> None:
    status, content = curl("-H", f"X-Long: {'x' * 9000}", place(receiver))
    assert status == 431
    assert content == "Request Header Fields Too Large: exceeds max_header of 8192\n"
    answer = raw(receiver, b"NOT HTTP AT ALL\r\n\r\n")
    assert answer.startswith(b"HTTP/1.0 400 Bad Request")
    assert answer.partition(b"\r\n\r\n")[2].count(b"\n") == 1
    status, content = post(place(receiver), "x" * 300_000)
    assert (status, content.count("\n")) == (413, 1)


def raw(receiver: Receiver, request: bytes) -> bytes:
    host, port = receiver.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    return answer


def test_only_registered_devices(db: ReadingsDb) -> None:
    with Receiver(db, NAMESPACE, Secret(KEY), devices=(DEVICE,)) as receiver:
        assert post(place(receiver), f"_key={QUOTED_KEY}")[0] == 200
        status, content = post(place(receiver, "other"), f"_key={QUOTED_KEY}")
        assert (status, content) == (404, "device 'other' is not registered\n")
        assert post(place(receiver, "other"), "_key=wrong")[0] == 403


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


def test_a_full_database_is_a_500_and_nothing_is_stored(receiver: Receiver, db: ReadingsDb) -> None:
    db._connection.execute("PRAGMA max_page_count = 1")
    status, content = post(place(receiver), f"_key={QUOTED_KEY}&note={'x' * 60_000}")
    assert (status, content) == (500, "not stored: database or disk is full\n")
    db._connection.execute("PRAGMA max_page_count = 1000000")
    assert post(place(receiver), f"_key={QUOTED_KEY}&note=y") == (200, "")
    assert [stored.fields for stored in db.readings_after()] == [(("note", "y"),)]


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


def test_its_repr_has_no_key(receiver: Receiver) -> None:
    assert KEY not in repr(receiver) + repr(vars(receiver)) + repr(vars(receiver._api))
