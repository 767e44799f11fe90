"""The gateway through real clients: curl, this project's Client, and raw sockets."""

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, place, post, raw
from gateway_rig import GatewayRig
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport import Client
from byteport.errors import InvalidValue, Refused, Rejected
from byteport_agent.clock import SystemClock
from byteport_agent.gateway.server import Server
from byteport_agent.stopping import StopSignal
from curl import curl

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
def test_client_stores_by_every_method(
    method: str, new_client: NewClient, gateway: GatewayRig
) -> None:
    client = new_client(method=method)
    client.store({"temp": 21.5, "on": True, "count": 3}, timestamp=1410613385.123)
    client.log("All systems nominal", "warn")
    client.heartbeat(device="6000")
    first, second = gateway.stored()
    assert first.fields == (("temp", "21.5"), ("on", "True"), ("count", "3"))
    assert first.ts_ms == 1410613385123
    assert second.messages == (("warn", "All systems nominal"),)
    assert gateway.gateway.devices.knows("6000")


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_F4_odd_text_comes_back_exactly(
    text: str, new_client: NewClient, gateway: GatewayRig
) -> None:
    new_client(method="auto").store({"note": text, "error": text})
    (stored,) = gateway.stored()
    assert stored.fields == (("note", text),)
    assert stored.messages == (("error", text),)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> "object":
    rig = GatewayRig(tmp_path_factory.mktemp("shared"))
    client = Client(NAMESPACE, KEY, DEVICE, rig.url, "auto")
    yield client, rig
    client.close()
    rig.close()


texts = st.text(st.characters(exclude_categories=["Cs"]))
names = st.text("abcXYZ019-_:", min_size=2, max_size=32).filter(lambda name: name[0] not in "-_")


levels = ("debug", "info", "warn", "error")


@settings(deadline=None, max_examples=100, database=None)
@given(
    fields=st.dictionaries(names, texts, min_size=1, max_size=5),
    ts_ms=st.integers(0, 99999999999999),
)
def test_F4_any_text_comes_back_exactly(
    shared: "tuple[Client, GatewayRig]", fields: dict[str, str], ts_ms: int
) -> None:
    client, rig = shared
    device = f"dev-{len(rig.stored())}"  # so that none has a time that is taken
    client.store(fields, timestamp=f"{ts_ms // 1000}.{ts_ms % 1000:03d}", device=device)
    stored = rig.stored()[-1]
    assert stored.device == device
    assert dict(stored.fields) == {k: v for k, v in fields.items() if k not in levels}
    assert dict(stored.messages) == {k: v for k, v in fields.items() if k in levels}
    assert stored.ts_ms == ts_ms


def test_what_waitress_refuses_is_one_line_too(gateway: GatewayRig) -> None:
    status, content = curl("-H", f"X-Long: {'x' * 9000}", place(gateway))
    assert status == 431
    assert content == "Request Header Fields Too Large: exceeds max_header of 8192\n"
    answer = raw(gateway, b"NOT HTTP AT ALL\r\n\r\n")
    assert answer.startswith(b"HTTP/1.0 400 Bad Request")
    assert answer.partition(b"\r\n\r\n")[2].count(b"\n") == 1
    status, content = post(place(gateway), "x" * 300_000)
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


def test_many_clients_at_once(gateway: GatewayRig) -> None:
    def store_some(device: str) -> None:
        client = Client(NAMESPACE, KEY, device, gateway.url)
        for number in range(25):
            client.store({"count": number})
        client.close()

    threads = [threading.Thread(target=store_some, args=(f"dev{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored = gateway.stored()
    assert len(stored) == 200
    for number in range(8):
        counts = [each.fields[0][1] for each in stored if each.device == f"dev{number}"]
        assert counts == [str(count) for count in range(25)]


def test_stop_is_clean_while_clients_are_connected(tmp_path: Path) -> None:
    rig = GatewayRig(tmp_path)
    rig.close()
    before = threading.active_count(), len(os.listdir("/proc/self/fd"))
    rig.start(rig.text)
    url = rig.url
    client = Client(NAMESPACE, KEY, DEVICE, url)
    client.heartbeat()
    rig.close()
    client.close()
    assert (threading.active_count(), len(os.listdir("/proc/self/fd"))) == before
    with pytest.raises(ConnectionRefusedError):
        raw(Gone(url), b"")


class Gone(NamedTuple):
    url: str


def test_a_server_that_never_started_gives_its_port_back() -> None:
    clock, log = SystemClock(StopSignal()), logging.getLogger("byteport_agent.test")
    server = Server(("127.0.0.1", 0), lambda *_: (), lambda _: None, clock, log)
    url = server.url
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        raw(Gone(url), b"")


def test_X1_its_reprs_have_no_key(gateway: GatewayRig) -> None:
    parts = [gateway.gateway, gateway.agent, gateway.gateway.web]
    assert KEY not in "".join(repr(part) + repr(vars(part)) for part in parts)
    assert KEY not in repr(gateway.agent.configuration)
