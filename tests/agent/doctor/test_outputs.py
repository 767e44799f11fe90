"""The way to a service, against real servers on loopback: names, connections, TLS, answers."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from time import monotonic

import pytest
from config_rig import parsed, sensor, write_keys
from doctor_rig import Rig, only

import tls_certificates
from byteport_agent.clock import unix_ms
from byteport_agent.doctor.answer import check_answer
from byteport_agent.doctor.finding import Finding
from byteport_agent.doctor.network import FoundError, Host, connect, host_of, look_up
from byteport_agent.doctor.outputs import OutputChecks
from byteport_mocks.scripted_server import Reply, ScriptedServer
from tls_certificates import Certificate

Check = Callable[..., list[Finding]]
NAME = Host(True, "api.example", 443)


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check outputs at some URLs, as `doctor` does."""
    write_keys(tmp_path)
    rig = Rig(tmp_path / "machine")
    rig.now_ms = unix_ms()

    def run(*urls: str, ca: str = "", more: str = "") -> list[Finding]:
        lines = f'ca = "{ca}"\n' * bool(ca) + more
        outputs = "".join(
            f'[[output]]\ntype = "byteport"\nname = "out{n}"\nurl = "{url}"\n{lines}\n'
            for n, url in enumerate(urls)
        )
        text = sensor('driver = "system"').replace('[[output]]\ntype = "byteport"\n', "")
        configuration = parsed(text + outputs, tmp_path)
        return list(OutputChecks(rig.machine, configuration).findings())

    return run


@pytest.fixture(scope="module")
def authority() -> Certificate:
    return tls_certificates.make(host="ca.example")


@pytest.fixture(scope="module")
def ca_file(authority: Certificate, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(authority.pem())
    return str(path)


@contextmanager
def serving(certificate: Certificate, folder: Path) -> Iterator[ScriptedServer]:
    with ScriptedServer(tls=certificate.server_context(folder, "server")) as server:
        yield server


def test_all_is_well(check: Check) -> None:
    with ScriptedServer() as server:
        first, second = check(server.url)
    assert (first.mark, second.mark, first.subject) == ("ok", "ok", "out0")
    assert second.text.startswith(f"{server.url} takes readings of myownspace.greenhouse-1, ")
    (request,) = server.requests
    assert request.form == {"_key": "c4nary-device"}  # a heartbeat: no field is stored


@pytest.mark.parametrize(
    ("reply", "mark", "text", "advice"),
    [
        (Reply(401), "problem", "status 401", "put the key of namespace myownspace"),
        (Reply(403), "problem", "status 403", "put the key of namespace myownspace"),
        (Reply(404), "problem", "status 404", "register the device 'greenhouse-1' in it"),
        (Reply(406), "problem", "status 406", "check uid in [device]"),
        (Reply(429, {"Retry-After": "9"}), "warning", "status 429", "send less often"),
        (Reply(500), "warning", "status 500", "readings wait and are sent when it is back"),
        (Reply(503), "warning", "status 503", "readings wait and are sent when it is back"),
        (
            Reply(301, {"Location": "https://new.example/x?_key=1"}),
            "problem",
            "https://new.example",
            "write that address as url of this output",
        ),
        (
            Reply(200, {"Content-Type": "text/html"}, b"<html>Welcome to the hotel"),
            "problem",
            "sign-in page",
            "open a page in a browser on this network",
        ),
        (Reply(cut_at=5), "problem", "cut off", "does the service run there"),
    ],
)
def test_N13_N14_each_answer_says_what_to_do(
    check: Check, reply: Reply, mark: str, text: str, advice: str
) -> None:
    with ScriptedServer([reply]) as server:
        _, finding = check(server.url)
    assert finding.mark == mark
    assert text in finding.text
    assert advice in finding.advice
    assert "_key" not in finding.text


def test_where_the_key_goes(check: Check, tmp_path: Path) -> None:
    with ScriptedServer([Reply(403)]) as server:
        _, finding = check(server.url)
    paste = f"tee {tmp_path}/byteport.key >/dev/null    # paste the key, Enter, Ctrl-D"
    assert finding.command in (paste, f"sudo {paste}")  # where it is not one's own


@pytest.mark.parametrize("method", ["POST", "GET"])
@pytest.mark.parametrize("status", [200, 301, 403, 404, 429, 500])
def test_X1_no_key_is_found(check: Check, status: int, method: str) -> None:
    with ScriptedServer([Reply(status)]) as server:
        findings = check(server.url, more=f'method = "{method}"')
        assert "c4nary" in server.requests[0].path + str(server.requests[0])
    assert "c4nary" not in repr(findings)


def test_N2_nobody_listens(check: Check) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    finding = only(check(f"http://127.0.0.1:{port}"))
    assert finding.mark == "problem"
    assert finding.text == f"no connection to 127.0.0.1:{port}: Connection refused"


def test_N3_a_service_that_never_answers_has_a_limit(check: Check) -> None:
    with ScriptedServer([Reply(hang=True)]) as server:
        start_s = monotonic()
        *_, finding = check(server.url, more='timeout = "200ms"')
        assert monotonic() - start_s < 10
    assert "no complete answer within 0.2 s" in finding.text
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes a connection, speaks no TLS
        url = f"https://127.0.0.1:{server.getsockname()[1]}"
        finding = only(check(url, more='timeout = "200ms"'))
    assert "does not speak TLS as it must: " in finding.text


def test_N1_a_name_server_that_does_not_answer_has_a_limit() -> None:
    end = Event()
    with pytest.raises(FoundError) as failure:
        look_up("out", NAME, 0.05, lambda *_: end.wait() and [])
    end.set()
    finding = failure.value.finding
    assert finding.text == (
        "the name api.example is not found: no answer from a name server in 0.05 s"
    )
    assert finding.command == "ip -br addr; getent ahosts api.example"


@pytest.mark.parametrize(
    "error",
    [
        socket.gaierror(-2, "Name or service not known"),
        UnicodeError("label too long"),
    ],
)
def test_N1_a_name_that_is_not_found(error: Exception) -> None:
    def failing(*_: object) -> list[object]:
        raise error

    with pytest.raises(FoundError, match=r"^the name api\.example is not found: \w+"):
        look_up("out", NAME, 5, failing)


def test_N16_every_address_is_tried() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        stream = (socket.AF_INET, socket.SOCK_STREAM, 0, "")
        addresses = [(*stream, closed.getsockname()), (*stream, ("127.0.0.1", port))]
        connect("out", NAME, addresses, 5).close()
        with pytest.raises(FoundError, match=r"no connection to api\.example:443: no address"):
            connect("out", NAME, [], 5)


def test_hosts_of_urls() -> None:
    assert host_of("https://api.example") == NAME
    assert host_of("http://[::1]:8080") == Host(False, "::1", 8080)


def test_N15_a_certificate_that_is_trusted(
    check: Check, authority: Certificate, ca_file: str, tmp_path: Path
) -> None:
    with serving(tls_certificates.make(authority), tmp_path) as server:
        first, second = check(server.url, ca=ca_file)
    assert (first.mark, second.mark) == ("ok", "ok")
    text = r"127\.0\.0\.1 has a certificate that is good for (29|30) more days"
    assert re.fullmatch(text, first.text)
    ending = tls_certificates.make(authority, last_day=5)
    with serving(ending, tmp_path) as server:
        first, second = check(server.url, ca=ca_file)
    assert (first.mark, second.mark) == ("warning", "ok")
    assert re.search(r"good for [45] more days", first.text)


@pytest.mark.parametrize(
    ("days", "host", "text", "advice"),
    [
        ((-9, -1), "127.0.0.1", "expired; this machine's clock says 20", "is the clock right?"),
        ((1, 9), "127.0.0.1", "not yet valid; this machine's clock says 20", "set the clock"),
        ((-1, 9), "127.0.0.2", "IP address mismatch", "write the name that the certificate is"),
    ],
)
def test_N15_a_certificate_that_is_not(
    check: Check,
    authority: Certificate,
    ca_file: str,
    tmp_path: Path,
    days: tuple[int, int],
    host: str,
    text: str,
    advice: str,
) -> None:
    with serving(tls_certificates.make(authority, *days, host), tmp_path) as server:
        finding = only(check(server.url, ca=ca_file))
        assert server.requests == []
    assert finding.mark == "problem"
    assert text in finding.text
    assert finding.advice.startswith(advice)


def test_N15_X3_a_certificate_that_nobody_trusts(check: Check, tmp_path: Path) -> None:
    with serving(tls_certificates.make(), tmp_path) as server:
        finding = only(check(server.url))
        assert server.requests == []
    assert "self-signed certificate" in finding.text
    assert finding.advice.startswith("name its CA's certificate as ca in [[output]]")


def test_a_clock_that_is_not_the_services(tmp_path: Path) -> None:
    write_keys(tmp_path)
    configuration = parsed(sensor('driver = "system"'), tmp_path)
    (output,) = configuration.outputs
    rig = Rig(tmp_path)
    date = {"Date": "Mon, 21 Sep 2026 15:13:20 GMT"}
    with ScriptedServer([Reply(200, date), Reply(404, date), Reply(200, {"Date": "x"})]) as server:
        object.__setattr__(output, "url", server.url)
        for mark in ("ok", "problem"):  # it says the time whatever it answers
            answer, clock = check_answer(rig.machine, configuration.device, output)
            assert (answer.mark, clock.mark, clock.subject) == (mark, "problem", "clock")
            assert clock.text.startswith(f"is 3600 s behind that of {server.url}")
        assert len(list(check_answer(rig.machine, configuration.device, output))) == 1


def test_several_outputs_are_checked_at_once_and_told_in_order(check: Check) -> None:
    both = Event()
    arrived: list[str] = []

    def answer(request: object) -> Reply:
        arrived.append("")
        if len(arrived) == 2:
            both.set()
        assert both.wait(20)  # neither is answered before both have asked
        return Reply(200)

    with ScriptedServer(answer) as one, ScriptedServer(answer) as two:
        findings = check(one.url, two.url)
    assert [each.subject for each in findings] == ["out0", "out0", "out1", "out1"]
