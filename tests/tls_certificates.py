"""Certificates for tests: a CA, and servers' that are good, expired, early or another host's."""

import datetime
import ipaddress
import ssl
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


@dataclass
class Certificate:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def server_context(self, folder: Path, name: str) -> ssl.SSLContext:
        path = folder / f"{name}.pem"
        path.write_bytes(self.key_pem() + self.pem())
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


def make(
    issuer: Certificate | None = None,
    first_day: int = -1,
    last_day: int = 30,
    host: str = "127.0.0.1",
) -> Certificate:
    """Make a certificate for a host, valid between two days from now; no issuer: self-signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer.certificate.subject if issuer else name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + first_day * DAY)
        .not_valid_after(now + last_day * DAY)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(_names(host), critical=False)
        .add_extension(_usage(ca=issuer is None), critical=True)
        .add_extension(_own_id(key), critical=False)
        .add_extension(_issuers_id(issuer.key if issuer else key), critical=False)
    )
    return Certificate(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def _names(host: str) -> x509.SubjectAlternativeName:
    if host[0].isdigit():
        return x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))])
    return x509.SubjectAlternativeName([x509.DNSName(host)])


def _usage(ca: bool) -> x509.KeyUsage:
    other = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    other += ("encipher_only", "decipher_only")
    flags = dict.fromkeys(other, False)
    return x509.KeyUsage(digital_signature=True, key_cert_sign=ca, crl_sign=ca, **flags)


def _own_id(key: ec.EllipticCurvePrivateKey) -> x509.SubjectKeyIdentifier:
    return x509.SubjectKeyIdentifier.from_public_key(key.public_key())


def _issuers_id(key: ec.EllipticCurvePrivateKey) -> x509.AuthorityKeyIdentifier:
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
