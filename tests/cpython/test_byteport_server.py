"""The simulated Byteport: what it answers is what the API document says, also to curl."""

import bz2
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import zlib
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport import Client
from byteport.errors import SendError
from byteport.http_clients import ByteportClientForbiddenException, ByteportHttpClient
from byteport.meaning import DeviceNotFound, Forbidden
from byteport.session import UserSession
from byteport_mocks.byteport_server import ByteportServer, main
from byteport_mocks.service import objects
from byteport_mocks.service import series as series_module
from byteport_mocks.service.data_file import DataError, read_data, read_file
from byteport_mocks.service.example_data import EXAMPLE
from micropythons import PROJECT, TESTS

DOCUMENT = json.loads((TESTS / "vectors" / "document_answers.json").read_text())
NOW_MS = 1444329861285
STORE = "/api/v1/timeseries/test/6000/"
PACKETS = "/api/legacy/packets/timeseries/"


def curl(*arguments: str) -> tuple[int, str]:
    """Return curl's (status, content)."""
    path = shutil.which("curl")
    if path is None:
        pytest.skip("curl is not installed: run tests/install/packages")
    command = [path, "-q", "-sS", "--noproxy", "*", "-m", "20", "-w", "\n%{http_code}", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    content, _, status = run.stdout.rpartition("\n")
    return int(status), content


@pytest.fixture
def server() -> Iterator[ByteportServer]:
    with ByteportServer(now_ms=lambda: NOW_MS) as server:
        yield server


@pytest.fixture
def admin(server: ByteportServer) -> Iterator[UserSession]:
    with UserSession(server.url, timeout=20) as session:
        session.login("admin", "admin")
        yield session


# Storing


def test_the_documents_examples_by_curl(server: ByteportServer) -> None:
    url = server.url + STORE
    assert curl("--data", "_key=TEST", url) == (200, "")
    form = "_key=TEST&_ts=1410613385.123&temp=20&last_word=mom"
    assert curl("--data", form, url) == (200, "")
    assert curl(f"{url}?{form.replace('mom', 'dad')}") == (200, "")
    assert server.values("test", "6000", "temp") == [(1410613385123, "20")] * 2
    assert server.values("test", "6000", "last_word") == [
        (1410613385123, "mom"),
        (1410613385123, "dad"),
    ]
    assert server.values("test", "6000", "none") == []


def test_a_call_without_a_time_has_that_of_its_arrival(server: ByteportServer) -> None:
    curl("--data", "_key=6000KEY&temp=1&warn=too+warm", server.url + STORE)
    assert server.values("test", "6000", "temp") == [(NOW_MS, "1")]
    (message,) = server.log("test")
    assert (message.uid, message.level, message.text) == ("6000", "warn", "too warm")


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        (STORE, "_key=wrong&temp=1", 403),
        (STORE, "temp=1", 403),
        (STORE, "_key=6000KEY&temp=1", 200),
        ("/api/v1/timeseries/test/TestGW/", "_key=6000KEY&temp=1", 403),
        ("/api/v1/timeseries/other/6000/", "_key=TEST&temp=1", 404),
        ("/api/v1/timeseries/test/7000/", "_key=TEST&temp=1", 404),
        ("/api/v1/timeseries/test/_bad/", "_key=TEST&temp=1", 406),
        ("/api/v1/timeseries/test/%C3%A5%C3%A5/", "_key=TEST&temp=1", 406),
        (STORE, "_key=TEST&_bad=1", 400),
        (STORE, "_key=TEST&_ts=yesterday&temp=1", 400),
        (STORE, "_key=TEST&temp=1&temp=2", 400),
        (STORE, "_key=TEST&temp=%ff", 400),
        ("/api/v1/timeseries/test/", "_key=TEST", 404),
        ("/api/v1/no/such/", "_key=TEST", 404),
    ],
)
def test_what_is_refused(server: ByteportServer, path: str, form: str, status: int) -> None:
    told, content = curl("--data", form, server.url + path)
    assert told == status
    assert content.count("\n") == (1 if status != 200 else 0)
    assert "6000KEY" not in content
    told, content = curl(f"{server.url}{path}?{form}")
    assert told == status


def test_methods_and_sizes(server: ByteportServer) -> None:
    url = server.url + STORE
    assert curl("-X", "PUT", "--data", "_key=TEST", url)[0] == 405
    assert curl("-H", "Content-Type: text/plain", "--data", "_key=TEST", url)[0] == 415
    assert curl(f"{url}?_key=TEST&text={'x' * 2100}")[0] == 414
    assert server.values("test", "6000", "text") == []


@pytest.mark.parametrize(
    ("method", "post", "get"),
    [("both", 200, 200), ("post", 200, 403), ("get", 403, 200), ("none", 403, 403)],
)
def test_write_methods_of_a_namespace(
    server: ByteportServer, method: str, post: int, get: int
) -> None:
    server.world.namespace("test").settings["http_write_method"] = method
    assert curl("--data", "_key=TEST&temp=1", server.url + STORE)[0] == post
    assert curl(f"{server.url}{STORE}?_key=TEST&temp=1")[0] == get


def test_a_namespace_that_is_not_written_by_key(server: ByteportServer) -> None:
    server.world.namespace("test").settings["write_by_key"] = "False"
    assert curl("--data", "_key=TEST&temp=1", server.url + STORE)[0] == 403


def test_packets(server: ByteportServer) -> None:
    packets = [
        {"uid": "6000", "namespace": "test", "timestamp": "1337666777.123", "data": "f1=10;f2=x;"},
        {
            "uid": "TestGW",
            "namespace": "test",
            "timestamp": "1337666778",
            "data": 'last_word="i love; \\"you\\"";info=up;',
        },
    ]
    client = ByteportHttpClient(byteport_api_hostname=server.url)
    client.store_packets(packets, "LEGACY")
    assert server.values("test", "6000", "f1") == [(1337666777123, "10")]
    assert server.values("test", "6000", "f2") == [(1337666777123, "x")]
    assert server.values("test", "TestGW", "last_word") == [(1337666778000, 'i love; "you"')]
    assert [message.text for message in server.log("test")] == ["up"]
    with pytest.raises(ByteportClientForbiddenException):
        client.store_packets(packets, "WRONG")
    client.close()


@pytest.mark.parametrize(
    ("packets", "status"),
    [
        ("no json", 400),
        ("{}", 200),  # a list without a packet has none that is wrong
        ("[1]", 400),
        ('[{"uid":"6000"}]', 400),
        ('[{"uid":"6000","namespace":"test","timestamp":"1","data":"f1"}]', 400),
        ('[{"uid":"6000","namespace":"test","timestamp":"1","data":"f1=1;f2=\\"x;"}]', 400),
        ('[{"uid":"6000","namespace":"test","timestamp":"soon","data":"f1=1;"}]', 400),
        ('[{"uid":"_x","namespace":"test","timestamp":"1","data":"f1=1;"}]', 406),
        ('[{"uid":"6000","namespace":"test","timestamp":"1","data":"_key=1;"}]', 406),
        ('[{"uid":"nobody","namespace":"test","timestamp":"1","data":"f1=1;"}]', 404),
        ('[{"uid":"6000","namespace":"none","timestamp":"1","data":"f1=1;"}]', 404),
    ],
)
def test_packets_that_are_refused_store_nothing(
    server: ByteportServer, packets: str, status: int
) -> None:
    good = '{"uid":"6000","namespace":"test","timestamp":"1","data":"f1=1;"}'
    both = packets.replace("[{", f"[{good},{{")
    form = ("--data-urlencode", f"packets={both}", "--data", "legacy_key=LEGACY")
    assert curl(*form, server.url + PACKETS)[0] == status
    assert server.values("test", "6000", "f1") == []


# Sessions


def test_the_documents_login_by_curl(server: ByteportServer, tmp_path: Path) -> None:
    jar = ("-b", str(tmp_path / "jar"), "-c", str(tmp_path / "jar"))
    api = server.url + "/api/v1/"
    assert curl(*jar, f"{api}namespace/")[0] == 403
    assert curl(*jar, f"{api}login/") == (200, "")
    token = token_in(tmp_path / "jar")
    form = f"username=admin&password=admin&csrfmiddlewaretoken={token}"
    assert curl(*jar, "--data", form.replace("d=admin", "d=wrong"), f"{api}login/")[0] == 403
    assert curl("--data", form, f"{api}login/")[0] == 403  # without the cookie
    assert curl(*jar, "--data", form, f"{api}login/") == (200, "")
    status, content = curl(*jar, f"{api}namespace/")
    assert (status, json.loads(content)[0]["name"]) == (200, "test")
    token = token_in(tmp_path / "jar")
    message = ("--data", f"message=hello&csrfmiddlewaretoken={token}", f"{api}message/test/6000/")
    assert curl(*jar, *message)[0] == 403  # without a Referer
    assert curl(*jar, "-e", api, *message)[0] == 200
    assert curl(*jar, "-e", api, message[0], "message=hello", message[2])[0] == 403
    assert curl(*jar, f"{api}logout/") == (200, "")
    assert curl(*jar, f"{api}namespace/")[0] == 403


def token_in(jar: Path) -> str:
    return re.findall(r"csrftoken\t(\S+)", jar.read_text())[0]


def test_a_user_sees_the_own_namespaces(server: ByteportServer) -> None:
    world = server.world
    world.namespaces["secret"] = read_data({"namespaces": {"secret": {}}}).namespaces["secret"]
    with UserSession(server.url) as user:
        user.login("admin", "admin")
        assert [each["name"] for each in user.namespaces()] == ["test"]
        with pytest.raises(Forbidden):
            user.devices("secret")
        with pytest.raises(DeviceNotFound):
            user.devices("nothing")
        assert user.search_devices("secret")["data"] == []


def test_sessions_are_bounded(server: ByteportServer, monkeypatch: pytest.MonkeyPatch) -> None:
    from byteport_mocks.service import logins

    monkeypatch.setattr(logins, "_MAX_SESSIONS", 2)
    sessions = [UserSession(server.url) for _ in range(3)]
    for session in sessions:
        session.login("admin", "admin")
    with pytest.raises(Forbidden):
        sessions[0].namespaces()
    for session in sessions[1:]:
        assert session.namespaces()
    for session in sessions:
        session.close()


# Shapes


def test_a_time_series_has_the_documents_shape() -> None:
    example = DOCUMENT["time_series"]
    data = {
        "users": {"me": {"password": "secret", "namespaces": ["system"]}},
        "namespaces": {"system": {"devices": {"ferdinand": {}}}},
    }
    with ByteportServer(read_data(data), now_ms=lambda: NOW_MS) as server:
        times = [1444329706460, 1444329766565, 1444329826679]
        server.put("system", "ferdinand", "est_ports", [(ms, "118") for ms in times])
        with UserSession(server.url) as user:
            user.login("me", "secret")
            answer = user.time_series("system", "ferdinand", "est_ports", minutes=3)
    for found, told in zip(answer["data"]["ts_data"], example["data"]["ts_data"], strict=True):
        assert found["t"] == told["t"]
        assert (found["v"], type(found["v"])) == (told["v"], int)
        assert found["m"] == {**told["m"], "hdts": told["m"]["hdts"][:13] + "000"}
        assert found["r"].split("-")[1:3] == told["r"].split("-")[1:3]  # a UUID of the time
        assert set(found) == set(told)
    shown = example["data"]["ts_meta"]
    to_ms = {name: shown[name][:23] + "000" for name in ("from", "to")}
    assert answer["data"]["ts_meta"] == {**shown, **to_ms}
    assert answer["meta"] == example["meta"]


def test_other_answers_have_the_documents_keys(admin: UserSession) -> None:
    assert sorted(admin.namespaces()[0]) == DOCUMENT["namespace_keys"]
    assert sorted(admin.devices("test", "6000", 1)[0]) == DOCUMENT["device_keys"]
    assert sorted(admin.search_devices("test")) == sorted(DOCUMENT["search"])
    (sent,) = admin.send_message("test", "6000", "bb")
    (told,) = DOCUMENT["sent_message"]
    assert list(sent) == list(told)
    assert list(json.loads(sent["message"])[0]) == list(json.loads(told["message"])[0])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}\+00:00", sent["send_time"])


def test_a_single_value_has_the_documents_keys(server: ByteportServer, admin: UserSession) -> None:
    server.put("test", "6000", "wifi_ss", [(NOW_MS, "04:c5:a4:81:b2:03")])
    (point,) = admin.time_series("test", "6000", "wifi_ss", minutes=1)["data"]["ts_data"]
    value = admin.value("test", "6000", "wifi_ss", point["r"])
    assert set(value) == set(DOCUMENT["single_value"])
    assert value["value"] == DOCUMENT["single_value"]["value"]


# Values


def test_values_are_numbers_where_all_are(server: ByteportServer, admin: UserSession) -> None:
    for field, texts, expected in (
        ("n1", ["1", "-2.5", "1e3", ".5", "+7"], [1, -2.5, 1000.0, 0.5, 7]),
        ("n2", ["1", "x"], ["1", "x"]),
        ("n3", ["nan", "1"], ["nan", "1"]),
        ("n4", ["1e999", "1_0", "0x1", "", " 1"], ["1e999", "1_0", "0x1", "", " 1"]),
    ):
        server.put("test", "6000", field, [(NOW_MS - 9 + n, text) for n, text in enumerate(texts)])
        data = admin.time_series("test", "6000", field)["data"]
        assert [point["v"] for point in data["ts_data"]] == expected
        assert data["ts_meta"]["conversion_errors"] == 0


def test_a_definition_decides_what_a_value_is(server: ByteportServer, admin: UserSession) -> None:
    server.put("test", "6000", "temp", [(NOW_MS - 2, "1"), (NOW_MS - 1, "broken"), (NOW_MS, "3")])
    data = admin.time_series("test", "6000", "temp")["data"]
    assert [point["v"] for point in data["ts_data"]] == [1, 3]
    meta = data["ts_meta"]
    assert (meta["orig_len"], meta["len"], meta["conversion_errors"]) == (3, 2, 1)
    assert meta["data_type"] == "number"
    server.put("test", "6000", "photo", [(NOW_MS, "12")])
    data = admin.time_series("test", "6000", "photo")["data"]
    assert (data["ts_data"][0]["v"], data["ts_meta"]["data_type"]) == ("12", "object")


def test_questions(server: ByteportServer, admin: UserSession) -> None:
    day_ms = 86_400_000
    server.put("test", "6000", "n1", [(NOW_MS - n * day_ms, str(n)) for n in range(4)])

    def asked(**parameters: Any) -> list[int]:
        path = "timeseries/test/6000/n1/"
        points = admin.get(path, parameters)["data"]["ts_data"]
        return [point["v"] for point in points]

    assert asked() == [1, 0]
    assert asked(timedelta_days=2) == [2, 1, 0]
    assert asked(timedelta_hours="0.5") == [0]
    assert asked(**{"from": "2015-10-06T00:00:00"}) == [2, 1, 0]
    assert asked(**{"from": "2015-10-06T18:44:21.285+00:00", "to": "2015-10-07T20:00:00Z"}) == [
        2,
        1,
    ]
    assert asked(to="1970-01-01") == []
    assert asked(**{"from": "0001-01-01", "to": "9999-12-31T23:59:59"}) == [3, 2, 1, 0]
    for wrong in ({"from": "x"}, {"timedelta_days": "x"}, {"scale": "x"}, {"operation": "x"}):
        with pytest.raises(SendError) as caught:
            asked(**wrong)
        assert caught.value.status == 400


def test_no_calculation_with_text(server: ByteportServer, admin: UserSession) -> None:
    server.put("test", "6000", "note", [(NOW_MS, "text")])
    for options in ({"scale": 2}, {"operation": "diff"}):
        with pytest.raises(SendError):
            admin.time_series("test", "6000", "note", **options)


def test_what_grows_beyond_all_numbers_is_left_out(
    server: ByteportServer, admin: UserSession
) -> None:
    server.put("test", "6000", "n1", [(NOW_MS - 1, "1e308"), (NOW_MS, "1e308")])
    data = admin.time_series("test", "6000", "n1", operation="cum_sum")["data"]
    assert [point["v"] for point in data["ts_data"]] == [1e308]


def test_a_series_without_values(admin: UserSession) -> None:
    data = admin.time_series("test", "6000", "none")["data"]
    assert (data["ts_data"], data["ts_meta"]["len"]) == ([], 0)
    assert admin.statistics("test", "6000", "none")["data"]["statistics"]["mean"] is None
    assert admin.distance_to_typical("test", "6000", "none")["data"]["typical"] is None


def test_values_come_in_the_order_of_their_times_and_repeats_are_kept(
    server: ByteportServer, admin: UserSession
) -> None:
    for offset in (3, 1, 2, 2):
        server.put("test", "6000", "n1", [(NOW_MS - offset, str(offset))])
    points = admin.time_series("test", "6000", "n1")["data"]["ts_data"]
    assert [point["v"] for point in points] == [3, 2, 2, 1]
    assert len({point["r"] for point in points}) == 4


def test_the_newest_values_of_a_series_are_kept(
    server: ByteportServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(series_module, "MAX_VALUES", 3)
    server.put("test", "6000", "n1", [(n, str(n)) for n in range(9)])
    assert server.values("test", "6000", "n1") == [(6, "6"), (7, "7"), (8, "8")]


def test_a_large_series(server: ByteportServer) -> None:
    values = [(NOW_MS - 20_000 + n, str(n)) for n in range(20_000)]
    server.put("test", "6000", "n1", values)
    with UserSession(server.url, timeout=60, max_content=1 << 24) as user:
        user.login("admin", "admin")
        answer = user.time_series("test", "6000", "n1", hours=1)
        total = 0

        def add(point: dict[str, Any]) -> None:
            nonlocal total
            total += point["v"]

        meta = user.each_point(add, "test", "6000", "n1", start=NOW_MS / 1000 - 5)
    assert [point["v"] for point in answer["data"]["ts_data"]] == list(range(20_000))
    assert total == sum(range(15_000, 20_000))
    assert (meta["len"], meta["path"]) == (5000, "test.6000.n1")


NAMES = st.from_regex(r"[0-9a-zA-Z:][0-9a-zA-Z:_-]{1,31}", fullmatch=True).filter(
    lambda name: name not in ("debug", "info", "warn", "error")
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=200)


@pytest.fixture(scope="module")
def shared() -> Iterator[tuple[ByteportServer, Client, UserSession]]:
    with ByteportServer(now_ms=lambda: NOW_MS) as server, UserSession(server.url) as user:
        client = Client("test", "TEST", "6000", url=server.url)
        user.login("admin", "admin")
        yield server, client, user
        client.close()


@given(name=NAMES, text=TEXTS)
@settings(deadline=None, max_examples=60)
def test_any_field_and_text_comes_back(shared: Any, name: str, text: str) -> None:
    _, client, user = shared
    client.store([(name, text)], timestamp="1444329861.285")
    point = user.time_series("test", "6000", name, minutes=1)["data"]["ts_data"][-1]
    value = user.value("test", "6000", name, point["r"])
    assert value["value"] == text
    streamed: list[Any] = []
    user.each_point(streamed.append, "test", "6000", name, minutes=1)
    assert streamed[-1] == point


@given(data=st.binary(max_size=500), compression=st.sampled_from([None, "gzip", "bzip2"]))
@settings(deadline=None, max_examples=30)
def test_any_object_comes_back_as_a_file(
    shared: Any, tmp_path_factory: pytest.TempPathFactory, data: bytes, compression: str | None
) -> None:
    _, client, user = shared
    path = tmp_path_factory.getbasetemp() / "object"
    client.store_object("photo", data, compression)
    point = user.time_series("test", "6000", "photo", minutes=1)["data"]["ts_data"][-1]
    # what is not compressed may look as if it were, and is then told apart by nobody
    decompress = compression is not None
    size = user.download("test", "6000", "photo", point["r"], str(path), decompress=decompress)
    assert (path.read_bytes(), size) == (data, len(data))


# Objects


def downloaded(server: ByteportServer, admin: UserSession, text: str, path: Path) -> bytes:
    server.put("test", "6000", "blob", [(NOW_MS, text)])
    point = admin.time_series("test", "6000", "blob")["data"]["ts_data"][-1]
    admin.download("test", "6000", "blob", point["r"], str(path))
    return path.read_bytes()


def test_what_a_download_undoes(server: ByteportServer, admin: UserSession, tmp_path: Path) -> None:
    data = bytes(range(256))
    for packed in (data, zlib.compress(data), bz2.compress(data)):
        text = b64encode(packed).decode()
        assert downloaded(server, admin, text, tmp_path / "file") == data
    assert downloaded(server, admin, "no base64!", tmp_path / "file") == b"no base64!"
    for broken in (b"BZh9 broken", b"\x78\x01broken"):
        text = b64encode(broken).decode()
        assert downloaded(server, admin, text, tmp_path / "file") == broken


def test_a_bomb_is_refused(
    server: ByteportServer,
    admin: UserSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(objects, "MAX_BYTES", 1 << 20)
    assert len(downloaded(server, admin, bomb(1 << 20), tmp_path / "bomb")) == 1 << 20
    for text in (bomb((1 << 20) + 1), b64encode(bz2.compress(bytes(1 << 21))).decode()):
        with pytest.raises(SendError) as caught:
            downloaded(server, admin, text, tmp_path / "refused")
        assert caught.value.status == 413
    assert [path.name for path in tmp_path.iterdir()] == ["bomb"]


def bomb(size: int) -> str:
    return b64encode(zlib.compress(bytes(size))).decode()


def test_the_name_of_a_file(server: ByteportServer, admin: UserSession) -> None:
    from urllib.request import Request, urlopen

    server.put("test", "6000", "blob", [(NOW_MS, "aGVsbG8=")])
    point = admin.time_series("test", "6000", "blob")["data"]["ts_data"][-1]
    url = f"{server.url}/api/v1/download/value/test/6000/blob/{point['r']}/?_key=READ"
    with urlopen(Request(url)) as answer:
        assert answer.headers["Content-Disposition"] == (
            'attachment; filename="test.6000.blob.2015-10-08T18:44:21.285000.bin"'
        )
        assert answer.headers["Content-Type"] == "application/text"
        assert answer.read() == b"hello"


# Registration


@pytest.mark.parametrize(
    ("uid", "batch", "expected"),
    [
        ("one1", False, ["one1"]),
        ("sens10-sens12", True, ["sens10", "sens11", "sens12"]),
        ("sens10-sens12", False, ["sens10-sens12"]),
        ("08-11", True, ["08", "09", "10", "11"]),
        ("a1,b1-b2, c1", True, ["a1", "b1", "b2", "c1"]),
        ("sens10-dev12", True, ["sens10-dev12"]),
        ("sens12-sens10", True, "a range of -1 devices"),
        ("s1-s99999", True, "a range of 99999 devices"),
        ("#wrong", False, "has '#'"),
        ("", False, "has 0 characters"),
        ("6000", False, "registered already: 6000"),
    ],
)
def test_uids_lists_and_ranges(
    server: ByteportServer, admin: UserSession, uid: str, batch: bool, expected: list[str] | str
) -> None:
    form = {"uid": uid, "device_type_id": "1", "batch_register": batch}
    answer = admin.post("namespace/register_device/test/", form)
    if isinstance(expected, str):
        assert list(answer) == ["error"]
        assert expected in answer["error"]
        assert len(server.world.namespace("test").devices) == 2
    else:
        assert [each["uid"] for each in answer["registration_result"]] == expected


def test_a_device_that_is_registered_takes_values(
    server: ByteportServer, admin: UserSession
) -> None:
    client = Client("test", "TEST", "new1", url=server.url)
    with pytest.raises(DeviceNotFound):
        client.store({"temp": 1})
    admin.register("test", "new1", "2")
    client.store({"temp": 1}, timestamp=NOW_MS // 1000)
    client.close()
    admin.register("test", "new1", "1", force=True)
    assert server.values("test", "new1", "temp") == [(NOW_MS // 1000 * 1000, "1")]


def test_a_registration_code_of_a_wrong_length(admin: UserSession) -> None:
    form = {"uid": "n1", "device_type_id": "1", "reg_code_length": "1000"}
    assert "reg_code_length" in admin.post("namespace/register_device/test/", form)["error"]


# Data


def test_the_example_of_the_page_is_the_example() -> None:
    page = (PROJECT / "docs" / "simulated-byteport.md").read_text()
    (text,) = re.findall(r"```json\n(.*?)```", page, re.DOTALL)
    assert json.loads(text) == EXAMPLE


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ([], "the data is no object"),
        ({"user": {}}, "the data has an unknown key 'user': did you mean 'users'?"),
        ({"users": []}, "users is no object"),
        ({"users": {"a": {"password": 1}}}, "users.a.password is no text"),
        (
            {"users": {"a": {"password": "x", "namespaces": ["y"]}}},
            "users.a.namespaces is no list of names out of namespaces",
        ),
        ({"namespaces": {"a b": {}}}, "namespace name 'a b'"),
        (
            {"namespaces": {"test": {"http_write_method": "PUT"}}},
            "namespaces.test.http_write_method is none of both, get, post, none",
        ),
        ({"namespaces": {"test": {"write_keys": ""}}}, "did you mean 'write_key'?"),
        ({"namespaces": {"test": {"devices": {"_x": {}}}}}, "device name '_x'"),
        (
            {"namespaces": {"test": {"devices": {"d1": {"device_type": "3"}}}}},
            "namespaces.test.devices.d1.device_type is the id of no device type",
        ),
        (
            {"namespaces": {"test": {"devices": {"d1": {"series": {"f1": [[1]]}}}}}},
            "namespaces.test.devices.d1.series.f1: a value is [seconds since 1970, value]",
        ),
        (
            {"namespaces": {"test": {"device_types": [{"id": "1"}]}}},
            "namespaces.test.device_types[0] has no id, or no name",
        ),
        (
            {"namespaces": {"test": {"device_types": {}}}},
            "namespaces.test.device_types is no list",
        ),
        (
            {"namespaces": {"test": {"device_types": [{"id": 1, "name": "x", "firmware": [{}]}]}}},
            "namespaces.test.device_types[0].firmware: each needs 'id'",
        ),
    ],
)
def test_mistakes_in_data_are_told_with_their_place(data: object, text: str) -> None:
    with pytest.raises(DataError) as caught:
        read_data(data)
    assert text in str(caught.value)


def test_series_in_data() -> None:
    series = {"temp": [[1410613385.123, 21.5], ["1410613386", "x"]]}
    world = read_data({"namespaces": {"test": {"devices": {"d1": {"series": series}}}}})
    found = world.namespace("test").device("d1").series["temp"].all()
    assert [(each.ts_ms, each.text) for each in found] == [
        (1410613385123, "21.5"),
        (1410613386000, "x"),
    ]


def test_a_file_that_is_no_json(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text("{")
    with pytest.raises(DataError, match="is no JSON"):
        read_file(str(tmp_path / "data.json"))


# The command, and the server itself


def test_the_command(tmp_path: Path) -> None:
    data = {
        "users": {"me": {"password": "pass-canary", "namespaces": ["mine123"]}},
        "namespaces": {"mine123": {"write_key": "key-canary", "devices": {"d1": {}}}},
    }
    (tmp_path / "data.json").write_text(json.dumps(data))
    words = ("--port", "0", "--data", str(tmp_path / "data.json"))
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), "PYTHONWARNINGS": "error"}
    with subprocess.Popen(
        [sys.executable, "-m", "byteport_mocks.byteport_server", *words],
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        url = re.findall(r"http://127\.0\.0\.1:\d+", line)[0]
        client = Client("mine123", "key-canary", "d1", url=url)
        client.store({"temp": 1})
        client.close()
        with UserSession(url) as user:
            user.login("me", "pass-canary")
            assert len(user.time_series("mine123", "d1", "temp")["data"]["ts_data"]) == 1
            with pytest.raises(SendError):
                user.login("me", "wrong-canary")
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert line == f"Byteport at {url}, namespaces: mine123; Ctrl-C ends it\n"
    assert (out, errors) == ("", "")


def test_mistakes_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data.json").write_text('{"users": 1}')
    (tmp_path / "right.json").write_text("{}")
    assert main(["--data", str(tmp_path / "data.json")]) == 2
    assert main(["--data", str(tmp_path / "none.json")]) == 1
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["--port", port, "--data", str(tmp_path / "right.json")]) == 1
    with pytest.raises(SystemExit):
        main(["--port", "70000"])
    out, errors = capsys.readouterr()
    assert out == ""
    first, second, third, *_, last = errors.splitlines()
    assert first.endswith("data.json: users is no object")
    assert "none.json: No such file or directory; without --data it has" in second
    assert third.startswith(f"byteport_server: port {port}: ")
    assert "in use" in third
    assert "'70000' is no port" in last


def test_it_listens_on_loopback_and_threads_are_few(server: ByteportServer) -> None:
    before = set(threading.enumerate())
    sockets = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(30)]
    client = Client("test", "TEST", "6000", url=server.url)
    client.store({"temp": 1})
    client.close()
    assert not set(threading.enumerate()) - before
    for sock in sockets:
        sock.close()
    assert server._socket.getsockname()[0] == "127.0.0.1"


def test_threads_and_sockets_end_with_it() -> None:
    before = set(threading.enumerate())
    for _ in range(3):
        with ByteportServer() as server, socket.create_connection(("127.0.0.1", server.port)):
            pass
    assert not set(threading.enumerate()) - before


def test_the_fixture(byteport_server: ByteportServer) -> None:
    client = Client("test", "TEST", "6000", url=byteport_server.url)
    client.store({"temp": 21.5}, timestamp=1410613385)
    client.close()
    assert byteport_server.values("test", "6000", "temp") == [(1410613385000, "21.5")]


def test_calls_at_the_same_time(server: ByteportServer) -> None:
    def work(number: int) -> None:
        client = Client("test", "TEST", "6000", url=server.url)
        for value in range(20):
            client.store({f"n{number}": value})
        client.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(8):
        found = server.values("test", "6000", f"n{number}")
        assert [text for _, text in found] == [str(value) for value in range(20)]


def test_a_failure_inside_is_a_500_without_a_word_of_it(
    server: ByteportServer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from byteport_mocks.service import store_calls

    monkeypatch.setattr(store_calls, "store", lambda *_: 1 / 0)
    status, content = curl("--data", "_key=canary", server.url + STORE)
    assert (status, content) == (500, "500 Internal Server Error\n")
    assert "canary" not in capfd.readouterr().err
