"""The one certificate that a board trusts: taken from the service, as this machine trusts it.

A board has no store of CAs, and some of its ports read one DER certificate only. It is the issuer
that the service does not send itself: mostly the root, which lasts for many years.
"""

import re
import socket
import ssl
from typing import Any
from urllib.parse import urlsplit

from byteport_agent.command_errors import CommandError, ConfigurationError

_TIMEOUT_S = 15
_PORTS = {"https": 443, "mqtts": 8883}  # of the schemes that use TLS
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)


def needs_trust(url: str) -> bool:
    """Tell whether a board that sends there must trust a certificate."""
    return urlsplit(url).scheme in _PORTS


def certificate_for(url: str, ca_file: str | None = None) -> bytes:
    """Connect to a service, which must pass this machine's check, and return what to trust, as DER.

    With a file, its certificates are trusted instead of this machine's.
    """
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    context = ssl.create_default_context(cadata=_as_pem(ca_file) if ca_file else None)
    try:
        with (
            socket.create_connection((host, port), _TIMEOUT_S) as connection,
            context.wrap_socket(connection, server_hostname=host) as stream,
        ):
            return anchor_of(*_chains(stream))
    except ssl.SSLCertVerificationError as error:
        whom = "the file of --ca or ca does" if ca_file else "this machine does"
        raise CommandError(
            f"{host}: {error.verify_message}: {whom} not trust its certificate: --ca FILE names "
            "the one to trust"
        ) from None
    except OSError as error:  # SSLError is one
        raise CommandError(
            f"{host} cannot be asked for its certificate: {error.strerror or error}: go online, or "
            "give --ca FILE --offline"
        ) from None


def anchor_of(verified: list[bytes], sent: list[bytes]) -> bytes:
    """Return the first of a chain, its end at the root, that the service does not send."""
    missing = [each for each in verified if each not in sent]
    return missing[0] if missing else verified[-1]


def certificate_in(ca_file: str) -> bytes:
    """Return the only certificate in a file, as DER; raise ConfigurationError for several."""
    found = _certificates(ca_file)
    if len(found) > 1:
        raise ConfigurationError(
            f"{ca_file} has {len(found)} certificates, and a board trusts one: without --offline "
            "the right one is found"
        )
    return found[0]


def described(certificate: bytes) -> str:
    """Return whose a certificate is and until when, as far as that can be read."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=certificate)
    for each in context.get_ca_certs():
        subject: Any = each.get("subject", ())
        names = {key: value for part in subject for key, value in part}
        name = names.get("commonName") or names.get("organizationName") or "a CA"
        return f"{name}, until {each.get('notAfter')}"
    return "the service's own certificate"


def _chains(stream: ssl.SSLSocket) -> tuple[list[bytes], list[bytes]]:
    """Return the chain as it was verified, from the service's to the root, and as it was sent."""
    public: Any = stream if hasattr(stream, "get_verified_chain") else stream._sslobj  # type: ignore[attr-defined]
    return _der(public.get_verified_chain()), _der(public.get_unverified_chain())


def _der(certificates: Any) -> list[bytes]:
    """Return certificates as bytes: before Python 3.13 they are objects."""
    der = 2  # _ssl.ENCODING_DER
    return [
        each if isinstance(each, bytes) else each.public_bytes(der) for each in certificates or ()
    ]


def _as_pem(ca_file: str) -> str:
    return "".join(map(ssl.DER_cert_to_PEM_cert, _certificates(ca_file)))


def _certificates(ca_file: str) -> list[bytes]:
    try:
        with open(ca_file, "rb") as file:
            content = file.read(4_000_000)
        found = [ssl.PEM_cert_to_DER_cert(each.decode()) for each in _PEM.findall(content)]
        found = found or [content]
        for each in found:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=each)
    except OSError as error:
        if isinstance(error, ssl.SSLError):
            raise ConfigurationError(f"{ca_file} holds no certificate, PEM or DER") from None
        raise ConfigurationError(f"{ca_file} cannot be read: {error.strerror}") from None
    except ValueError:
        raise ConfigurationError(f"{ca_file} holds no certificate, PEM or DER") from None
    return found
