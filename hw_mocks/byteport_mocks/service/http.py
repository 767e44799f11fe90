"""The simulated Byteport as a WSGI application; it opens no socket.

Answers are JSON, nothing for what is stored, and one line of text for what is refused. Neither keys
nor passwords are in an answer that refuses.
"""

import json
from collections.abc import Callable
from email.utils import formatdate
from threading import Lock
from time import time
from typing import Any
from urllib.parse import parse_qsl

from bottle import Bottle, HTTPError, HTTPResponse, request, response

from byteport.store_call import RefusalError
from byteport_mocks.service import device_calls, series_calls, store_calls
from byteport_mocks.service.logins import Logins, check_token, new_token
from byteport_mocks.service.model import World
from byteport_mocks.service.series_calls import FileAnswer
from byteport_mocks.service.user_call import UserCall

API = "/api/v1/"
MAX_BODY_BYTES = 1 << 24
_MAX_URL_BYTES = 2048
_TEXT = "text/plain; charset=UTF-8"
_FORM = "application/x-www-form-urlencoded"

Handler = Callable[..., Any]


class ByteportApp:
    """All of Byteport's paths, one call at a time; ``now_ms`` is the time since 1970."""

    def __init__(self, world: World, now_ms: Callable[[], int]) -> None:
        self.lock = Lock()  # held while a call looks at the world, or changes it
        self._world = world
        self._now_ms = now_ms
        self._logins = Logins(world)
        self.app = Bottle()
        self.app.default_error_handler = _one_line
        route = self.app.route
        route(f"{API}login/", "GET", self._answered(lambda: None))
        route(f"{API}login/", "POST", self._answered(self._log_in))
        route(f"{API}logout/", "ANY", self._answered(self._log_out))
        route(f"{API}echo/", "GET", self._answered(lambda: _query()))
        route(f"{API}timeseries/<namespace>/<uid>/", ["GET", "POST"], self._answered(self._store))
        route("/api/legacy/packets/timeseries/", "POST", self._answered(self._store_packets))
        for path, handler in {**device_calls.GETS, **series_calls.GETS}.items():
            route(API + path, "GET", self._answered(self._for_user(handler)))
        for path, handler in device_calls.POSTS.items():
            route(API + path, "POST", self._answered(self._for_user(handler)))

    def _answered(self, handler: Handler) -> Callable[..., HTTPResponse]:
        """Return a route's callback: what the handler returns as an answer, or what it refuses."""

        def answer(**place: str) -> HTTPResponse:
            try:
                with self.lock:
                    found = handler(**place)
            except RefusalError as refused:
                return _with_cookies(HTTPResponse(f"{refused.text}\n", refused.status), _TEXT)
            if isinstance(found, HTTPResponse):
                return found
            if isinstance(found, FileAnswer):
                name = f'attachment; filename="{found.name}"'
                headers = {"Content-Disposition": name}
                return _with_cookies(HTTPResponse(found.data, 200, headers), "application/text")
            if found is None:
                return _with_cookies(HTTPResponse("", 200), _TEXT)
            text = json.dumps(found, allow_nan=False)
            return _with_cookies(HTTPResponse(text, 200), "application/json")

        return answer

    def _for_user(self, handler: Handler) -> Handler:
        """Return the handler for whoever is logged in; a POST shows its token and a Referer."""

        def handle(**place: str) -> Any:
            parameters = _query() if request.method == "GET" else dict(_form())
            session = request.get_cookie("sessionid", "")
            username, user = self._logins.user(session) if session else ("", None)
            if request.method == "POST":
                token = parameters.pop("csrfmiddlewaretoken", "")
                check_token(request.get_cookie("csrftoken", ""), token)
                if not request.get_header("Referer"):
                    raise RefusalError(403, "a POST needs a Referer")
            call = UserCall(self._world, parameters, self._now_ms(), username, user)
            return handler(call, **place)

        return handle

    def _log_in(self) -> HTTPResponse:
        form = dict(_form())
        token = request.get_cookie("csrftoken", "")
        check_token(token, form.get("csrfmiddlewaretoken", ""))
        session = self._logins.log_in(form.get("username", ""), form.get("password", ""))
        answer = HTTPResponse("", 200, content_type=_TEXT)
        answer.add_header("Set-Cookie", _cookie("csrftoken", new_token(), 31_449_600))
        answer.add_header("Set-Cookie", _cookie("sessionid", session, 1_209_600) + "; HttpOnly")
        return answer

    def _log_out(self) -> HTTPResponse:
        self._logins.log_out(request.get_cookie("sessionid", ""))
        answer = HTTPResponse("", 200, content_type=_TEXT)
        answer.add_header("Set-Cookie", _cookie("sessionid", '""', 0))
        return answer

    def _store(self, namespace: str, uid: str) -> None:
        form = request.query_string.encode("latin-1") if request.method == "GET" else _body()
        if request.method == "GET" and len(request.path) + len(form) > _MAX_URL_BYTES:
            raise RefusalError(414, f"the URL is longer than {_MAX_URL_BYTES} bytes: use POST")
        now_ms = self._now_ms()
        store_calls.store(self._world, request.method, namespace, uid, form, now_ms)

    def _store_packets(self) -> None:
        form = dict(_form())
        packets, key = form.get("packets", ""), form.get("legacy_key", "")
        store_calls.store_packets(self._world, packets, key, self._now_ms())


def _with_cookies(answer: HTTPResponse, content_type: str) -> HTTPResponse:
    """Give whoever has no csrftoken one, as every GET does."""
    answer.content_type = content_type
    if request.method == "GET" and not request.get_cookie("csrftoken"):
        answer.add_header("Set-Cookie", _cookie("csrftoken", new_token(), 31_449_600))
    return answer


def _cookie(name: str, value: str, max_age_s: int) -> str:
    expires = formatdate(time() + max_age_s if max_age_s else 0, usegmt=True)
    return f"{name}={value}; expires={expires}; Max-Age={max_age_s}; Path=/; SameSite=Lax"


def _query() -> dict[str, str]:
    return _pairs(request.query_string.encode("latin-1"))


def _form() -> dict[str, str]:
    return _pairs(_body())


def _body() -> bytes:
    type_ = (request.content_type or _FORM).partition(";")[0].strip().lower()
    if type_ != _FORM:
        raise RefusalError(415, f"the body's type is not {_FORM}")
    body: bytes = request.environ["wsgi.input"].read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise RefusalError(413, f"the body is longer than {MAX_BODY_BYTES} bytes")
    return body


def _pairs(form: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(form.decode(), keep_blank_values=True, errors="strict"))
    except ValueError:
        raise RefusalError(400, "the parameters are not percent-encoded UTF-8") from None


def _one_line(error: HTTPError) -> str:
    response.content_type = _TEXT
    return f"{error.status_line}\n"
