"""Carries a call to an InfluxDB: one request, of one line or of many.

Points that are written twice are the same points, so a call that is repeated changes nothing.
"""

import gzip
from base64 import b64encode
from dataclasses import replace
from urllib.parse import urlencode

from byteport import __version__
from byteport.errors import ByteportError, Unreachable
from byteport.http import Session
from byteport.meaning import error_of as meaning_of
from byteport_agent.config import InfluxTarget
from byteport_agent.delivery.byteport_answers import Answers
from byteport_agent.delivery.line import Line
from byteport_agent.delivery.outcome import Call, Kind, Outcome
from byteport_agent.influx.influx_answers import error_of
from byteport_agent.influx.line_protocol import LineProtocol

_MOST_ANSWER = 65_536
_DELIVERED = Outcome(Kind.DELIVERED)


class InfluxLink:
    """A `Link` over a kept connection."""

    def __init__(self, settings: InfluxTarget, answers: Answers) -> None:
        self._answers = answers
        self._url = write_url(settings)
        self._shown = settings.url
        self._gzip = settings.gzip
        self._lines = LineProtocol(settings.measurement, settings.tags, settings.integers)
        self._headers = _headers(settings)
        self._line = Line()
        self._timeout_s = settings.timeout_ms / 1000
        self._session = Session(
            self._timeout_s, settings.ca, max_content=_MOST_ANSWER, connect=self._line
        )

    def send(self, call: Call) -> Outcome:
        """Write a call's points, and wait for the answer up to the time-out."""
        if not call.entries:
            return _DELIVERED  # a heartbeat: nothing is written, and nothing asked
        try:
            error = self._error_of(self._points(call), call)
        except ByteportError as found:
            error = found
        return _DELIVERED if error is None else self._answers.outcome(error, call)

    def cut(self) -> None:
        self._line.cut()

    def close(self) -> None:
        self._session.close()

    def _points(self, call: Call) -> str:
        if call.many:
            points = [
                self._lines.line(each.device, each.sensor, each.fields, each.ts_ms)
                for each in call.entries
                if each.ts_ms is not None
            ]
            return "\n".join(points)
        assert call.ts_ms is not None
        return self._lines.line(call.device, call.entries[0].sensor, call.fields, call.ts_ms)

    def _error_of(self, points: str, call: Call) -> ByteportError | None:
        body = points.encode()
        if self._gzip:
            body = gzip.compress(body, 6, mtime=0)
        try:
            answer = self._session.post(self._url, data=body, headers=self._headers)
        except OSError as error:
            raise Unreachable(f"{self._shown}: {_words(error, self._timeout_s)}") from None
        if call.many:
            return error_of(answer, self._shown, 1)  # then each goes by itself
        return error_of(answer, self._shown, len(call.fields))


def ask(settings: InfluxTarget, timeout_s: float) -> ByteportError | None:
    """Return what a server says to a write without points, None where it would take some."""
    with Session(timeout_s, settings.ca, max_content=_MOST_ANSWER) as session:
        headers = _headers(replace(settings, gzip=False))
        try:
            answer = session.post(write_url(settings), data=b"", headers=headers)
        except OSError as error:
            return Unreachable(f"{settings.url}: {_words(error, timeout_s)}")
    return error_of(answer, settings.url, 1)


def write_url(settings: InfluxTarget) -> str:
    """Return where points are written, of InfluxDB 2 where a bucket is given."""
    if settings.bucket is not None:
        place = {"org": settings.org, "bucket": settings.bucket, "precision": "ms"}
        return f"{settings.url}/api/v2/write?{urlencode(place)}"
    place = {"db": settings.database, "precision": "ms"}
    if settings.retention_policy is not None:
        place["rp"] = settings.retention_policy
    return f"{settings.url}/write?{urlencode(place)}"


def _headers(settings: InfluxTarget) -> dict[str, str]:
    headers = {
        "User-Agent": f"byteport-agent/{__version__}",
        "Content-Type": "text/plain; charset=utf-8",
    }
    if settings.gzip:
        headers["Content-Encoding"] = "gzip"
    if settings.token is not None:
        headers["Authorization"] = f"Token {settings.token.secret.reveal()}"
    elif settings.user is not None and settings.password is not None:
        pair = f"{settings.user}:{settings.password.secret.reveal()}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    return headers


def _words(error: OSError, timeout_s: float) -> str:
    return str(meaning_of(0, {}, error, "", timeout_s)).removeprefix(": ")
