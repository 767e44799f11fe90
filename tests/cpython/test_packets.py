"""Packets: what they carry, how they look, and that what nobody confirmed is an error."""

import json

import pytest

from byteport.errors import RateLimited, Refused, Rejected, SendError, Unreachable
from byteport.http import Session
from byteport.packets import PATH, carries, packet, store_packets
from byteport_mocks.scripted_server import Reply, ScriptedServer

KEY = "l3gacy/+=&%"


@pytest.mark.parametrize("value", ["21.5", "-1e9", "up", "å/°C", "a:b,c", "100%", "a&b+c", "True"])
def test_what_a_packet_carries(value: str) -> None:
    assert carries([("temp", "1"), ("info:x", value)])
    made = packet("myownspace", "6000", 1337666777123, [("f1", "10"), ("f2", value)])
    assert made == {
        "uid": "6000",
        "namespace": "myownspace",
        "timestamp": "1337666777.123",
        "data": f"f1=10;f2={value};",
    }


@pytest.mark.parametrize(
    "value", ["", " ", "a b", "a;b", "a=b", '"a"', "it's", "a\\b", "a\n", "\0"]
)
def test_N22_what_a_packet_does_not_carry(value: str) -> None:
    assert not carries([("temp", "1"), ("text", value)])


@pytest.mark.parametrize("name", ["debug", "info", "warn", "error", "n", "_ts", "a.b", "-a", "å1"])
def test_log_messages_and_wrong_names_are_not_carried(name: str) -> None:
    assert not carries([(name, "1")])


def test_one_call_for_many_and_the_same_bytes_again() -> None:
    packets = [packet("myownspace", "6000", 1000 * n, [("f1", f"{n}")]) for n in range(100)]
    with ScriptedServer() as server, Session() as session:
        store_packets(session, server.url, packets, KEY)
        store_packets(session, server.url, json.dumps(packets), KEY)
    first, second = server.requests
    assert (first.method, first.path, first.body) == ("POST", PATH, second.body)
    assert first.form["legacy_key"] == KEY
    assert json.loads(first.form["packets"]) == packets


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(403), Refused),
        (Reply(301), Refused),
        (Reply(400), Rejected),
        (Reply(413), Rejected),
        (Reply(429, {"Retry-After": "7"}), RateLimited),
        (Reply(500), Unreachable),
        (Reply(204), Unreachable),
        (Reply(cut_at=20), Unreachable),
        (Reply(reset=True), Unreachable),
        (Reply(200, {"Content-Type": "text/html"}, b"x"), Unreachable),
        (Reply(200, {}, b"<html>"), Unreachable),
    ],
)
def test_what_nobody_confirmed_is_an_error(reply: Reply, error: type[SendError]) -> None:
    with (
        ScriptedServer([reply]) as server,
        Session() as session,
        pytest.raises(error) as raised,
    ):
        store_packets(session, server.url, [], KEY)
    assert KEY not in str(raised.value)
    if reply.status == 429:
        assert raised.value.retry_after == 7


def test_N5_a_call_ends_at_its_deadline() -> None:
    with (
        ScriptedServer([Reply(drip_s=0.05)]) as server,
        Session() as session,
        pytest.raises(Unreachable, match=r"within 0\.2 s"),
    ):
        store_packets(session, server.url, [], KEY, timeout=0.2)
