"""The reference's surface: names, arguments, exceptions; its listed defects mended."""

import inspect
import logging
import socket
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

import byteport.clients
from byteport import http_clients
from byteport.http_clients import (
    ByteportClientDeviceNotFoundException,
    ByteportClientException,
    ByteportClientForbiddenException,
    ByteportClientInvalidDataTypeException,
    ByteportClientInvalidFieldNameException,
    ByteportClientUnsupportedCompressionException,
    ByteportClientUnsupportedTimestampTypeException,
    ByteportConnectException,
    ByteportHttpClient,
    ByteportHttpGetClient,
    ByteportHttpPostClient,
    ByteportLoginFailedException,
    ByteportNotAllowedException,
    ByteportServerException,
)
from byteport_mocks.scripted_server import Reply, ScriptedServer

KEY = "f00b4s3cretk3y"


def make(server: ScriptedServer, kind: type = ByteportHttpClient, **options) -> ByteportHttpClient:
    options.setdefault("initial_heartbeat", False)
    return kind("myownspace", KEY, "barDev1", server.url, **options)


# The examples of the reference's README, but for import line and host


def test_example_store_numbers() -> None:
    with ScriptedServer() as server:
        client = ByteportHttpClient("myownspace", KEY, "barDev1", server.url)
        client.store({"info": "All systems nominal", "current_time": 1410613385.5})
        client.close()
    heartbeat, stored = server.requests
    assert heartbeat.form == {"_key": KEY}
    assert stored.form == {
        "_key": KEY,
        "info": "All systems nominal",
        "current_time": "1410613385.5",
    }


def test_example_store_file(tmp_path: Path) -> None:
    path = tmp_path / "current_temperature"
    path.write_text("21.5\n")
    with ScriptedServer() as server:
        client = make(server)
        client.store_file("temperature", str(path))
        client.close()
    assert server.requests[0].form["temperature"] == "21.5\n"


def test_example_poll_directory(tmp_path: Path) -> None:
    (tmp_path / "temperature").write_text("21.5")
    third_call = threading.Event()

    def script(request) -> Reply:
        if len(server.requests) == 1:
            (tmp_path / "temperature").write_text("22.0")
            (tmp_path / "humidity").write_text("50")
            return Reply()
        third_call.set()
        return Reply(403)  # the only way out of a call that blocks for ever

    with ScriptedServer(script) as server:
        client = make(server)
        with pytest.raises(ByteportClientForbiddenException):
            client.poll_directory_and_store_upon_content_change(
                str(tmp_path), "barDev1", poll_interval=0.01
            )
        client.close()
    assert third_call.is_set()
    first, second = (request.form for request in server.requests)
    assert first == {"_key": KEY, "temperature": "21.5"}
    assert second == {"_key": KEY, "temperature": "22.0", "humidity": "50"}


def test_example_compress_and_store_a_file(tmp_path: Path) -> None:
    import base64
    import bz2

    path = tmp_path / "status_data"
    path.write_bytes(bytes(range(256)))
    with ScriptedServer() as server:
        client = make(server)
        client.base64_encode_and_store_store_file("status_file", str(path), compression="bzip2")
        client.close()
    stored = server.requests[0].form["status_file"]
    assert bz2.decompress(base64.b64decode(stored)) == bytes(range(256))


# Names and arguments


def parameters(function) -> dict:
    return {
        name: parameter.default
        for name, parameter in inspect.signature(function).parameters.items()
        if name != "self"
    }


NOTHING = inspect.Parameter.empty


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "__init__",
            {
                "namespace_name": None,
                "api_key": None,
                "default_device_uid": None,
                "byteport_api_hostname": "api.byteport.se",
                "proxy_type": http_clients.SOCKS5,
                "proxy_addr": "127.0.0.1",
                "proxy_port": None,
                "proxy_username": None,
                "proxy_password": None,
                "initial_heartbeat": True,
            },
        ),
        ("store", {"data": None, "device_uid": None, "timestamp": None}),
        ("log", {"message": NOTHING, "level": "info", "device_uid": None}),
        (
            "store_file",
            {
                "field_name": NOTHING,
                "path_to_file": NOTHING,
                "device_uid": None,
                "timestamp": None,
            },
        ),
        (
            "base64_encode_and_store",
            {
                "field_name": NOTHING,
                "fileobj": NOTHING,
                "device_uid": None,
                "timestamp": None,
                "compression": None,
            },
        ),
        (
            "base64_encode_and_store_file",
            {
                "field_name": NOTHING,
                "path_to_file": NOTHING,
                "device_uid": None,
                "timestamp": None,
                "compression": None,
            },
        ),
        # device_uid may be left out, which the reference does not allow
        ("store_directory", {"directory_path": NOTHING, "device_uid": None, "timestamp": None}),
        (
            "poll_directory_and_store_upon_content_change",
            {
                "directory_path": NOTHING,
                "device_uid": None,
                "timestamp": None,
                "poll_interval": 5,
            },
        ),
        ("store_packets", {"packets": NOTHING, "legacy_key": NOTHING, "json_encode": True}),
        ("auto_timestamp", {"timestamp": NOTHING}),
    ],
)
def test_arguments(name: str, expected: dict) -> None:
    assert parameters(getattr(ByteportHttpClient, name)) == expected


def test_names() -> None:
    for kind in (ByteportHttpPostClient, ByteportHttpGetClient):
        assert issubclass(kind, ByteportHttpClient)
    assert byteport.clients.ByteportHttpClient is ByteportHttpClient
    same = ByteportHttpClient.base64_encode_and_store_file
    assert ByteportHttpClient.base64_encode_and_store_store_file is same
    for kind in (
        ByteportConnectException,
        ByteportClientForbiddenException,
        ByteportClientDeviceNotFoundException,
        ByteportNotAllowedException,
        ByteportServerException,
        ByteportClientUnsupportedCompressionException,
        ByteportClientUnsupportedTimestampTypeException,
        ByteportClientInvalidFieldNameException,
        ByteportClientInvalidDataTypeException,
    ):
        assert issubclass(kind, ByteportClientException)
    assert not issubclass(ByteportLoginFailedException, ByteportClientException)


# Exceptions


@pytest.mark.parametrize("kind", [ByteportHttpClient, ByteportHttpGetClient])
@pytest.mark.parametrize(
    ("status", "exception"),
    [
        (401, ByteportClientForbiddenException),
        (403, ByteportClientForbiddenException),
        (404, ByteportClientDeviceNotFoundException),
        (406, ByteportNotAllowedException),
        (413, ByteportClientException),
        (429, ByteportClientException),
        (301, ByteportClientException),
        (500, ByteportServerException),
        (502, ByteportServerException),
        (503, ByteportServerException),
    ],
)
def test_exceptions(kind: type, status: int, exception: type) -> None:
    with ScriptedServer([Reply(status)]) as server:
        client = make(server, kind)
        with pytest.raises(exception) as caught:
            client.store({"temperature": 21.5})
        client.close()
    assert caught.type is exception
    assert KEY not in str(caught.value)


def test_no_answer_is_a_connect_exception() -> None:
    with ScriptedServer([Reply(reset=True)]) as server:
        client = make(server)
        with pytest.raises(ByteportConnectException):
            client.store({"temperature": 21.5})
        with pytest.raises(ByteportConnectException) as caught:
            client.store_packets([], KEY)
        client.close()
    assert KEY not in str(caught.value)


def test_the_initial_heartbeat_tells_of_a_wrong_key() -> None:
    with ScriptedServer([Reply(403)]) as server, pytest.raises(ByteportClientForbiddenException):
        make(server, initial_heartbeat=True)


@pytest.mark.parametrize(
    ("call", "exception"),
    [
        (lambda c: c.store({"a b": 1}), ByteportClientInvalidFieldNameException),
        (lambda c: c.store({"ab": 1}, device_uid="_x"), ByteportClientInvalidFieldNameException),
        (lambda c: c.store({"ab": None}), ByteportClientInvalidDataTypeException),
        (lambda c: c.store({"ab": float("nan")}), ByteportClientInvalidDataTypeException),
        (
            lambda c: c.store({"ab": 1}, timestamp="yesterday"),
            ByteportClientUnsupportedTimestampTypeException,
        ),
        (
            lambda c: c.base64_encode_and_store("ab", b"x", compression="rar"),
            ByteportClientUnsupportedCompressionException,
        ),
    ],
)
def test_what_is_wrong_is_told_before_anything_is_sent(call, exception: type) -> None:
    with ScriptedServer() as server:
        client = make(server)
        with pytest.raises(exception):
            call(client)
    assert server.requests == []


def test_wrong_names_in_the_constructor() -> None:
    with pytest.raises(ByteportClientInvalidFieldNameException):
        ByteportHttpClient("a.b", KEY, "barDev1")


def test_storing_needs_a_namespace_and_a_key() -> None:
    client = ByteportHttpClient()
    with pytest.raises(ByteportClientException, match="namespace_name and api_key"):
        client.store({"temperature": 21.5})


# Mended defects


def test_posting_keeps_the_timestamp(tmp_path: Path) -> None:
    (tmp_path / "temperature").write_text("21.5")
    with ScriptedServer() as server:
        client = make(server)
        client.store({"temperature": 21.5}, timestamp=1410613385.123)
        client.store_directory(str(tmp_path), "barDev1", timestamp=1410613385)
        client.close()
    assert [request.form["_ts"] for request in server.requests] == ["1410613385.123", "1410613385"]


def test_the_callers_dictionary_stays_as_it_is() -> None:
    data = {"temperature": 21.5}
    with ScriptedServer() as server:
        for kind in (ByteportHttpClient, ByteportHttpGetClient):
            client = make(server, kind)
            client.store(data)
            client.close()
    assert data == {"temperature": 21.5}


def test_https_is_the_default() -> None:
    client = ByteportHttpClient("myownspace", KEY, "barDev1", initial_heartbeat=False)
    assert "https://api.byteport.se/" in repr(client._client)


def test_nothing_of_the_key_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with ScriptedServer([Reply(), Reply(500)]) as server:
        for kind in (ByteportHttpClient, ByteportHttpGetClient):
            client = make(server, kind)
            try:
                client.store({"temperature": 21.5})
            except ByteportClientException as error:
                logging.getLogger().exception("%r", error)
            client.close()
    assert KEY not in caplog.text


# Times


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(1970, 1, 1), "0"),
        (datetime(1969, 12, 31, 23, 59, 58, 500000), "-1.5"),
        (datetime(2015, 5, 1, 0, 0, 0, 12345), "1430438400.012345"),
        (datetime(2015, 5, 1, tzinfo=UTC), "1430438400"),
        (datetime(2015, 5, 1, 2, tzinfo=timezone(timedelta(hours=2))), "1430438400"),
        (datetime(2038, 1, 19, 3, 14, 8, 999999), "2147483648.999999"),
        (1410613385, "1410613385"),
        (1410613385.123, "1410613385.123"),
        (1.01234599999, "1.012346"),
        (10, "10"),
        (100.0, "100"),
    ],
)
def test_auto_timestamp(moment, text: str) -> None:
    assert ByteportHttpClient().auto_timestamp(moment) == text


# Packets


def test_packets_that_a_page_answers_are_not_stored() -> None:
    page = Reply(headers={"Content-Type": "text/html"}, body=b"Please sign in")
    for reply in (page, Reply(body=b"<!DOCTYPE html>")):
        with ScriptedServer([reply]) as server:
            client = ByteportHttpClient(byteport_api_hostname=server.url)
            with pytest.raises(ByteportClientException, match="sign-in"):
                client.store_packets([], KEY)
            client.close()


# A proxy


def test_a_proxy_is_used_where_its_port_is_given(socks_proxy) -> None:
    with ScriptedServer() as server:
        client = make(server, proxy_port=socks_proxy.port)
        client.store({"temperature": 21.5})
        client.close()
    assert server.requests[0].form["temperature"] == "21.5"
    assert socks_proxy.connections == 1


def test_a_proxy_that_is_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        port = nobody.getsockname()[1]
    client = ByteportHttpClient(
        "myownspace", KEY, "barDev1", "http://127.0.0.1:1", proxy_port=port, initial_heartbeat=False
    )
    with pytest.raises(ByteportConnectException):
        client.store({"temperature": 21.5})
    client.close()
