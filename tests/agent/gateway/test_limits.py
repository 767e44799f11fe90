"""What hostile or broken clients can draw out of the gateway, while a board goes on storing."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from agent_rig import DEVICE, KEY, NAMESPACE, QUOTED_KEY, place, post, raw
from gateway_rig import GatewayRig

from byteport_agent.gateway import listening, server
from waiting import wait_for

HEAD = f"POST /api/v1/timeseries/{NAMESPACE}/{DEVICE}/ HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture
def hasty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayRig]:
    """A gateway that waits for nobody longer than a second."""

    class Hasty(server.Server):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments, request_s=1.0, idle_s=1.0)  # type: ignore[arg-type]

    monkeypatch.setattr(listening, "Server", Hasty)
    rig = GatewayRig(tmp_path)
    yield rig
    rig.close()


def connected(gateway: GatewayRig) -> socket.socket:
    parts = urlsplit(gateway.url)
    return socket.create_connection((parts.hostname, parts.port), timeout=20)


def boards_can_store(gateway: GatewayRig) -> None:
    assert post(place(gateway), f"_key={QUOTED_KEY}&temp=1") == (200, "")


def test_X5_ten_thousand_wrong_keys_are_hardly_compared(
    gateway: GatewayRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared: list[str] = []
    matches = type(gateway.agent.configuration.device.key.secret).matches
    monkeypatch.setattr(
        "byteport_agent.keys.Secret.matches",
        lambda self, text: (compared.append(text), matches(self, text))[1],
    )
    answers: dict[int, int] = {}
    with connected(gateway) as attacker:
        reader = attacker.makefile("rb")
        for number in range(10_000):
            body = f"_key=guess-{number}"
            attacker.sendall(f"{HEAD}Content-Length: {len(body)}\r\n\r\n{body}".encode())
            status, length = 0, 0
            while (line := reader.readline()) != b"\r\n":
                if line.startswith(b"HTTP/1.1 "):
                    status = int(line.split()[1])
                elif line.lower().startswith(b"content-length: "):
                    length = int(line.split()[1])
            reader.read(length)
            answers[status] = answers.get(status, 0) + 1
        reader.close()
    assert answers.keys() == {403, 429}
    assert len(compared) == answers[403] < 20


def test_X5_a_wrong_key_and_an_unknown_device_get_the_same_answer(tmp_path: Path) -> None:
    text = 'only_listed = true\n[[gateway.device]]\nuid = "listed"\nkey = "its-own"\n'
    gateway = GatewayRig(tmp_path, text)
    wrong = [post(place(gateway, uid), "_key=wrong&temp=1") for uid in ("listed", "unlisted")]
    wrong.append(post(place(gateway, "listed", "elsewhere"), "_key=wrong&temp=1"))
    assert wrong == [(403, "the key is wrong or missing\n")] * 3
    texts = [problem["text"] for problem in gateway.gateway.problems()["problems"]]
    assert "3 calls with a wrong key since the start, the last from 127.0.0.1" in texts
    assert post(place(gateway, "listed"), f"_key={QUOTED_KEY}&temp=1")[0] == 403
    assert post(place(gateway, "listed"), "_key=its-own&temp=1")[0] == 200
    assert post(place(gateway, "unlisted"), "_key=its-own&temp=1")[0] == 403
    gateway.close()


def test_X5_a_right_key_of_an_unlisted_device_is_told_what_is_missing(tmp_path: Path) -> None:
    text = 'only_listed = true\n[[gateway.device]]\nuid = "listed"\n'
    gateway = GatewayRig(tmp_path, text)
    assert post(place(gateway, "listed"), f"_key={QUOTED_KEY}&temp=1")[0] == 200
    status, content = post(place(gateway, "other"), f"_key={QUOTED_KEY}&temp=1")
    assert (status, content) == (404, "device 'other' is not registered at this gateway\n")
    gateway.close()


def test_X8_no_more_devices_than_were_allowed(tmp_path: Path) -> None:
    gateway = GatewayRig(tmp_path, "max_devices = 3\n")
    statuses = [post(place(gateway, f"dev{n}"), f"_key={QUOTED_KEY}&temp=1")[0] for n in range(5)]
    assert statuses == [200, 200, 200, 404, 404]
    assert post(place(gateway, "dev1"), f"_key={QUOTED_KEY}&temp=2")[0] == 200
    gateway.close()


def test_X8_a_gigabyte_is_refused_before_it_is_read(gateway: GatewayRig) -> None:
    with connected(gateway) as client:
        client.sendall(f"{HEAD}Content-Length: {1 << 30}\r\n\r\n".encode())
        answer = client.recv(4096)
    assert answer.startswith(b"HTTP/1.1 413 ")
    boards_can_store(gateway)


def test_X8_a_gigabyte_in_chunks_is_cut_off(gateway: GatewayRig) -> None:
    sent, chunk = 0, b"8000\r\n" + b"x" * 0x8000 + b"\r\n"
    with connected(gateway) as client:
        client.sendall(f"{HEAD}Transfer-Encoding: chunked\r\n\r\n".encode())
        try:
            while sent < 1 << 30:
                client.sendall(chunk)
                sent += len(chunk)
        except OSError:
            pass
    assert sent < 32 << 20  # what the sockets' buffers hold
    boards_can_store(gateway)


def test_X8_an_endless_head_is_cut_off(gateway: GatewayRig) -> None:
    answer = raw(gateway, HEAD.encode() + b"X: y\r\n" * 1400)
    assert answer.startswith(b"HTTP/1.0 431 ")


def test_X9_half_a_thousand_idle_sockets_shut_nobody_out(gateway: GatewayRig) -> None:
    with ExitStack() as stack:
        for number in range(500):
            idle = stack.enter_context(connected(gateway))
            if number % 2:
                idle.sendall(HEAD[: number % len(HEAD)].encode())
        begin = time.monotonic()
        boards_can_store(gateway)
        assert gateway.ask("GET", "/api/status").status == 200
        assert time.monotonic() - begin < 10
        connections = gateway.agent.status()["gateway"]["connections"]
        assert connections <= server.MOST_CONNECTIONS


@pytest.mark.parametrize("start", [HEAD, f"{HEAD}Content-Length: 1000\r\n\r\n", ""])
def test_X9_a_request_that_comes_byte_by_byte_is_cut_off(hasty: GatewayRig, start: str) -> None:
    with connected(hasty) as slow:
        slow.sendall(start.encode())
        begin = time.monotonic()
        try:
            while time.monotonic() - begin < 20:
                slow.sendall(b"x")
                time.sleep(0.05)
        except OSError:
            pass
        assert time.monotonic() - begin < 15
    boards_can_store(hasty)


def test_X9_who_does_not_take_an_answer_is_cut_off(hasty: GatewayRig) -> None:
    hasty.store("dev-1", note="x" * 60_000)
    with connected(hasty) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        for _ in range(200):
            deaf.sendall(
                b"GET /api/value?device=dev-1&field=note HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
            )
        wait_for(lambda: hasty.agent.status()["gateway"]["connections"] == 0)
    boards_can_store(hasty)


def test_X9_a_kept_connection_that_does_nothing_is_closed(hasty: GatewayRig) -> None:
    with connected(hasty) as client:
        body = f"_key={QUOTED_KEY}&temp=1"
        client.sendall(f"{HEAD}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        assert client.recv(4096).startswith(b"HTTP/1.1 200 OK")
        assert client.recv(4096) == b""


def test_the_key_is_needed_for_every_packet(tmp_path: Path) -> None:
    gateway = GatewayRig(tmp_path, '[[gateway.device]]\nuid = "listed"\nkey = "its-own"\n')
    packet = '{"namespace":"myownspace","uid":"%s","timestamp":"1800000000","data":"temp=1;"}'
    form = {"packets": f"[{packet % 'dev-1'},{packet % 'listed'}]", "legacy_key": KEY}
    assert gateway.ask("POST", "/api/legacy/packets/timeseries/", form).status == 403
    assert gateway.stored() == []
    gateway.close()
