"""The way to a service: its name, a connection, and the certificate that it shows.

Each step has a limit of its own; the C library offers none for a look-up, so that has a thread.
Sources: getaddrinfo(3); RFC 5280 §6.1 as OpenSSL counts its failures (x509_vfy.h).
"""

import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any

from byteport.compat_tls import tls_context
from byteport.connection import split_url
from byteport_agent.doctor.clock import time_text
from byteport_agent.doctor.finding import Finding, ok, problem, warning
from byteport_agent.doctor.machine import Machine
from byteport_agent.doctor.tasks import in_time
from byteport_agent.outbox.boot_time import after_release

LOOK_UP_S = 5
CONNECT_S = 10
_FEW_DAYS = 14
_DAY_S = 86_400
_NOT_YET, _EXPIRED = 9, 10
_UNKNOWN_ISSUER = (2, 18, 19, 20, 21)
_OTHER_HOST = (62, 63, 64)

LookUp = Callable[..., list[Any]]


class FoundError(Exception):
    """A step failed: what was found is its finding."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


@dataclass(frozen=True)
class Host:
    """The host of a URL."""

    secure: bool
    name: str
    port: int

    def __str__(self) -> str:
        return f"{self.name}:{self.port}"


def host_of(url: str) -> Host:
    secure, name, port = split_url(url)[0]
    return Host(secure, name.strip("[]"), port)


def look_up(
    subject: str,
    host: Host,
    seconds: float = LOOK_UP_S,
    getaddrinfo: LookUp = socket.getaddrinfo,
) -> list[Any]:
    """Return a host's addresses as getaddrinfo does; raise FoundError."""
    try:
        return in_time(seconds, lambda: getaddrinfo(host.name, host.port, 0, socket.SOCK_STREAM))
    except TimeoutError:
        text = f"the name {host.name} is not found: no answer from a name server in {seconds:g} s"
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "no host can have this name"
        text = f"the name {host.name} is not found: {why}"
    advice = "is the network up, is the name right, does the name server answer?"
    raise FoundError(problem(subject, text, advice, f"ip -br addr; getent ahosts {host.name}"))


def connect(subject: str, host: Host, addresses: list[Any], seconds: float) -> socket.socket:
    """Return a connection to one of the addresses, each tried for its share; raise FoundError."""
    deadline_s = monotonic() + seconds
    why = "no address"
    for number, (family, kind, protocol, _, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        share = (deadline_s - monotonic()) / (len(addresses) - number)
        sock.settimeout(max(share, 0.1))
        try:
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            why = error.strerror or f"no answer in {share:.0f} s"
    advice = "does the service run there, and does no firewall stand between?"
    text = f"no connection to {host}: {why}"
    raise FoundError(problem(subject, text, advice, f"ping -c 3 {host.name}"))


def check_certificate(
    machine: Machine, subject: str, host: Host, sock: socket.socket, ca: str | None
) -> Finding:
    """Return how a host's certificate is; raise FoundError for one that must not be trusted."""
    try:
        context = tls_context(ca, verify=True)
        with context.wrap_socket(sock, server_hostname=host.name) as secure:
            ends = str((secure.getpeercert() or {}).get("notAfter", ""))
    except ssl.SSLCertVerificationError as error:
        raise FoundError(_distrusted(machine, subject, host, error)) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
        text = f"{host} does not speak TLS as it must: {reason}"
        advice = "is https:// right for this host and port?"
        raise FoundError(problem(subject, text, advice)) from None
    return _life(machine, subject, host, ends)


def _life(machine: Machine, subject: str, host: Host, ends: str) -> Finding:
    """Return how long a trusted certificate is good for yet."""
    days = int(ssl.cert_time_to_seconds(ends) - machine.unix_ms() // 1000) // _DAY_S
    text = f"{host.name} has a certificate that is good for {days} more days"
    if days >= _FEW_DAYS:
        return ok(subject, text)
    return warning(subject, text, "whoever runs the service has to renew it")


def _distrusted(
    machine: Machine, subject: str, host: Host, error: ssl.SSLCertVerificationError
) -> Finding:
    """Return why a certificate is not trusted; a wrong clock makes good ones look bad."""
    now = machine.unix_ms()
    text = f"the certificate of {host.name} is not trusted: {error.verify_message}"
    if error.verify_code in (_NOT_YET, _EXPIRED):
        text += f"; this machine's clock says {time_text(now)}"
        if error.verify_code == _NOT_YET or not after_release(now):
            return problem(subject, text, "set the clock", "sudo timedatectl set-ntp true")
        advice = "is the clock right? else whoever runs the service has to renew it"
        return problem(subject, text, advice, "timedatectl")
    if error.verify_code in _OTHER_HOST:
        return problem(subject, text, "write the name that the certificate is for as url")
    if error.verify_code in _UNKNOWN_ISSUER:
        advice = "name its CA's certificate as ca in [[output]], or let the system know it"
        return problem(subject, text, advice, "sudo apt install --reinstall ca-certificates")
    return problem(subject, text, "ask whoever runs the service")
