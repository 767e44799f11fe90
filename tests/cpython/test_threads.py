"""One client used from several threads: nobody gets another's answer, nor an error of our own."""

import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from byteport import Client
from byteport.errors import SendError
from byteport.http_clients import ByteportClientException, ByteportHttpClient
from byteport_mocks.scripted_server import Reply, Request, ScriptedServer

CALLS = 100


@pytest.fixture(autouse=True)
def many_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def refuse_bad(request: Request) -> Reply:
    return Reply(403 if "bad" in request.body.decode() else 200)


def told(call: Callable[[str], None], error: type[Exception]) -> set[tuple[str, str]]:
    """Call with good and bad in two threads each; return what came of either."""
    results: set[tuple[str, str]] = set()

    def work(kind: str) -> None:
        for _ in range(CALLS):
            try:
                call(kind)
                results.add((kind, "stored"))
            except error as caught:
                results.add((kind, type(caught).__name__))

    threads = [threading.Thread(target=work, args=(kind,)) for kind in ("good", "bad") * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_stores() -> None:
    with ScriptedServer(refuse_bad) as server:
        client = Client("myownspace", "key", "barDev1", url=server.url)
        results = told(lambda kind: client.store({"text": kind}), SendError)
        client.close()
    assert results == {("good", "stored"), ("bad", "Forbidden")}


def test_packets() -> None:
    with ScriptedServer(refuse_bad) as server:
        client = ByteportHttpClient(byteport_api_hostname=server.url)
        results = told(
            lambda kind: client.store_packets([{"data": kind}], "key"), ByteportClientException
        )
        client.close()
    assert results == {("good", "stored"), ("bad", "ByteportClientForbiddenException")}


def test_close_while_another_stores() -> None:
    def work(kind: str) -> None:
        if kind == "good":
            client.store({"text": kind})
        else:
            client.close()

    with ScriptedServer() as server:
        client = Client("myownspace", "key", "barDev1", url=server.url)
        assert told(work, SendError) == {("good", "stored"), ("bad", "stored")}
        client.close()
