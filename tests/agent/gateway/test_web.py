"""Who may see the dashboard's data: passwords, sessions, tokens, hosts; what gets past none."""

import json
import logging
import os
import re
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from agent_rig import KEY
from gateway_rig import GatewayRig
from hypothesis import given, settings
from hypothesis import strategies as st

from byteport.errors import Refused
from byteport.meaning import LoginFailed
from byteport.session import UserSession
from byteport_agent.gateway.passwords import PasswordFile
from byteport_agent.service.logs import LogFormatter

Command = Callable[..., "subprocess.CompletedProcess[str]"]
PASSWORD = "correct horse å"
GETS = (
    "/", "/api/status", "/api/problems", "/api/devices", "/api/value", "/api/series",
    "/api/sparklines", "/api/messages", "/api/export.csv", "/api/live",
    "/api/v1/timeseries/myownspace/dev-1/temp/",
)  # fmt: skip


@pytest.fixture
def closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[GatewayRig]:
    """A gateway with a password, cheap to check."""
    monkeypatch.setattr("byteport_agent.gateway.passwords._COST", (2, 8, 1))
    PasswordFile(str(tmp_path / "gateway.password")).set(PASSWORD)
    rig = GatewayRig(tmp_path)
    rig.store("dev-1", temp=1)
    yield rig
    rig.close()


def token(rig: GatewayRig) -> str:
    return str(rig.get("/api/session").json()["csrf"])


def log_in(rig: GatewayRig, password: str = PASSWORD, **headers: str) -> int:
    headers.setdefault("X_CSRFToken", token(rig))
    return rig.ask("POST", "/api/login", {"password": password}, **headers).status


@pytest.mark.parametrize("path", GETS)
def test_X10_nothing_is_told_before_the_log_in(closed: GatewayRig, path: str) -> None:
    answer = closed.get(path)
    if path == "/":
        assert (answer.status, answer.headers["location"].endswith("/login")) == (303, True)
    else:
        assert (answer.status, answer.text) == (401, "log in first\n")


def test_log_in_and_log_out(closed: GatewayRig) -> None:
    assert closed.get("/api/session").json()["logged_in"] is False
    assert log_in(closed) == 200
    assert closed.get("/api/session").json()["logged_in"] is True
    assert closed.get("/api/status").status == 200
    kept = dict(closed.cookies)
    assert closed.ask("POST", "/api/logout", {}, X_CSRFToken=token(closed)).status == 200
    closed.cookies = kept
    assert closed.get("/api/status").status == 401  # the cookie itself is worth nothing any more


def test_another_password_ends_every_session(closed: GatewayRig, tmp_path: Path) -> None:
    file = PasswordFile(str(tmp_path / "gateway.password"))
    assert log_in(closed) == 200
    file.set("another one")
    assert closed.get("/api/status").status == 401
    assert log_in(closed) == 403
    assert log_in(closed, "another one") == 200
    assert closed.get("/api/status").status == 200


def test_boards_need_no_session(closed: GatewayRig) -> None:
    assert closed.store("dev-2", temp=2).status == 200


def test_byteports_own_way_to_log_in(closed: GatewayRig) -> None:
    closed.get("/api/v1/login/")
    form = {
        "username": "anybody",
        "password": PASSWORD,
        "csrfmiddlewaretoken": closed.cookies["csrftoken"],
    }
    assert closed.ask("POST", "/api/v1/login/", {**form, "password": "wrong one"}).status == 403
    assert closed.ask("POST", "/api/v1/login/", form, Referer=f"{closed.url}/").status == 200
    assert "sessionid" in closed.cookies
    assert closed.get("/api/v1/timeseries/myownspace/dev-1/temp/").status == 200
    closed.get("/api/v1/logout/")
    assert closed.get("/api/status").status == 401


def test_the_projects_own_session_reads_here(closed: GatewayRig) -> None:
    with UserSession(closed.url) as session:
        with pytest.raises(Refused):
            session.time_series("myownspace", "dev-1", "temp")
        with pytest.raises(LoginFailed):
            session.login("anybody", "wrong password")
        session.login("anybody", PASSWORD)
        answer = session.time_series("myownspace", "dev-1", "temp", hours=1)
        assert [point["v"] for point in answer["data"]["ts_data"]] == [1]
        session.logout()
        with pytest.raises(Refused):
            session.time_series("myownspace", "dev-1", "temp")


def test_the_history_command_reads_here(closed: GatewayRig, command: Command) -> None:
    (closed.directory / "password").write_text(PASSWORD)
    (closed.directory / "password").chmod(0o600)
    place = ("--namespace", "myownspace", "--url", closed.url, "--since", "1h")
    login = ("--user", "anybody", "--password-file", str(closed.directory / "password"))
    run = command("history", "dev-1", "temp", *place, *login, "--csv")
    assert (run.returncode, run.stderr) == (0, "")
    head, row = run.stdout.splitlines()
    assert (head, row.split(",")[1]) == ("time,value", "1")


def test_X5_wrong_passwords_wait_ever_longer(closed: GatewayRig) -> None:
    statuses = [log_in(closed, "wrong password") for _ in range(8)]
    assert statuses == [403] * 5 + [429] * 3
    answer = closed.ask("POST", "/api/login", {"password": PASSWORD}, X_CSRFToken=token(closed))
    assert answer.status == 429
    assert 1 <= int(answer.headers["retry-after"]) <= 2


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X_CSRFToken": "0" * 64},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
    ],
)
def test_X10_a_forged_post_does_nothing(closed: GatewayRig, headers: dict[str, str]) -> None:
    if set(headers) & {"Origin", "Sec_Fetch_Site"}:
        headers = {**headers, "X_CSRFToken": token(closed)}
    else:
        token(closed)
    answer = closed.ask("POST", "/api/login", {"password": PASSWORD}, **headers)
    assert answer.status == 403
    assert "sessionid" not in closed.cookies
    assert log_in(closed) == 200
    headers = {**headers, "Cookie": f"sessionid={closed.cookies['sessionid']}"}
    assert closed.ask("POST", "/api/logout", {}, **headers).status == 403
    assert closed.get("/api/status").status == 200


def test_X10_a_token_of_before_the_log_in_is_none_after_it(closed: GatewayRig) -> None:
    before = token(closed)
    log_in(closed)
    assert closed.ask("POST", "/api/logout", {}, X_CSRFToken=before).status == 403


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200), ("127.0.0.1:8080", 200), ("[::1]:8080", 200), ("192.0.2.1", 200),
        ("localhost", 200), ("LOCALHOST:80", 200), ("pi.example.org", 200), ("evil.example", 403),
        ("pi.example.org.evil.example", 403), ("", 403), ("[::1", 403), ("evil@localhost", 200),
        ("127.0.0.1.evil.example", 403), ("a" * 5000, 403),
    ],
)  # fmt: skip
def test_X10_only_known_names_are_answered(tmp_path: Path, host: str, status: int) -> None:
    rig = GatewayRig(tmp_path, 'hosts = ["PI.example.org"]\n')
    assert rig.ask("GET", "/api/status", Host=host).status == status
    form = {"_key": KEY, "temp": "1"}
    path = "/api/v1/timeseries/myownspace/dev-1/"
    assert rig.ask("POST", path, form, Host=host).status == 200  # the key is what counts there
    rig.close()


def test_X10_no_other_origin_may_read(gateway: GatewayRig) -> None:
    answer = gateway.ask("GET", "/api/devices", Origin="http://evil.example")
    assert not [name for name in answer.headers if name.startswith("access-control")]


def test_X7_every_answer_forbids_what_a_page_does_not_need(gateway: GatewayRig) -> None:
    gateway.store("dev-1", note="<script>alert(1)</script>")
    for path in (*GETS[:-2], "/nothing/here", "/api/session"):
        headers = gateway.get(path).headers
        assert "default-src 'self'" in headers["content-security-policy"], path
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["cache-control"] == "no-store"
        assert headers["content-type"].startswith("text/html") == (path == "/")
    answer = gateway.get("/api/value", device="dev-1", field="note")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["value"] == "<script>alert(1)</script>"


def test_cookies_are_for_this_site_alone(gateway: GatewayRig) -> None:
    (cookie,) = re.findall(
        r"csrftoken=\w+; (.*)", gateway.get("/api/session").headers["set-cookie"]
    )
    assert cookie == "HttpOnly; Path=/; SameSite=strict"


CORPUS = (
    "/../../../../etc/passwd", "/..%2f..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/agent.toml",
    "//etc/passwd", "/static/..\\..\\agent.toml", "/api/../../byteport.key", "/api/v1/../",
    "/api/v1/timeseries/myownspace/..%2fbyteport.key/temp/", "/byteport.key", "/agent.toml",
    "/api/v1/timeseries/myownspace/dev'%20OR%20'1'='1/temp/", "/outbox.db", "/history.db",
    "/api/value?device=dev-1&field=temp'%20UNION%20SELECT%20*%20FROM%20series--",
    "/api/messages?device=x'%20OR%201=1--", "/api/export.csv?device=%00", "/%00", "/%0d%0aX:%20y",
)  # fmt: skip


@pytest.mark.parametrize("path", CORPUS)
def test_X6_no_path_or_question_reaches_a_file_or_the_sql(gateway: GatewayRig, path: str) -> None:
    gateway.store("dev-1", temp=1, info="hello")
    answer = gateway.ask("GET", path)
    assert answer.status in (200, 400, 404)
    assert KEY not in answer.text
    assert "root:" not in answer.text
    if answer.status == 200:
        assert answer.text in ('{"messages":[]}', "time,device,field,value\r\n")
    assert gateway.store("dev-1", temp=2).status == 200


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayRig]:
    rig = GatewayRig(tmp_path_factory.mktemp("shared"))
    rig.store("dev-1", temp=1)
    yield rig
    rig.close()


paths = st.text(st.characters(codec="ascii", exclude_characters=" \r\n\x00\x7f", min_codepoint=33))


@settings(deadline=None, max_examples=100, database=None)
@given(
    st.one_of(paths, paths.map(lambda text: f"api/{text}"), paths.map(lambda t: f"api/value?{t}"))
)
def test_X6_any_path_gets_an_answer(shared: GatewayRig, path: str) -> None:
    answer = shared.ask("GET", f"/{path}")
    assert answer.status < 500, answer.text


def answer_to(rig: GatewayRig, request: bytes) -> bytes:
    """Return what comes back until the gateway closes, which it does after the last request."""
    parts = urlsplit(rig.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=10) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        answer = b""
        while data := client.recv(65536):
            answer += data
    return answer


@settings(deadline=None, max_examples=100, database=None)
@given(st.binary(max_size=200), st.binary(max_size=100))
def test_X6_any_bytes_get_an_answer_or_none(shared: GatewayRig, head: bytes, body: bytes) -> None:
    start = b"POST /api/v1/timeseries/myownspace/dev-1/ HTTP/1.1\r\nHost: x\r\n"
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    for request in (head + b"\r\n\r\n", start + length + body):
        assert b" 500 " not in answer_to(shared, request)[:20]
    assert shared.store("dev-1", temp=1).status == 200


def test_X11_nothing_that_is_sent_can_end_a_line_of_the_log(
    gateway: GatewayRig, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = "\r\n2026-01-01 00:00:00 error: forged\x1b[2J"
    monkeypatch.setattr(gateway.gateway.web, "app", lambda *_: 1 / 0)
    gateway.ask("GET", "/api/x%0d%0aforged%1b%5b2J")
    gateway.store("dev-1", note=evil, error=evil)
    gateway.ask("POST", "/api/v1/timeseries/x%0d%0ay/z/", {"_key": KEY})
    shown = [LogFormatter().format(record) for record in caplog.records]
    assert any("forged" in line for line in shown)
    for line in shown:
        assert line.isprintable(), line
        assert "\\r\\n" in line or "forged" not in line


def test_X11_a_name_in_a_refusal_cannot_end_its_line(gateway: GatewayRig) -> None:
    for path in ("/api/v1/timeseries/a%0d%0ab/dev-1/", "/api/v1/timeseries/myownspace/a%0d%0ab/"):
        answer = gateway.ask("POST", path, {"_key": KEY, "temp": "1"})
        assert (answer.status, answer.text.count("\n")) in ((404, 1), (406, 1))


def test_a_gateway_that_others_reach_is_closed_until_a_password_is_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("byteport_agent.gateway.gateway.is_loopback", lambda _: False)
    monkeypatch.setattr("byteport_agent.gateway.passwords._COST", (2, 8, 1))
    rig = GatewayRig(tmp_path)
    assert rig.get("/api/session").json()["password"] is True
    assert rig.get("/api/status").status == 401
    assert log_in(rig, "") == 403
    assert rig.store("dev-1", temp=1).status == 200
    texts = [problem["text"] for problem in rig.gateway.problems()["problems"]]
    assert texts == ["the dashboard is closed: 'byteport-agent set-password' sets a password"]
    PasswordFile(str(tmp_path / "gateway.password")).set(PASSWORD)
    assert log_in(rig) == 200
    assert rig.get("/api/problems").json()["problems"] == []
    rig.close()


def test_X4_the_hash_is_for_its_user_alone_and_shows_nothing(tmp_path: Path) -> None:
    path = tmp_path / "gateway.password"
    os.umask(os.umask(0))
    PasswordFile(str(path)).set(PASSWORD)
    content = path.read_text()
    assert path.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"scrypt\$8192\$8\$10\$[\w+/=]{24}\$[\w+/=]{44}\n", content)
    assert PasswordFile(str(path)).matches(PASSWORD)
    assert not PasswordFile(str(path)).matches(PASSWORD + "x")
    assert os.listdir(tmp_path) == ["gateway.password"]
    path.write_text("scrypt$1$2")
    assert not PasswordFile(str(path)).matches("")
    assert not PasswordFile(str(tmp_path / "none")).matches("")


def test_logging_of_waitress_goes_where_the_agents_does(gateway: GatewayRig) -> None:
    assert json.dumps(gateway.agent.status())
    assert logging.getLogger("waitress").propagate is False
