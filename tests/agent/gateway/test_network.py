"""How the gateway is reached: by TLS, by a name, at an address that is not there yet."""

import http.client
import logging
import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE
from config_rig import DEVICE as DEVICE_TABLE
from config_rig import parsed
from gateway_rig import GatewayRig

from byteport import Client
from byteport.errors import Unreachable
from byteport_agent.gateway import listening
from byteport_agent.gateway.history_feed import HistoryFeed
from byteport_agent.gateway.mdns import MdnsName, own_addresses, seen_from_elsewhere
from tls_certificates import Certificate, make
from waiting import wait_for


def write(directory: Path, certificate: Certificate) -> None:
    (directory / "gateway.crt").write_bytes(certificate.pem())
    (directory / "gateway.pem").write_bytes(certificate.key_pem())


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[GatewayRig]:
    authority = make()
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    write(tmp_path, make(authority))
    rig = GatewayRig(tmp_path, 'certificate = "gateway.crt"\ncertificate_key = "gateway.pem"\n')
    yield rig
    rig.close()


def client(rig: GatewayRig) -> Client:
    return Client(NAMESPACE, KEY, DEVICE, rig.url, ca=str(rig.directory / "ca.pem"))


def test_a_client_stores_by_tls(secure: GatewayRig) -> None:
    assert secure.url.startswith("https://127.0.0.1:")
    board = client(secure)
    for number in range(5):
        board.store({"count": number, "note": "x" * 30_000})
    board.close()
    assert [each.fields[0] for each in secure.stored()] == [("count", f"{n}") for n in range(5)]


def test_a_page_and_its_cookies_by_tls(secure: GatewayRig) -> None:
    context = ssl.create_default_context(cafile=str(secure.directory / "ca.pem"))
    host, port = secure.url.removeprefix("https://").split(":")
    connection = http.client.HTTPSConnection(host, int(port), timeout=20, context=context)
    for _ in range(3):
        connection.request("GET", "/api/session")
        answer = connection.getresponse()
        assert answer.read().startswith(b'{"password":false')
        assert "Secure" in (answer.getheader("Set-Cookie") or "")
    connection.close()


def test_X9_who_speaks_no_tls_or_stops_within_it_holds_nobody_up(secure: GatewayRig) -> None:
    host, port = secure.url.removeprefix("https://").split(":")
    plain = socket.create_connection((host, int(port)), timeout=20)
    plain.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    half = socket.create_connection((host, int(port)), timeout=20)
    half.sendall(b"\x16\x03\x01\x02\x00\x01")
    board = client(secure)
    board.store({"temp": 1})
    board.close()
    with suppress(ConnectionResetError):
        assert plain.recv(4096) == b""
    plain.close()
    half.close()
    assert len(secure.stored()) == 1


def test_a_certificate_that_was_renewed_is_taken_over_by_reload(secure: GatewayRig) -> None:
    authority = make()
    write(secure.directory, make(authority))
    (secure.directory / "ca.pem").write_bytes(authority.pem())
    board = client(secure)
    with pytest.raises(Unreachable):
        board.store({"temp": 1})
    gateway = secure.gateway
    secure.agent.use(secure.configured(secure.text))
    assert secure.gateway is gateway  # and all its connections stay
    board.store({"temp": 2})
    board.close()


def test_a_taken_port_is_told_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "_RETRY_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        monkeypatch.setattr(
            "gateway_rig.CONFIGURATION",
            f"""
[gateway]
listen = "127.0.0.1:{port}"
key_file = "gateway.key"
""",
        )
        rig = GatewayRig(tmp_path)
        status = rig.agent.status()["gateway"]
        assert status["state"] == "waiting"
        assert f"cannot listen on 127.0.0.1:{port}: Address already in use" in status["reason"]
        (problem,) = rig.gateway.problems()["problems"]
        assert problem["what"] == "gateway"
        wait_for(lambda: rig.gateway._listening._thread.is_alive())
    wait_for(lambda: rig.gateway.is_open)
    assert rig.url == f"http://127.0.0.1:{port}"
    assert rig.store("dev-1", temp=1).status == 200
    rig.close()
    told = [record for record in caplog.records if "cannot listen" in record.getMessage()]
    assert len(told) == 1


def test_boards_wait_until_it_is_known_what_they_have_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "_RETRY_S", 0.05)
    monkeypatch.setattr(listening, "_PATIENCE_S", 0.05)
    read, release = HistoryFeed._read, Event()
    monkeypatch.setattr(HistoryFeed, "_read", lambda feed: release.wait() and read(feed))
    rig = GatewayRig(tmp_path)
    status = rig.agent.status()["gateway"]
    assert (status["state"], status["connections"]) == ("waiting", 0)
    assert status["reason"] == "the history still takes over what waits in the outbox"
    release.set()
    wait_for(lambda: rig.gateway.is_open)
    assert rig.store("dev-1", temp=1).status == 200
    rig.close()


def test_D5_a_history_that_cannot_be_read_ends_no_status(gateway: GatewayRig) -> None:
    assert gateway.gateway.history.file is not None
    gateway.gateway.history.file._reader.close()
    assert gateway.agent.status()["gateway"]["history"]["bytes"] == 0


def test_P6_reload_exchanges_a_gateway_that_changed_and_no_other(gateway: GatewayRig) -> None:
    first = gateway.gateway
    gateway.store("dev-1", temp=1)
    gateway.agent.use(gateway.configured(gateway.text))
    assert gateway.gateway is first
    gateway.agent.use(gateway.configured(f"{gateway.text}max_devices = 5\n"))
    assert gateway.gateway is not first
    assert gateway.store("dev-1", temp=2).status == 200
    names = [pulse.name for pulse in gateway.agent.pulses()]
    assert [name for name in names if "gateway" in name or name == "history"] == [
        "history", "gateway intake", "gateway storing", "gateway live", "gateway"
    ]  # fmt: skip
    sensors = '[[sensor]]\nname = "one"\ndriver = "system"\ninterval = "1h"\n'
    gateway.agent.use(gateway.configured(sensors))
    assert gateway.agent.gateway is None
    assert gateway.agent.status()["gateway"] is None
    gateway.agent.use(gateway.configured(gateway.text))
    devices = gateway.get("/api/devices").json()["devices"]
    assert devices[1]["fields"][0]["value"] == "2"


def test_a_gateway_without_certificate_where_others_listen_is_warned_of(tmp_path: Path) -> None:
    (tmp_path / "byteport.key").write_text("k3y")
    (tmp_path / "gateway.key").write_text("k3y")
    text = '[gateway]\nlisten = "0.0.0.0:8080"\nkey_file = "gateway.key"\n'
    found = parsed(DEVICE_TABLE + text, tmp_path)
    (warning,) = [each for each in found.warnings if "unencrypted" in each.text]
    assert "set certificate" in warning.text


def test_a_name_on_the_local_network(tmp_path: Path) -> None:
    zeroconf = pytest.importorskip("zeroconf", reason="zeroconf is not installed")
    name = MdnsName("byteport-test-4711", "127.0.0.1", 8080, "/")
    asking = zeroconf.Zeroconf(interfaces=["127.0.0.1"])
    try:
        name.start()
        kind = "_byteport._tcp.local."
        found = asking.get_service_info(kind, f"byteport-test-4711.{kind}", timeout=5000)
        assert found is not None
        assert found.server == "byteport-test-4711.local."
        assert (found.parsed_addresses(), found.port) == (["127.0.0.1"], 8080)
    finally:
        name.stop()
        asking.close()


def test_a_gateway_that_asks_for_a_name_without_zeroconf_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "zeroconf", None)
    caplog.set_level(logging.ERROR)
    rig = GatewayRig(tmp_path, 'mdns = "greenhouse"\n')
    wait_for(
        lambda: "pip install 'byteport-agent[mdns]'" in rig.agent.status()["gateway"]["reason"]
    )
    assert rig.store("dev-1", temp=1).status == 200
    rig.close()


def test_an_address_of_all_is_told_as_others_reach_it() -> None:
    own = own_addresses()[0]
    assert seen_from_elsewhere("http://127.0.0.1:8080", "127.0.0.1") == "http://127.0.0.1:8080"
    for host in ("0.0.0.0", "::"):
        told = seen_from_elsewhere("https://127.0.0.1:8443", host)
        assert told in (f"https://{own}:8443", f"https://[{own}]:8443")


def test_own_addresses_are_addresses() -> None:
    for address in own_addresses():
        assert socket.getaddrinfo(address, 0)
