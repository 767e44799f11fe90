"""Storing in the simulated Byteport: what the API document says, also to curl."""

import pytest

from byteport.http_clients import ByteportClientForbiddenException, ByteportHttpClient
from byteport_mocks.byteport_server import ByteportServer
from byteport_service import NOW_MS, PACKETS, STORE
from curl import curl


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
