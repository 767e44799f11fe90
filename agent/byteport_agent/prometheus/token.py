"""The token that Prometheus sends, if one is set: `Authorization: Bearer TOKEN` (RFC 6750, 2.1)."""

from collections.abc import Mapping
from hmac import compare_digest
from threading import Lock
from typing import Any, NamedTuple

from byteport_agent.attempts import Attempts
from byteport_agent.clock import Clock
from byteport_agent.keys import FoundKey


class Refusal(NamedTuple):
    """An answer to who may not see the figures."""

    status: str
    text: str
    headers: tuple[tuple[str, str], ...] = ()


class MetricsToken:
    """Safe to use from several threads; who tries tokens waits ever longer."""

    def __init__(self, token: FoundKey | None, clock: Clock) -> None:
        self._token = token
        self._lock = Lock()
        self._attempts = Attempts(clock, free=5, longest_ms=60_000, a_minute=600)

    @property
    def is_set(self) -> bool:
        return self._token is not None

    def refusal(self, environ: Mapping[str, Any]) -> Refusal | None:
        """Return why a request is not answered, None where it is, as all are without a token."""
        if self._token is None:
            return None
        given = environ.get("HTTP_AUTHORIZATION", "")
        with self._lock:
            return self._checked(self._token, given, environ.get("REMOTE_ADDR", ""))

    def _checked(self, token: FoundKey, given: str, address: str) -> Refusal | None:
        if wait_ms := self._attempts.wait_ms(address):
            seconds = str(-(-wait_ms // 1000))
            headers = (("Retry-After", seconds),)
            return Refusal("429 Too Many Requests", f"wrong tokens: wait {seconds} s", headers)
        expected = f"Bearer {token.secret.reveal()}".encode()
        if compare_digest(expected, given.encode()):
            self._attempts.passed(address)
            return None
        self._attempts.failed(address)
        text = "the token of [prometheus] is asked for: Authorization: Bearer TOKEN"
        return Refusal("401 Unauthorized", text, (("WWW-Authenticate", "Bearer"),))
