"""An agent with a gateway in this process, what it has stored, and how a browser asks it."""

import http.client
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from agent_rig import KEY
from config_rig import DEVICE
from service_rig import ServiceRig

from byteport.names import LOG_LEVELS
from byteport_agent.gateway.gateway import Gateway
from byteport_agent.service.agent import Agent
from waiting import wait_for

CONFIGURATION = """
[outbox]
max_age = "36500d"
[gateway]
listen = "127.0.0.1:0"
key_file = "gateway.key"
"""
_FORM = "application/x-www-form-urlencoded"


class Stored(NamedTuple):
    """One call as the outbox has it."""

    device: str
    ts_ms: int | None
    fields: tuple[tuple[str, str], ...]
    messages: tuple[tuple[str, str], ...]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> Any:
        assert self.status == 200, self.content
        return json.loads(self.content)


class GatewayRig(ServiceRig):
    """``more`` follows `[gateway]`'s keys in the configuration."""

    def __init__(self, directory: Path, more: str = "", key: str = KEY) -> None:
        super().__init__(directory)
        (directory / "gateway.key").write_text(key)
        self.text = f"{CONFIGURATION}{more}"
        self.cookies: dict[str, str] = {}
        self.start(self.text)

    @property
    def gateway(self) -> Gateway:
        assert self.agent.gateway is not None
        return self.agent.gateway

    @property
    def url(self) -> str:
        return self.gateway.url

    def restart(self) -> Agent:
        self.agent.stop()
        return self.start(self.text)

    def close(self) -> None:
        self.agent.stop()

    def stored(self) -> list[Stored]:
        """Return the readings that were stored, in order."""
        return [
            Stored(
                entry.device,
                entry.ts_ms,
                tuple(pair for pair in entry.fields if pair[0] not in LOG_LEVELS),
                tuple(pair for pair in entry.fields if pair[0] in LOG_LEVELS),
            )
            for entry in self.agent.outbox.entries(limit=100_000)
        ]

    def settled(self) -> None:
        """Wait until the history knows all that is stored."""
        feed = self.gateway.feed
        wait_for(lambda: feed._position >= self.agent.outbox._keeping.next_number - 1)

    def ask(self, method: str, target: str, form: Any = None, **headers: str) -> Answer:
        """Make a request as a browser does, with the cookies that were set before."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent.setdefault("Cookie", "; ".join(f"{k}={v}" for k, v in self.cookies.items()))
        if form is not None:
            sent.setdefault("Content-Type", _FORM)
        try:
            body = None if form is None else urlencode(form)
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            self._keep_cookies(answer.headers.get_all("Set-Cookie") or ())
            names = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, names, answer.read())
        finally:
            connection.close()

    def get(self, target: str, **parameters: Any) -> Answer:
        query = f"?{urlencode(parameters, doseq=True)}" if parameters else ""
        return self.ask("GET", target + query)

    def store(self, device: str = "dev-1", **fields: Any) -> Answer:
        """Store by POST, and wait until the history knows it too."""
        form = {"_key": KEY, **fields}
        answer = self.ask("POST", f"/api/v1/timeseries/myownspace/{device}/", form)
        self.settled()
        return answer

    def _keep_cookies(self, lines: Iterable[str]) -> None:
        for line in lines:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value.strip('"')


__all__ = ["DEVICE", "GatewayRig", "Stored"]
