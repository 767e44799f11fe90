"""The certificate that a board trusts: the service's, as this machine trusts it, one in DER."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from byteport_agent.boards.trust import (
    anchor_of,
    certificate_for,
    certificate_in,
    described,
    needs_trust,
)
from byteport_agent.command_errors import CommandError, ConfigurationError
from byteport_mocks.scripted_server import ScriptedServer
from micropythons import INTERPRETERS, run_micropython
from tls_certificates import Certificate, make


@contextmanager
def served(certificate: Certificate, folder: Path) -> Iterator[ScriptedServer]:
    with ScriptedServer(tls=certificate.server_context(folder, "server")) as server:
        yield server


def pem_file(folder: Path, *certificates: Certificate) -> str:
    path = folder / "ca.pem"
    path.write_bytes(b"".join(each.pem() for each in certificates))
    return str(path)


def der(certificate: Certificate) -> bytes:
    return ssl.PEM_cert_to_DER_cert(certificate.pem().decode())


def test_only_https_needs_it() -> None:
    assert needs_trust("https://api.byteport.se")
    assert not needs_trust("http://192.168.1.5:8080")


def test_the_root_that_the_service_does_not_send(tmp_path: Path) -> None:
    ca, other = make(host="CA"), make(host="Other CA")
    with served(make(ca), tmp_path) as server:
        found = certificate_for(server.url, pem_file(tmp_path, other, ca))
    assert found == der(ca)
    assert described(found).startswith("CA, until ")


def test_a_service_that_is_its_own_ca(tmp_path: Path) -> None:
    own = make()
    with served(own, tmp_path) as server:
        assert certificate_for(server.url, pem_file(tmp_path, own)) == der(own)


def test_a_file_may_be_der(tmp_path: Path) -> None:
    ca = make(host="CA")
    path = tmp_path / "ca.der"
    path.write_bytes(der(ca))
    with served(make(ca), tmp_path) as server:
        assert certificate_for(server.url, str(path)) == der(ca)
    assert certificate_in(str(path)) == der(ca)


@pytest.mark.parametrize(
    ("make_one", "told"),
    [
        (lambda ca: make(ca, last_day=-1, first_day=-3), "certificate has expired"),
        (lambda ca: make(ca, host="localhost"), "IP address mismatch"),
        (lambda _: make(make(host="Unknown CA")), "unable to get local issuer certificate"),
    ],
)
def test_a_service_that_is_not_trusted(tmp_path: Path, make_one: object, told: str) -> None:
    ca = make(host="CA")
    with (
        served(make_one(ca), tmp_path) as server,  # type: ignore[operator]
        pytest.raises(CommandError) as error,
    ):
        certificate_for(server.url, pem_file(tmp_path, ca))
    assert told in str(error.value)
    assert "--ca FILE names the one to trust" in str(error.value)


def test_a_service_that_is_not_there() -> None:
    with pytest.raises(CommandError, match="cannot be asked for its certificate: Connection refus"):
        certificate_for("https://127.0.0.1:9")
    with ScriptedServer() as server, pytest.raises(CommandError, match="give --ca FILE --offline"):
        certificate_for(server.url.replace("http:", "https:"))


def test_without_a_connection_one_certificate_is_taken(tmp_path: Path) -> None:
    ca = make(host="CA")
    assert certificate_in(pem_file(tmp_path, ca)) == der(ca)
    with pytest.raises(ConfigurationError, match="has 2 certificates, and a board trusts one"):
        certificate_in(pem_file(tmp_path, ca, make()))


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_file_without_a_certificate(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="holds no certificate, PEM or DER"):
        certificate_in(str(path))
    with pytest.raises(ConfigurationError, match="cannot be read: No such file"):
        certificate_in(str(tmp_path / "none"))


def test_where_a_chain_ends() -> None:
    leaf, middle, root = b"leaf", b"middle", b"root"
    assert anchor_of([leaf, middle, root], [leaf, middle]) == root
    assert anchor_of([leaf, middle, root], [leaf]) == middle  # it must have that one anyway
    assert anchor_of([leaf, root], [leaf, root]) == root


@pytest.mark.parametrize("interpreter", INTERPRETERS[:2])  # the third is built without TLS
def test_a_board_that_trusts_it_stores_and_another_does_not(
    tmp_path: Path, interpreter: str
) -> None:
    ca = make(host="CA")
    script = tmp_path / "store.py"
    script.write_text(
        "import sys\n"
        "from byteport import Client\n"
        "url, ca = sys.argv[1:]\n"
        "Client('myownspace', 'key', 'barDev1', url, ca=ca).store({'temp': 1})\n"
    )
    with served(make(ca, host="localhost"), tmp_path) as server:
        url = server.url.replace("127.0.0.1", "localhost")
        right, wrong = tmp_path / "ca.der", tmp_path / "other.der"
        right.write_bytes(certificate_for(url, pem_file(tmp_path, ca)))
        wrong.write_bytes(der(make(host="CA")))
        run = run_micropython(interpreter, script, url, right)
        assert run.returncode == 0, run.stdout + run.stderr
        assert run_micropython(interpreter, script, url, wrong).returncode == 1
    assert len(server.requests) == 1
