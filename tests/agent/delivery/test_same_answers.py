"""An answer that is not read again leaves behind what reading it would have."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from byteport.compat import ticks_ms
from byteport.connection import Connection, split_url
from byteport_agent.delivery.same_answers import SameAnswers
from byteport_mocks.scripted_server import Reply, ScriptedServer

REQUEST = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
OK = Reply(headers={"Date": "Thu, 26 Nov 2026 04:38:31 GMT", "Connection": "keep-alive"})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: "
ANSWERS = {
    "another second": Reply(headers={"Date": "Thu, 26 Nov 2026 04:38:32 GMT"}),
    "a refusal": Reply(400, body=b"no"),
    "a refusal without content": Reply(403),
    "content": Reply(body=b"stored"),
    "a page": Reply(headers={"Content-Type": "text/html"}, body=b"<p>Sign in</p>"),
    "a head that says page": Reply(headers={"Content-Type": "text/html"}),
    "closed": Reply(close=True),
    "closed, as it says": Reply(announce_close=True),
    "in pieces": Reply(drip_s=0.0005),
    "chunks": Reply(raw=HEAD[:17] + b"Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"),
    "more than one": Reply(raw=(HEAD + b"0\r\n\r\n") * 2),
    "longer than the buffer": Reply(headers={"Server": "s" * 300}),
    "longer than the buffer, with content": Reply(headers={"Server": "s" * 300}, body=b"ok"),
}


def results(kind: type[Connection], replies: list[Reply]) -> Iterator[tuple[object, ...]]:
    with ScriptedServer(replies) as server:
        connection = kind(split_url(server.url)[0])
        with closing(connection):
            for _ in replies:
                status = connection.exchange(REQUEST, ticks_ms() + 20_000)
                yield status, bytes(connection.content), connection.headers, connection.html
        yield (server.connections,)


@pytest.mark.parametrize("name", ANSWERS)
def test_it_is_as_if_all_had_been_read(name: str) -> None:
    answer = ANSWERS[name]
    replies = [OK, OK, answer, OK, OK, answer, answer, answer, OK]
    assert list(results(SameAnswers, replies)) == list(results(Connection, replies))


def test_the_same_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read, reads = Connection._read, []

    def counted(self: Connection) -> int:
        reads.append(1)
        return read(self)

    monkeypatch.setattr(Connection, "_read", counted)
    assert [status for status, *_ in results(SameAnswers, [OK] * 20)] == [200] * 20 + [1]
    assert len(reads) == 2  # the first comes on a new connection, which nobody has waited at


def test_the_beginning_of_the_same_is_not_the_same() -> None:
    short, long = HEAD + b"0\r\n\r\n", HEAD + b"0\r\nServer: s\r\n\r\n"
    replies = [Reply(raw=one) for one in (short, short, short, long, short, long, long)]
    assert list(results(SameAnswers, replies)) == list(results(Connection, replies))
