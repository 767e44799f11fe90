"""Live updates: twenty dashboards and more, each a socket and no thread, and one that is deaf."""

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from urllib.parse import urlsplit

from gateway_rig import GatewayRig

from byteport_agent.gateway import live
from waiting import wait_for


class Stream:
    """An EventSource; each event is (name, data)."""

    def __init__(self, rig: GatewayRig) -> None:
        parts = urlsplit(rig.url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        self._connection.request("GET", "/api/live")
        self.answer = self._connection.getresponse()

    def next(self, wanted: str) -> Any:
        """Return the data of the next event with that name."""
        name = ""
        while True:
            line = self.answer.readline().decode()
            assert line, "the stream has ended"
            line = line.rstrip("\n")
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: ") and name == wanted:
                return json.loads(line.removeprefix("data: "))

    def close(self) -> None:
        self.answer.close()
        self._connection.close()


@contextmanager
def streams(rig: GatewayRig, count: int) -> Iterator[list[Stream]]:
    with ExitStack() as stack:
        found = [Stream(rig) for _ in range(count)]
        for each in found:
            stack.callback(each.close)
        yield found


def test_a_value_arrives_at_twenty_dashboards_and_takes_no_thread(gateway: GatewayRig) -> None:
    before = threading.active_count()
    with streams(gateway, 20) as dashboards:
        for each in dashboards:
            assert each.answer.getheader("Content-Type") == "text/event-stream"
            assert each.next("hello")["now_ms"] > 0
        wait_for(lambda: gateway.agent.status()["gateway"]["dashboards"] == 20)
        assert threading.active_count() == before
        gateway.store("dev-1", temp="21.5", note="a\nb", warn="look\r\nout")
        for each in dashboards:
            (temp, note) = each.next("values")["values"]
            assert (temp[:3], note[:3]) == (["dev-1", "temp", "21.5"], ["dev-1", "note", "a\nb"])
            message = each.next("message")
            assert (message["level"], message["text"]) == ("warn", "look\r\nout")
        assert gateway.get("/api/status").status == 200  # while all of them are open
    wait_for(lambda: gateway.agent.status()["gateway"]["dashboards"] == 0)


def test_problems_and_status_come_at_once_and_when_they_change(
    gateway: GatewayRig, monkeypatch: Any
) -> None:
    with streams(gateway, 1) as (dashboard,):
        assert dashboard.next("problems")["problems"] == []
        assert dashboard.next("status")["gateway"]["state"] == "ok"
        silent = [("dev-1", "nothing for 1 h", 5)]
        monkeypatch.setattr(gateway.gateway.devices, "silent", lambda _: silent)
        (problem,) = dashboard.next("problems")["problems"]
        assert (problem["what"], problem["since_ms"]) == ("device dev-1", 5)


def test_many_values_of_a_field_between_two_rounds_are_one(gateway: GatewayRig) -> None:
    with streams(gateway, 1) as (dashboard,):
        dashboard.next("status")
        for number in range(20):
            gateway.store("dev-1", _ts=1_800_000_000 + number, count=number)
        rows = []
        while not rows or rows[-1][2] != "19":
            rows += dashboard.next("values")["values"]
        assert len(rows) < 20
        assert [row[3] for row in rows] == sorted(row[3] for row in rows)


def test_X9_one_that_takes_nothing_is_let_go(gateway: GatewayRig) -> None:
    parts = urlsplit(gateway.url)
    with socket.create_connection((parts.hostname, parts.port)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.sendall(b"GET /api/live HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        wait_for(lambda: len(gateway.gateway.live) == 1)
        (channel,) = gateway.gateway.live._followers
        while channel.stream(b"x" * 60_000):
            pass
        assert channel.total_outbufs_len < 1 << 18  # type: ignore[attr-defined]
        gateway.store("dev-1", temp=1)
        wait_for(lambda: len(gateway.gateway.live) == 0)
        wait_for(lambda: gateway.agent.status()["gateway"]["connections"] == 0)


def test_two_threads_never_send_of_one_stream_at_once(gateway: GatewayRig) -> None:
    with streams(gateway, 1) as (dashboard,):
        dashboard.next("status")
        channel: Any = gateway.gateway.live._followers[0]
        sent: list[str] = []
        channel._flush_some = lambda do_close: sent.append(threading.current_thread().name)
        with channel.outbuf_lock:
            other = threading.Thread(target=channel.handle_write, name="other")
            other.start()
            other.join()
            assert "other" not in sent
        del channel._flush_some


def test_X9_no_more_than_so_many(gateway: GatewayRig, monkeypatch: Any) -> None:
    monkeypatch.setattr(live, "MOST_FOLLOWERS", 2)
    with streams(gateway, 2) as dashboards:
        for each in dashboards:
            each.next("hello")
        wait_for(lambda: len(gateway.gateway.live) == 2)
        answer = gateway.get("/api/live")
        assert (answer.status, answer.headers["retry-after"]) == (503, "30")
    answer = gateway.get("/api/status")
    assert answer.status == 200


def test_a_status_that_fails_does_not_end_the_stream(gateway: GatewayRig, monkeypatch: Any) -> None:
    with streams(gateway, 1) as (dashboard,):
        dashboard.next("status")
        monkeypatch.setattr(gateway.gateway.live, "_problems", lambda: 1 / 0)
        gateway.store("dev-1", temp="1")
        assert dashboard.next("values")["values"][0][2] == "1"
