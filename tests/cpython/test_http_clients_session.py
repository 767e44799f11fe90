"""The reference's session calls by their names, against the simulated Byteport."""

import inspect
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from byteport.http_clients import (
    ByteportClientDeviceNotFoundException,
    ByteportClientException,
    ByteportClientForbiddenException,
    ByteportClientInvalidDataTypeException,
    ByteportClientInvalidFieldNameException,
    ByteportConnectException,
    ByteportHttpClient,
    ByteportHttpGetClient,
    ByteportLoginFailedException,
)
from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.scripted_server import Reply, ScriptedServer

NOTHING = inspect.Parameter.empty
NOW_MS = 1444329861285
NOW = datetime.fromtimestamp(NOW_MS / 1000, UTC)


@pytest.fixture
def server() -> Iterator[ByteportServer]:
    with ByteportServer(now_ms=lambda: NOW_MS) as server:
        yield server


@pytest.fixture
def client(server: ByteportServer) -> Iterator[ByteportHttpClient]:
    client = ByteportHttpClient(byteport_api_hostname=server.url)
    client.login("admin", "admin")
    yield client
    client.close()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("login", {"username": NOTHING, "password": NOTHING}),
        ("logout", {}),
        ("list_namespaces", {}),
        ("query_devices", {"term": NOTHING, "full": False, "limit": 20}),
        ("search_devices", {"term": NOTHING, "full": False, "limit": 20}),
        ("get_device", {"namespace": NOTHING, "uid": NOTHING}),
        ("list_devices", {"namespace": NOTHING, "depth": 0}),
        ("get_devices", {"namespace": NOTHING, "key": None}),
        ("get_device_types", {"namespace": NOTHING, "key": None}),
        ("get_firmwares", {"namespace": NOTHING, "device_type_id": NOTHING, "key": None}),
        ("get_field_definitions", {"namespace": NOTHING, "device_type_id": NOTHING, "key": None}),
        (
            "batch_register_devices",
            {
                "namespace": NOTHING,
                "uids": NOTHING,
                "device_type_id": NOTHING,
                "force": False,
                "batch_register": False,
                "reg_code_length": None,
                "active": False,
                "serial": None,
            },
        ),
        (
            "load_timeseries_data",
            {"namespace": NOTHING, "uid": NOTHING, "field_name": NOTHING, "kwargs": NOTHING},
        ),
        (
            "load_timeseries_data_range",
            {
                "namespace": NOTHING,
                "uid": NOTHING,
                "field_name": NOTHING,
                "from_time": NOTHING,
                "to_time": NOTHING,
            },
        ),
        (
            "send_message",
            {"namespace": NOTHING, "device_uid": NOTHING, "message": NOTHING, "format": "json"},
        ),
        ("set_fields", {"namespace": NOTHING, "uid": NOTHING, "set_fields": NOTHING}),
    ],
)
def test_arguments(name: str, expected: dict) -> None:
    given = inspect.signature(getattr(ByteportHttpClient, name)).parameters
    assert {key: value.default for key, value in given.items() if key != "self"} == expected


def test_login_and_logout(client: ByteportHttpClient) -> None:
    assert client.list_namespaces()[0]["name"] == "test"
    client.logout()
    with pytest.raises(ByteportClientForbiddenException):
        client.list_namespaces()


def test_a_wrong_login(server: ByteportServer) -> None:
    client = ByteportHttpClient(byteport_api_hostname=server.url)
    with pytest.raises(ByteportLoginFailedException) as caught:
        client.login("fakeuser", "f00passb4r")
    assert not isinstance(caught.value, ByteportClientException)
    assert "f00passb4r" not in str(caught.value)
    client.close()


def test_devices(client: ByteportHttpClient) -> None:
    found = client.query_devices("test*", full=False, limit=10)
    assert found["data"] == ["test.6000", "test.TestGW"]
    assert client.search_devices("6000", True)["data"][0]["uid"] == "6000"
    assert client.get_device("test", "6000")[0]["guid"] == "test.6000"
    assert [device["uid"] for device in client.list_devices("test")] == ["6000", "TestGW"]
    assert {device["active"] for device in client.list_devices("test", 1)} == {"True"}
    assert client.get_devices("test", "636744") == []
    assert [device["uid"] for device in client.get_devices("test", "TestGW")] == ["TestGW"]


def test_types(client: ByteportHttpClient) -> None:
    assert client.get_device_types("test", "636744") == []
    assert client.get_device_types("test", "1")[0]["name"] == "Generic Test Gateway"
    assert client.get_firmwares("test", device_type_id="1", key="2")[0]["filesize"] == "6"
    assert client.get_field_definitions("test", device_type_id="2", key="5")[0]["name"] == "temp"


def test_registration(client: ByteportHttpClient) -> None:
    told = client.batch_register_devices("test", 4711, "1")
    assert told["registration_result"][0]["uid"] == "4711"
    told = client.batch_register_devices("test", "sens10-sens12", "1", batch_register=True)
    assert [each["uid"] for each in told["registration_result"]] == ["sens10", "sens11", "sens12"]
    with pytest.raises(ByteportClientException, match="registered already: 6000"):
        client.batch_register_devices("test", "6000", "1")
    assert client.batch_register_devices("test", "6000", "1", True)["registration_result"]
    with pytest.raises(ByteportClientInvalidFieldNameException):
        client.batch_register_devices("test", "#invaliduid_", "1")


def test_time_series(server: ByteportServer, client: ByteportHttpClient) -> None:
    server.put("test", "6000", "temp", [(NOW_MS - 60_000, "21.5"), (NOW_MS, "22")])
    found = client.load_timeseries_data("test", "6000", "temp", timedelta_minutes=180)
    assert found["meta"]["path"] == "test.6000.temp"
    assert [point["v"] for point in found["data"]["ts_data"]] == [21.5, 22]
    naive = NOW.replace(tzinfo=None)
    for to_time in (NOW, naive):
        found = client.load_timeseries_data_range(
            "test", "6000", "temp", to_time - timedelta(seconds=1), to_time
        )
        assert [point["v"] for point in found["data"]["ts_data"]] == [22]


def test_messages_and_fields(client: ByteportHttpClient) -> None:
    text = "hello from integration tests"
    told = client.send_message("test", "6000", text)
    assert json.loads(told["message"])[0]["data"] == text
    assert client.set_fields("test", "6000", {"Rubico app prop.Reboot": "1234"})


def test_mistakes(client: ByteportHttpClient) -> None:
    with pytest.raises(ByteportClientDeviceNotFoundException):
        client.send_message("test", "nobody", "hello")
    with pytest.raises(ByteportClientInvalidFieldNameException):
        client.load_timeseries_data("test", "6000", "a b")
    with pytest.raises(ByteportClientInvalidDataTypeException):
        ByteportHttpClient(byteport_api_hostname="ftp://host")


def test_a_client_that_stores_also_logs_in(server: ByteportServer) -> None:
    for kind in (ByteportHttpClient, ByteportHttpGetClient):
        client = kind("test", "TEST", "6000", server.url)
        client.store({"temp": 1}, timestamp=NOW_MS // 1000)
        client.login("admin", "admin")
        data = client.load_timeseries_data("test", "6000", "temp", timedelta_hours=1)["data"]
        assert data["ts_data"][-1]["v"] == 1
        client.close()


def test_no_answer() -> None:
    with ScriptedServer([Reply(reset=True)]) as server:
        client = ByteportHttpClient(byteport_api_hostname=server.url)
        with pytest.raises(ByteportConnectException):
            client.login("admin", "canary")
        client.close()


def test_a_session_through_a_proxy(server: ByteportServer, socks_proxy) -> None:
    client = ByteportHttpClient(byteport_api_hostname=server.url, proxy_port=socks_proxy.port)
    client.login("admin", "admin")
    assert client.list_namespaces()
    client.close()
    assert socks_proxy.connections >= 1
