"""What the agent's tests are made of: key, names, a server that answers as told, virtual time."""

import http.client
import os
import socket
from pathlib import Path
from typing import Protocol
from urllib.parse import quote, quote_plus, urlsplit

from byteport_mocks.scripted_server import Reply, Request, ScriptedServer


class Place(Protocol):
    """Where something is stored."""

    @property
    def url(self) -> str: ...


KEY = "canary-k3y/+=&%"
QUOTED_KEY = quote_plus(KEY)
_FORMS = (KEY, quote(KEY, safe=""), QUOTED_KEY)
NAMESPACE = "myownspace"
DEVICE = "barDev1"
RIGS = Path(__file__).parent
CONFIGURED = ("BYTEPORT_KEY", "CREDENTIALS_DIRECTORY")


def has_key(text: str | bytes) -> bool:
    """Tell whether the key stands in something, in any form that it is sent in."""
    data = text.encode() if isinstance(text, str) else text
    return any(form.encode() in data for form in _FORMS)


def place(gateway: Place, device: str = DEVICE, namespace: str = NAMESPACE) -> str:
    return f"{gateway.url}/api/v1/timeseries/{namespace}/{device}/"


def post(url: str, form: str) -> tuple[int, str]:
    """Return the answer to a POST, its content with the line's end."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", parts.path, form, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def raw(gateway: Place, request: bytes) -> bytes:
    host, port = gateway.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    return answer


def command_env(**settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in CONFIGURED}
    return {**kept, "PYTHONWARNINGS": "error", "PYTHONDEVMODE": "1", "TZ": "UTC", **settings}


class Answering(ScriptedServer):
    """Answers each request with the next of ``answers``, the last one for ever."""

    def __init__(self) -> None:
        super().__init__(self._next)
        self.answers: list[Reply] = []

    def answer(self, status: int, content: bytes = b"", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(Reply(status, named, content, announce_close=True))

    def _next(self, _: Request) -> Reply:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class VirtualClock:
    """Time that costs none: it stands still except in waits, and asks to stop at a time."""

    def __init__(self, stop_after_ms: int = 1 << 62) -> None:
        self.now_ms = 0
        self._stop_after_ms = stop_after_ms

    def ticks_ms(self) -> int:
        return self.now_ms

    def unix_ms(self) -> int:
        return 1_410_613_385_123 + self.now_ms

    def wait_ms(self, ms: int) -> bool:
        self.now_ms += ms
        return self.now_ms >= self._stop_after_ms
