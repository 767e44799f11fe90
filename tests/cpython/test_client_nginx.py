"""The client, on CPython and on a board's interpreter, against a real nginx."""

from collections.abc import Callable
from pathlib import Path

import pytest

from byteport import Client, errors, meaning
from micropythons import INTERPRETERS, run_micropython
from nginx import Nginx

KEY = "s3cr3tkey"
BOARD_SCRIPT = """
import sys
from byteport import Client
from byteport.errors import SendError
client = Client("myownspace", "s3cr3tkey", "barDev1", url=sys.argv[1], timeout=10)
for _ in range(int(sys.argv[2])):
    try:
        client.store({"temperature": 21.5, "text": "x" * int(sys.argv[3])})
        print("stored")
    except SendError as error:
        print(type(error).__name__)
"""
LOG_BY_CONNECTION = "log_format by_connection '$connection $status $request_length';"
LOG = "access_log {folder}/access.log by_connection;"


def on_cpython(url: str, calls: int, size: int) -> list[str]:
    client = Client("myownspace", KEY, "barDev1", url=url, timeout=10)
    told = []
    for _ in range(calls):
        try:
            client.store({"temperature": 21.5, "text": "x" * size})
            told.append("stored")
        except errors.SendError as error:
            told.append(type(error).__name__)
    client.close()
    return told


@pytest.fixture(params=["cpython", *INTERPRETERS])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., list[str]]:
    """A function that stores a text of some size at a URL, a number of times over."""

    def on_a_board(url: str, calls: int, size: int) -> list[str]:
        (tmp_path / "board.py").write_text(BOARD_SCRIPT)
        run = run_micropython(request.param, tmp_path / "board.py", url, str(calls), str(size))
        assert run.returncode == 0, run.stderr
        return run.stdout.split()

    return on_cpython if request.param == "cpython" else on_a_board


def test_one_connection_for_many_calls(stores) -> None:
    with Nginx(f"{LOG} return 200;", LOG_BY_CONNECTION) as nginx:
        assert stores(nginx.url, 20, 10) == ["stored"] * 20
        assert nginx.connections() == 1


def test_N17_connections_that_nginx_closes_after_two_requests(stores) -> None:
    server = "location / { keepalive_requests 2; proxy_pass http://answers_200; " + LOG + "}"
    with Nginx(server, LOG_BY_CONNECTION) as nginx:
        assert stores(nginx.url, 10, 10) == ["stored"] * 10
        assert nginx.connections() == 5


def test_a_body_larger_than_the_limit(stores) -> None:
    # nginx answers before it has read the body, and closes
    server = "location / { client_max_body_size 1k; proxy_pass http://answers_200; }"
    with Nginx(server) as nginx:
        assert stores(nginx.url, 2, 100) == ["stored"] * 2
        assert stores(nginx.url, 2, 200000) == ["TooLarge"] * 2


@pytest.mark.parametrize(
    ("server", "told"),
    [
        ("location / { proxy_pass http://127.0.0.1:1; }", "BadGateway"),
        ("return 301 https://elsewhere.example$request_uri;", "Redirected"),
        ("return 308 https://elsewhere.example$request_uri;", "Redirected"),
        ("return 403;", "Forbidden"),
        ("return 404;", "DeviceNotFound"),
        ("return 444;", "Unreachable"),
        ("default_type text/html; return 200 '<html>Please sign in</html>';", "Unreachable"),
        ("limit_except GET { deny all; } proxy_pass http://answers_200;", "Forbidden"),
        ("proxy_pass http://answers_200;", "stored"),
        ("gzip on; return 200;", "stored"),
        ("default_type text/html; return 200 '';", "stored"),
        ("chunked_transfer_encoding on; return 200;", "stored"),
    ],
)
def test_what_nginx_answers(server: str, told: str) -> None:
    with Nginx(f"location / {{ {server} }}" if "location" not in server else server) as nginx:
        assert on_cpython(nginx.url, 2, 10) == [told] * 2


def test_get_that_is_too_long_for_nginx() -> None:
    with Nginx("large_client_header_buffers 1 1k; return 200;") as nginx:
        client = Client("myownspace", KEY, "barDev1", url=nginx.url, method="GET")
        client.store({"text": "short"})
        with pytest.raises(errors.Rejected) as caught:
            client.store({"text": "x" * 1500})
        client.close()
    assert caught.value.status == 414
    assert type(caught.value) is not meaning.TooLarge
    assert KEY not in str(caught.value)
