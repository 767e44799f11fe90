"""Who may see the dashboard: a session by password, a token for every POST, and known hosts only.

A page of another site can make a browser send requests here. It reads no answer, as no other origin
is allowed to; the session's cookie does not come with them; and a name that such a site points to
this address is none of those that are answered.
"""

import socket
from collections import OrderedDict
from collections.abc import Collection, Mapping
from hmac import compare_digest
from ipaddress import ip_address
from secrets import token_hex
from threading import Lock
from typing import NamedTuple
from urllib.parse import urlsplit

from byteport_agent.attempts import Attempts
from byteport_agent.clock import Clock
from byteport_agent.gateway.passwords import PasswordFile

IDLE_MS = 7 * 86_400_000
_MOST_SESSIONS = 64


class WaitError(Exception):
    """Too many wrong passwords: try again after ``seconds``."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many wrong passwords: wait {seconds} s")
        self.seconds = seconds


class Session(NamedTuple):
    """One log-in: what its cookie holds, and the token for its POSTs."""

    id: str
    token: str


class Access:
    """Sessions are in memory: who is logged in logs in again after a restart.

    So does everybody when the password is another.
    """

    def __init__(
        self, password: PasswordFile, open_here: bool, hosts: Collection[str], clock: Clock
    ) -> None:
        self._password = password
        self._open_here = open_here
        self._hosts = frozenset(hosts)
        self._clock = clock
        self._attempts = Attempts(clock, free=5, longest_ms=900_000, a_minute=30)
        self._sessions: OrderedDict[str, tuple[str, int]] = OrderedDict()  # token, idle until
        self._version = password.version()
        self._lock = Lock()
        self._one_at_a_time = Lock()  # scrypt needs memory

    @property
    def needs_password(self) -> bool:
        return not self._open_here or self._password.is_set()

    @property
    def has_password(self) -> bool:
        return self._password.is_set()

    def knows_host(self, header: str) -> bool:
        """Tell whether a Host header names this gateway."""
        host = _host(header)
        if host is None:
            return False
        try:
            ip_address(host)
        except ValueError:
            return host in self._hosts
        return True  # a browser that was given an address was not led here by a name

    def log_in(self, password: str, address: str) -> Session | None:
        """Return a new session, None for a wrong password; raises WaitError."""
        with self._one_at_a_time:
            if wait_ms := self._attempts.wait_ms(address):
                raise WaitError(-(-wait_ms // 1000))
            if not self._password.matches(password):
                self._attempts.failed(address)
                return None
            self._attempts.passed(address)
        session = Session(token_hex(32), token_hex(32))
        with self._lock:
            self._end_sessions_of_before()
            self._sessions[session.id] = session.token, self._clock.ticks_ms() + IDLE_MS
            if len(self._sessions) > _MOST_SESSIONS:
                self._sessions.popitem(last=False)
        return session

    def log_out(self, cookie: str) -> None:
        with self._lock:
            self._sessions.pop(cookie, None)

    def session(self, cookie: str) -> Session | None:
        """Return the session of a cookie, if there is one, and have it stay."""
        now = self._clock.ticks_ms()
        with self._lock:
            self._end_sessions_of_before()
            token, until = self._sessions.get(cookie, ("", 0))
            if until <= now:
                self._sessions.pop(cookie, None)
                return None
            self._sessions[cookie] = token, now + IDLE_MS
            self._sessions.move_to_end(cookie)
        return Session(cookie, token)

    def _end_sessions_of_before(self) -> None:
        version = self._password.version()
        if version != self._version:
            self._sessions.clear()
            self._version = version

    def may_see(self, cookie: str) -> bool:
        return not self.needs_password or self.session(cookie) is not None


def token_fits(expected: str, given: str) -> bool:
    """Tell whether a POST has its session's token."""
    return bool(expected) and compare_digest(expected.encode(), given.encode())


def same_origin(environ: Mapping[str, str]) -> bool:
    """Tell whether a request comes from a page of this gateway, or from no page at all."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None:
        return environ.get("HTTP_SEC_FETCH_SITE", "none") in ("none", "same-origin")
    return urlsplit(origin).netloc.lower() == environ.get("HTTP_HOST", "").lower()


def own_hosts() -> set[str]:
    """Return the names by which this machine is reached without being told of them."""
    name = socket.gethostname().lower()
    short = name.partition(".")[0]
    return {"localhost", name, short, f"{short}.local"}


def _host(header: str) -> str | None:
    """Return the host of a header, in small letters and without port, None where there is none."""
    try:
        return urlsplit(f"//{header.strip()}").hostname
    except ValueError:
        return None
