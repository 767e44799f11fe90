"""A user's session where only CPython, or a special server, can show it."""

import json
import logging
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tls_certificates
from byteport.compat_json import joined
from byteport.errors import SendError, Unreachable
from byteport.pieces import PointContent
from byteport.session import UserSession
from byteport.time_range import moment_text
from byteport_mocks.byteport_server import ByteportServer
from byteport_mocks.scripted_server import Reply, Request, ScriptedServer
from micropythons import TESTS, run_micropython

DOCUMENT = json.loads((TESTS / "vectors" / "document_answers.json").read_text())
PASSWORD = "canary-p4ss/+=&%"
COOKIES = ("csrftoken=canary-token; Path=/", "sessionid=canary-session; HttpOnly")


def as_byteport(request: Request) -> Reply:
    """Log anybody in, and answer the document's time series to whoever is."""
    if request.path.endswith("/login/") and request.method == "GET":
        return Reply(headers={"Set-Cookie": COOKIES[0]})
    if request.path.endswith("/login/"):
        assert request.form["password"] == PASSWORD
        return Reply(headers={"Set-Cookie": COOKIES[1]})
    if "canary-session" not in request.headers.get("cookie", ""):
        return Reply(403)
    return Reply(body=json.dumps(DOCUMENT["time_series"]).encode())


# TLS

BOARD_SCRIPT = """
import sys
from byteport.errors import SendError
from byteport.session import UserSession
url, ca, password = sys.argv[1:]
session = UserSession(url, timeout=10, ca=ca)
try:
    session.login("me", password)
    answer = session.time_series("system", "ferdinand", "est_ports", minutes=3)
    print([point["v"] for point in answer["data"]["ts_data"]])
except SendError as error:
    print(type(error).__name__, error)
session.close()
"""


def on_cpython(url: str, ca: str) -> str:
    with UserSession(url, timeout=10, ca=ca) as session:
        try:
            session.login("me", PASSWORD)
            answer = session.time_series("system", "ferdinand", "est_ports", minutes=3)
            return str([point["v"] for point in answer["data"]["ts_data"]])
        except SendError as error:
            return f"{type(error).__name__} {error}"


@pytest.fixture(params=["cpython", "micropython", "micropython32"])
def read(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, str], str]:
    """A function that logs in at a URL, reads a series, and returns its values or the error."""

    def on_a_board(url: str, ca: str) -> str:
        (tmp_path / "board.py").write_text(BOARD_SCRIPT)
        run = run_micropython(request.param, tmp_path / "board.py", url, ca, PASSWORD)
        return (run.stdout + run.stderr).strip()

    return on_cpython if request.param == "cpython" else on_a_board


@pytest.mark.parametrize("wrong", ["", "expired", "wrong host"])
def test_passwords_go_to_no_one_who_cannot_show_a_certificate(
    read: Callable[[str, str], str], wrong: str, tmp_path: Path
) -> None:
    authority = tls_certificates.make(host="ca.example")
    (tmp_path / "ca.pem").write_bytes(authority.pem())
    certificate = {
        "": lambda: tls_certificates.make(authority, host="localhost"),
        "expired": lambda: tls_certificates.make(authority, -30, -1, host="localhost"),
        "wrong host": lambda: tls_certificates.make(authority, host="elsewhere.example"),
    }[wrong]()
    context = certificate.server_context(tmp_path, "server")
    with ScriptedServer(as_byteport, tls=context) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        told = read(url, str(tmp_path / "ca.pem"))
    if wrong:
        assert told.startswith("Unreachable ")
        assert server.requests == []
    else:
        assert told == "[118, 118, 118]"
        assert [request.method for request in server.requests] == ["GET", "POST", "GET"]
        assert server.requests[2].headers["cookie"].count("canary-") == 2
    assert "canary" not in told


# Secrets


@pytest.mark.parametrize("status", [302, 400, 401, 403, 404, 406, 429, 500, 503])
def test_neither_password_nor_cookies_nor_key_are_told(
    status: int, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    script = [Reply(headers={"Set-Cookie": COOKIES[0]}), Reply(status, {"Location": "/canary"})]
    told = ""
    with ScriptedServer(script) as server:
        session = UserSession(server.url, key="canary-key")
        for call in (
            lambda: session.login("me", PASSWORD),
            lambda: session.time_series("system", "ferdinand", "est_ports"),
            lambda: session.send_message("system", "ferdinand", "hello"),
        ):
            with pytest.raises(SendError) as caught:
                call()
            error = caught.value
            told += "".join(traceback.format_exception(error)) + repr([error, error.__dict__])
        told += repr(session)
        session.close()
    assert PASSWORD in server.requests[1].form.values()
    told += caplog.text + "".join(capfd.readouterr())
    for secret in (PASSWORD, quote_plus(PASSWORD), "canary-token", "canary-session", "canary-key"):
        assert secret not in told


# The document's answers


def test_the_documents_time_series() -> None:
    with ScriptedServer(as_byteport) as server, UserSession(server.url) as session:
        session.login("me", PASSWORD)
        place = ("system", "ferdinand", "est_ports")
        assert session.time_series(*place, minutes=3) == DOCUMENT["time_series"]
        points: list[Any] = []
        meta = session.each_point(points.append, *place, minutes=3)
    assert points == DOCUMENT["time_series"]["data"]["ts_data"]
    assert meta == DOCUMENT["time_series"]["data"]["ts_meta"]


@pytest.mark.parametrize("cut_at", range(20, 720, 97))
def test_an_answer_that_is_cut_off_is_none(cut_at: int) -> None:
    body = json.dumps(DOCUMENT["time_series"]).encode()
    reply = Reply(body=body, cut_at=cut_at)
    with ScriptedServer([reply]) as server, UserSession(server.url) as session:
        place = ("system", "ferdinand", "est_ports")
        with pytest.raises(Unreachable):
            session.time_series(*place)
        with pytest.raises(Unreachable):
            session.each_point(lambda _: None, *place)


def test_a_post_is_sent_once_though_the_connection_closes_without_an_answer() -> None:
    replies = [Reply(body=b"[]"), Reply(reset=True), Reply(body=b"[]")]
    with ScriptedServer(replies) as server, UserSession(server.url) as session:
        session.namespaces()
        with pytest.raises(Unreachable):
            session.send_message("system", "ferdinand", "hello")
    assert [request.method for request in server.requests] == ["GET", "POST"]


# Any content

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    points=st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=4), max_size=5),
    path=st.text(max_size=20),
    size=st.integers(1, 64),
    ascii_only=st.booleans(),
)
def test_points_in_any_pieces(points: list[Any], path: str, size: int, ascii_only: bool) -> None:
    meta = {"path": path, "len": len(points)}
    answer = {"meta": {"path": path}, "data": {"ts_data": points, "ts_meta": meta}}
    text = json.dumps(answer, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    if b"\xed" in text:
        return  # half a surrogate pair, which is no character
    found: list[Any] = []
    content = PointContent(found.append, 1 << 20)
    for at in range(0, len(text), size):
        content.extend(text[at : at + size])
    assert found == points
    assert content.ts_meta() == meta


@given(text=st.text())
def test_json_with_its_pairs_joined_is_the_same(text: str) -> None:
    assert json.loads(joined(json.dumps(text).encode())) == text


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31)))
def test_times(moment: datetime) -> None:
    told = moment_text(moment)
    assert told is not None
    assert datetime.fromisoformat(told.ljust(26, "0") if "." in told else told) == moment
    assert moment_text(moment.replace(tzinfo=UTC)) == told


def test_a_session_used_by_several_threads() -> None:
    from threading import Thread

    found: list[int] = []
    with ByteportServer() as server, UserSession(server.url) as session:
        session.login("admin", "admin")

        def work(number: int) -> None:
            for _ in range(10):
                assert session.echo(n=number) == {"n": str(number)}
            found.append(number)

        threads = [Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(found) == list(range(6))
