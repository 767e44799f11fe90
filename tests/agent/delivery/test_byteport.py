"""The Byteport output against a server that misbehaves: real calls, in time that costs none."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, has_key
from delivery_rig import HOUR_MS, LEGACY_KEY, number_of, to_server

import tls_certificates
from byteport_mocks.scripted_server import Reply, Request, ScriptedServer

PATH = f"/api/v1/timeseries/{NAMESPACE}/{DEVICE}/"
PACKETS_PATH = "/api/legacy/packets/timeseries/"
SHORT = {"timeout_ms": 5000}


def numbers(server: ScriptedServer) -> list[int]:
    """Return the values of the readings that arrived, however they were answered."""
    found = []
    for request in server.requests:
        if request.path == PACKETS_PATH:
            packets = json.loads(request.form["packets"])
            found += [int(packet["data"].split("=")[1].split(";")[0]) for packet in packets]
        elif text := {**request.form, **request.query}.get("n1"):
            found.append(int(text))
    return found


def refuse(*bad: str, status: int = 400) -> Callable[[Request], Reply]:
    """Return a script that takes all readings but those with these numbers."""
    return lambda request: Reply(status if request.form.get("n1") in bad else 200)


def test_F4_a_reading_is_sent_as_it_is(tmp_path: Path) -> None:
    note = "å&=;% +\r\n\0\"'\\😀"
    with ScriptedServer() as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put(note=note)
        rig.run()
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", PATH)
    fields = {"n1": "0", "note": note}
    assert request.form == {"_key": KEY, "_ts": "1800000000.000", **fields}


def test_N2_nobody_listens_and_nothing_is_lost(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with to_server(tmp_path / "o.db", f"http://127.0.0.1:{port}", **SHORT) as rig:
        rig.put([DEVICE] * 5)
        rig.run(HOUR_MS)
        assert rig.state() == ("waiting", 5, 0)
        assert "refused" in rig.status().reason
        waits = rig.waits()
        assert all(1000 <= wait <= 300_000 for wait in waits)
        assert waits[0] < 2500 < 100_000 < waits[-1]


@pytest.mark.parametrize(
    "reply", [Reply(reset=True), Reply(cut_at=30), Reply(cut_at=0), Reply(204), Reply(raw=b"?\r\n")]
)
def test_N4_what_came_of_it_is_unknown_so_the_same_bytes_go_again(
    tmp_path: Path, reply: Reply
) -> None:
    replies = [Reply(), reply, reply, Reply()]
    with ScriptedServer(replies) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put([DEVICE] * 3)
        rig.run()
        assert rig.state() == ("ok", 0, 0)
    first, again, and_again = server.requests[1:4]
    assert first.body == again.body == and_again.body
    assert numbers(server)[:1] + numbers(server)[3:] == [0, 1, 2]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("html", [False, True])
def test_N7_a_wrong_key_or_a_filter_before_the_service(
    tmp_path: Path, status: int, html: bool
) -> None:
    page = {"Content-Type": "text/html; charset=utf-8"} if html else {}
    reply = Reply(status, page, b"<h1>Attention required</h1>" if html else b"")
    with ScriptedServer([reply]) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put(["dev-a", "dev-b"] * 10)
        rig.run(4 * HOUR_MS)
        assert rig.state() == ("held", 20, 0)
        assert ("proxy or filter" if html else "wrong key") in rig.status().reason
    assert all(300_000 <= wait <= HOUR_MS for wait in rig.waits())
    assert len(rig.said.lines) == 1


def test_N8_a_device_that_is_not_registered(tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        return Reply(404 if "dev-b" in request.path else 200)

    with ScriptedServer(script) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put(["dev-a", "dev-b"] * 3)
        rig.run()
        assert rig.state() == ("held", 3, 0)
        assert f"register device dev-b in namespace {NAMESPACE}" in rig.said.lines[0]
        assert numbers(server) == [0, 1, 2, 4]


@pytest.mark.parametrize("status", [400, 406, 422])
def test_N9_a_record_that_is_refused(tmp_path: Path, status: int) -> None:
    script = refuse("2", status=status)
    with ScriptedServer(script) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put([DEVICE] * 5)
        rig.run()
        assert rig.state() == ("ok", 0, 1)
        ((_, reason, entry),) = rig.outbox.dead_letters()
    assert number_of(entry) == 2
    assert f"status {status}" in reason
    assert numbers(server) == [0, 1, 2, 3, 4]


def test_N9_all_are_refused(tmp_path: Path) -> None:
    with ScriptedServer([Reply(400)]) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put([DEVICE] * 20)
        rig.run()
        assert rig.state() == ("held", 20, 0)
        assert numbers(server) == [0, 1, 2, 3, 4]


def test_N10_the_url_of_a_get_is_too_long(tmp_path: Path) -> None:
    with (
        ScriptedServer() as server,
        to_server(tmp_path / "o.db", server.url, method="GET") as rig,
    ):
        rig.put(f1="x" * 900, f2="y" * 900, f3="z" * 900, f4="å" * 1000)
        rig.put()
        rig.run()
        assert rig.state() == ("ok", 0, 1)
        ((_, reason, entry),) = rig.outbox.dead_letters()
    assert "GET takes 2048" in reason
    assert dict(entry.fields) == {"f4": "å" * 1000}
    assert {request.query["_ts"] for request in server.requests[:-1]} == {"1800000000.000"}
    names = [name for request in server.requests for name in request.query if name[0] != "_"]
    assert names == ["n1", "f1", "f2", "f3", "n1"]


def test_N10_auto_takes_post_for_what_is_long(tmp_path: Path) -> None:
    with (
        ScriptedServer() as server,
        to_server(tmp_path / "o.db", server.url, method="auto") as rig,
    ):
        rig.put(f1="x" * 3000)
        rig.put()
        rig.run()
        assert rig.state() == ("ok", 0, 0)
    assert [request.method for request in server.requests] == ["POST", "GET"]


def test_N10_a_server_that_takes_less(tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        return Reply(413 if len(request.body) > 300 else 200)

    with ScriptedServer(script) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put(f1="x" * 100, f2="y" * 100, f3="z" * 500, f4="u" * 100)
        rig.put()
        rig.run()
        assert rig.state() == ("ok", 0, 1)
        ((_, reason, entry),) = rig.outbox.dead_letters()
    assert "status 413" in reason
    assert [name for name, _ in entry.fields] == ["f3"]
    stored = [set(request.form) for request in server.requests if len(request.body) <= 300]
    assert set().union(*stored) == {"_key", "_ts", "n1", "f1", "f2", "f4"}


NOW = "Sun, 06 Nov 2033 08:49:37 GMT"
RETRY_AFTER = {
    "120": (120, 122),
    "Sun, 06 Nov 2033 08:59:37 GMT": (600, 602),
    "-5": (1, 2),
    "1e12": (1, 2),
    "999999999999": (3600, 3602),
    "soon": (1, 2),
    "": (1, 2),
}


@pytest.mark.parametrize("text", RETRY_AFTER)
@pytest.mark.parametrize("status", [429, 503])
def test_N11_retry_after(tmp_path: Path, text: str, status: int) -> None:
    replies = [Reply(status, {"Retry-After": text, "Date": NOW}), Reply()]
    with ScriptedServer(replies) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put(["dev-a", "dev-b"])
        rig.run(2 * HOUR_MS)
        assert rig.state() == ("ok", 0, 0)
    least_s, most_s = RETRY_AFTER[text]
    assert 1000 * least_s < rig.waits()[0] < 1000 * (most_s + 1)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504, 520, 522, 524, 599])
def test_N12_the_service_fails_for_a_while(tmp_path: Path, status: int) -> None:
    replies = [*[Reply(status)] * 5, Reply()]
    with ScriptedServer(replies) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put(["dev-a", "dev-b"] * 3)
        rig.run(1000)
        assert rig.state() == ("waiting", 6, 0)
        assert f"status {status}" in rig.status().reason
        rig.run(HOUR_MS)
        assert rig.state() == ("ok", 0, 0)
    for odd in (0, 1):
        own = [number for number in numbers(server)[5:] if number % 2 == odd]
        assert own == [odd, odd + 2, odd + 4]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_N13_a_redirect_is_not_followed(tmp_path: Path, status: int) -> None:
    with ScriptedServer() as other:
        reply = Reply(status, {"Location": f"{other.url}/api/?_key={KEY}"})
        with ScriptedServer([reply]) as server, to_server(tmp_path / "o.db", server.url) as rig:
            rig.put([DEVICE] * 3)
            rig.run(HOUR_MS // 2)
            assert rig.state() == ("held", 3, 0)
            assert other.url in rig.status().reason
            assert not has_key(rig.status().reason)
    assert other.requests == []
    assert set(numbers(server)) == {0}


@pytest.mark.parametrize("page", [{"Content-Type": "text/html"}, {}])
def test_N14_a_sign_in_page_is_no_confirmation(tmp_path: Path, page: dict[str, str]) -> None:
    replies = [*[Reply(200, page, b"<!DOCTYPE html><title>Please sign in</title>")] * 3, Reply()]
    with ScriptedServer(replies) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put([DEVICE] * 3)
        rig.run(1000)
        assert rig.state() == ("waiting", 3, 0)
        assert "sign-in page" in rig.said.lines[0]
        rig.run()
        assert rig.state() == ("ok", 0, 0)
    assert numbers(server) == [0, 0, 0, 0, 1, 2]


@pytest.mark.parametrize("wrong", ["self-signed", "expired", "not yet valid", "wrong host"])
def test_N15_a_certificate_that_is_wrong(tmp_path: Path, wrong: str) -> None:
    authority = tls_certificates.make(host="ca.example")
    certificate = {
        "self-signed": lambda: tls_certificates.make(),
        "expired": lambda: tls_certificates.make(authority, -30, -1),
        "not yet valid": lambda: tls_certificates.make(authority, 1, 30),
        "wrong host": lambda: tls_certificates.make(authority, host="elsewhere.example"),
    }[wrong]()
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    ca = str(tmp_path / "ca.pem")
    with (
        ScriptedServer(tls=certificate.server_context(tmp_path, "server")) as server,
        to_server(tmp_path / "o.db", server.url, ca=ca) as rig,
    ):
        rig.put()
        rig.run(1000)
        assert rig.state() == ("waiting", 1, 0)
        assert "is this machine's clock right?" in rig.said.lines[0]
        assert "It says" not in rig.said.lines[0]
        rig.clock.offset = -rig.clock.ticks  # 1970
        rig.run()
        assert rig.status().reason.endswith(
            "is this machine's clock right? It says 1970-01-01 00:00."
        )
    assert server.requests == []


def test_N15_a_certificate_that_is_right(tmp_path: Path) -> None:
    authority = tls_certificates.make(host="ca.example")
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    certificate = tls_certificates.make(authority)
    with (
        ScriptedServer(tls=certificate.server_context(tmp_path, "server")) as server,
        to_server(tmp_path / "o.db", server.url, ca=str(tmp_path / "ca.pem")) as rig,
    ):
        rig.put([DEVICE] * 3)
        rig.run()
        assert rig.state() == ("ok", 0, 0)
    assert server.connections == 1


def test_N17_a_connection_that_is_closed_after_each_reply(tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        return Reply(close=request.connection % 2 == 0, announce_close=request.connection % 2 == 1)

    with ScriptedServer(script) as server, to_server(tmp_path / "o.db", server.url) as rig:
        rig.put([DEVICE] * 20)
        rig.run()
        assert rig.state() == ("ok", 0, 0)
        assert rig.status().errors == 0
    assert numbers(server) == list(range(20))


def test_N21_a_proxy_and_a_netrc_in_the_environment_are_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("default login someone password canary-pass\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with (
        ScriptedServer() as server,
        to_server(tmp_path / "o.db", server.url, packets=True) as rig,
    ):
        rig.put([DEVICE] * 8, note="a; b")
        rig.put([DEVICE] * 8)
        rig.run()
        assert rig.state() == ("ok", 0, 0)
    assert {request.path for request in server.requests} == {PATH, PACKETS_PATH}
    assert not any("authorization" in request.headers for request in server.requests)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_X1_the_keys_are_told_nowhere(tmp_path: Path, method: str) -> None:
    location = {"Location": f"https://{KEY}.example/?_key={KEY}&legacy_key={LEGACY_KEY}"}
    statuses = (301, 400, 401, 403, 404, 406, 413, 422, 429, 500, 502, 503)
    replies = [Reply(status, location, KEY.encode()) for status in statuses for _ in "12"]
    with (
        ScriptedServer([*replies, Reply()]) as server,
        to_server(tmp_path / "o.db", server.url, method=method, packets=True) as rig,
    ):
        told = ""
        for _ in range(len(replies)):
            rig.put(["dev-a", "dev-b"] * 8)
            rig.run(2 * HOUR_MS)
            told += f"{rig.status()}{rig.settings}{vars(rig.dispatch)}"
        rig.run(24 * HOUR_MS)
        told += "".join(rig.said.lines)
        rig.outbox.sync()
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert any(has_key(request.body + str(request.query).encode()) for request in server.requests)
    assert len(rig.said.lines) > 5
    for text in (told, files):
        assert not has_key(text)
        assert LEGACY_KEY not in str(text)


def packets_of(server: ScriptedServer) -> list[int]:
    """Return how many readings each call for packets held."""
    return [
        len(json.loads(request.form["packets"]))
        for request in server.requests
        if request.path == PACKETS_PATH
    ]


def test_packets_drain_a_backlog(tmp_path: Path) -> None:
    with (
        ScriptedServer() as server,
        to_server(tmp_path / "o.db", server.url, packets=True) as rig,
    ):
        rig.put([DEVICE] * 250)
        rig.run()
        assert rig.state() == ("ok", 0, 0)
        assert rig.status().delivered == 250
        rig.put()
        rig.run()
    assert packets_of(server) == [100, 100, 50]
    assert server.requests[-1].path == PATH  # one reading is no backlog
    assert numbers(server) == list(range(251))
    first = server.requests[0]
    assert first.form["legacy_key"] == LEGACY_KEY
    assert json.loads(first.form["packets"])[:2] == [
        {"uid": DEVICE, "namespace": NAMESPACE, "timestamp": "1800000000.000", "data": "n1=0;"},
        {"uid": DEVICE, "namespace": NAMESPACE, "timestamp": "1800000000.001", "data": "n1=1;"},
    ]


@pytest.mark.parametrize("value", ["a;b", "a=b", 'a"b', "a\nb", "a b", "", "a\\b", "\x00"])
def test_N22_what_a_packet_cannot_carry_goes_alone_in_its_turn(tmp_path: Path, value: str) -> None:
    with (
        ScriptedServer() as server,
        to_server(tmp_path / "o.db", server.url, packets=True) as rig,
    ):
        rig.put([DEVICE] * 10)
        rig.put(text=value)
        rig.put([DEVICE] * 10, text="å/°C")
        rig.run()
        assert rig.state() == ("ok", 0, 0)
    assert numbers(server) == list(range(21))
    assert packets_of(server) == [10, 10]
    assert server.requests[1].form["text"] == value
    assert json.loads(server.requests[2].form["packets"])[0]["data"] == "n1=11;text=å/°C;"


def test_a_packet_of_which_nothing_is_known_goes_again_as_it_was(tmp_path: Path) -> None:
    replies = [Reply(reset=True), Reply(503), Reply()]
    with (
        ScriptedServer(replies) as server,
        to_server(tmp_path / "o.db", server.url, packets=True) as rig,
    ):
        rig.put([DEVICE] * 10)
        rig.run(1000)
        rig.put([DEVICE] * 10)
        rig.run()
        assert rig.state() == ("ok", 0, 0)
    assert packets_of(server) == [10, 10, 10, 10]
    assert len({request.body for request in server.requests[:3]}) == 1


def test_a_packet_that_is_refused_goes_one_by_one(tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        bad = '"n1=3;"' in request.form.get("packets", "") or request.form.get("n1") == "3"
        return Reply(400 if bad else 200)

    with (
        ScriptedServer(script) as server,
        to_server(tmp_path / "o.db", server.url, packets=True) as rig,
    ):
        rig.put([DEVICE] * 120)
        rig.run()
        assert rig.state() == ("ok", 0, 1)
    assert packets_of(server) == [100, 20]
    assert numbers(server)[100:] == list(range(120))


def test_N10_a_packet_that_is_too_large_is_halved(tmp_path: Path) -> None:
    def script(request: Request) -> Reply:
        return Reply(413 if len(request.body) > 3000 else 200)

    with (
        ScriptedServer(script) as server,
        to_server(tmp_path / "o.db", server.url, packets=True) as rig,
    ):
        rig.put([DEVICE] * 60)
        rig.run()
        assert rig.state() == ("ok", 0, 0)
    assert packets_of(server) == [60, 30, 15, 15, 15, 15]


@pytest.mark.parametrize("status", [401, 403, 404, 301])
def test_packets_are_left_where_the_service_has_none(tmp_path: Path, status: int) -> None:
    def script(request: Request) -> Reply:
        return Reply(status if request.path == PACKETS_PATH else 200)

    with (
        ScriptedServer(script) as server,
        to_server(tmp_path / "o.db", server.url, packets=True) as rig,
    ):
        for _ in range(4):
            rig.put([DEVICE] * 10)
            rig.run(HOUR_MS // 2 + 60_000)
        assert rig.state() == ("ok", 0, 0)
    assert packets_of(server) == [10, 10]
    warnings = [line for line in rig.said.lines if "no packets for an hour" in line]
    assert len(warnings) == 2
    assert ("legacy key right" in warnings[0]) == (status in (401, 403))
    stored = [request.form["n1"] for request in server.requests if request.path == PATH]
    assert list(map(int, stored)) == list(range(40))
