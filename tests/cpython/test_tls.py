"""TLS is checked by default, on CPython and on the MicroPythons that have TLS: nothing is stored at
a server whose certificate is self-signed, expired, not yet valid or another host's."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

import tls_certificates
from byteport import Client
from byteport.errors import SendError
from byteport.http import get
from byteport_mocks.scripted_server import Reply, ScriptedServer
from micropythons import run_micropython
from tls_certificates import Certificate

KEY = "s3cr3tkey"
WITH_TLS = ("micropython", "micropython32")

BOARD_SCRIPT = """
import sys
from byteport import Client
from byteport.errors import SendError
url, ca = sys.argv[1:]
try:
    client = Client("myownspace", "s3cr3tkey", "barDev1", url=url, timeout=10, ca=ca or None)
    client.store({"temperature": 21.5})
    client.store({"temperature": 21.5})
    client.close()
    print("stored")
except SendError as error:
    print(type(error).__name__, error)
"""


@pytest.fixture(scope="module")
def authority() -> Certificate:
    return tls_certificates.make(host="ca.example")


@pytest.fixture(scope="module")
def ca_file(authority: Certificate, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    path.write_bytes(authority.pem())
    return str(path)


@pytest.fixture(params=["cpython", *WITH_TLS])
def send(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[str, str | None], str]:
    """A function that stores twice at a URL and returns "stored" or the error's text."""

    def on_cpython(url: str, ca: str | None) -> str:
        client = Client("myownspace", KEY, "barDev1", url=url, timeout=10, ca=ca)
        try:
            client.store({"temperature": 21.5})
            client.store({"temperature": 21.5})
        except SendError as error:
            return f"{type(error).__name__} {error}"
        finally:
            client.close()
        return "stored"

    def on_a_board(url: str, ca: str | None) -> str:
        script = tmp_path / "board.py"
        script.write_text(BOARD_SCRIPT)
        run = run_micropython(request.param, script, url, ca or "")
        return (run.stdout + run.stderr).strip()

    return on_cpython if request.param == "cpython" else on_a_board


def serve(certificate: Certificate, folder: Path) -> ScriptedServer:
    return ScriptedServer(tls=certificate.server_context(folder, "server"))


def test_a_good_certificate(send, authority, ca_file, tmp_path) -> None:
    # by name: MicroPython's mbedTLS compares no addresses
    certificate = tls_certificates.make(authority, host="localhost")
    with serve(certificate, tmp_path) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        assert send(url, ca_file) == "stored"
    assert len(server.requests) == 2
    assert server.connections == 1


@pytest.mark.parametrize("wrong", ["self-signed", "expired", "not yet valid", "wrong host"])
def test_N15_a_wrong_certificate(send, wrong, authority, ca_file, tmp_path) -> None:
    certificate = {
        "self-signed": lambda: tls_certificates.make(host="localhost"),
        "expired": lambda: tls_certificates.make(authority, -30, -1, host="localhost"),
        "not yet valid": lambda: tls_certificates.make(authority, 1, 30, host="localhost"),
        "wrong host": lambda: tls_certificates.make(authority, host="elsewhere.example"),
    }[wrong]()
    with serve(certificate, tmp_path) as server:
        told = send(server.url.replace("127.0.0.1", "localhost"), ca_file)
    assert server.requests == []
    assert told.startswith("Unreachable ")
    assert "is this machine's clock right" in told
    assert KEY not in told


def test_X3_an_authority_that_nobody_named(send, authority, tmp_path) -> None:
    certificate = tls_certificates.make(authority, host="localhost")
    with serve(certificate, tmp_path) as server:
        told = send(server.url.replace("127.0.0.1", "localhost"), None)
    assert server.requests == []
    assert told.startswith("Unreachable ")


def test_X3_a_ca_file_that_holds_no_certificate(send, authority, tmp_path) -> None:
    junk = tmp_path / "junk.pem"
    junk.write_text("no certificate")
    certificate = tls_certificates.make(authority, host="localhost")
    with serve(certificate, tmp_path) as server:
        told = send(server.url.replace("127.0.0.1", "localhost"), str(junk))
    assert server.requests == []
    assert told.startswith("Unreachable ")


def test_what_tls_has_decrypted_already_is_not_the_next_answer(
    send, authority, ca_file, tmp_path
) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 216\r\n\r\n"
    filling = head + b"x" * 216  # as long as what the client reads at once
    assert len(filling) == 256
    certificate = tls_certificates.make(authority, host="localhost")
    script = [Reply(raw=filling + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), Reply(403)]
    with ScriptedServer(script, tls=certificate.server_context(tmp_path, "server")) as server:
        told = send(server.url.replace("127.0.0.1", "localhost"), ca_file)
    assert told.startswith("Forbidden ")


def test_N3_a_handshake_that_is_never_answered_ends_at_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"https://127.0.0.1:{mute.getsockname()[1]}"
        client = Client("myownspace", KEY, "barDev1", url=url, timeout=0.3)
        with pytest.raises(SendError, match=r"no complete answer within 0\.3 s"):
            client.store({"temperature": 21.5})


def test_X3_plain_http_at_a_tls_port_is_no_success(send, authority, ca_file, tmp_path) -> None:
    certificate = tls_certificates.make(authority, host="localhost")
    with serve(certificate, tmp_path) as server:
        assert send(server.url.replace("https", "http"), ca_file).startswith("Unreachable ")
    assert server.requests == []


def test_X3_tls_at_a_plain_port_is_no_success(send, ca_file) -> None:
    with ScriptedServer() as server:
        told = send(server.url.replace("http", "https"), ca_file)
    assert told.startswith("Unreachable ")
    assert not [request for request in server.requests if request.method in ("GET", "POST")]


def test_X3_content_of_a_ca_file_and_an_explicit_opt_out(authority, ca_file, tmp_path) -> None:
    from byteport.http import Session

    certificate = tls_certificates.make(authority)
    with serve(certificate, tmp_path) as server:
        der = ssl.PEM_cert_to_DER_cert(Path(ca_file).read_text())
        for ca in (Path(ca_file).read_bytes(), der):
            with Session(ca=ca) as session:
                assert session.get(server.url + "/").status_code == 200
        with Session(verify=False) as session:
            assert session.get(server.url + "/").status_code == 200
        with pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            get(server.url + "/")
