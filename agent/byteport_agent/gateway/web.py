"""The web application around bottle: hosts, headers, sessions and errors, the same for every route.

@web.app.get("/api/status")
@web.private
def status(): ...
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from bottle import Bottle, HTTPError, HTTPResponse, redirect, request, response

from byteport_agent.gateway.access import Access, Session, WaitError, same_origin, token_fits
from byteport_agent.gateway.store_requests import PREFIX

SESSION, TOKEN = "sessionid", "csrftoken"  # cookies, called as Byteport's
LOGIN_PAGE = "/login"
TEXT = "text/plain; charset=UTF-8"
HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "same-origin"),
)
_NOT_KEPT = ("Cache-Control", "no-store")
_MOST_POSTED = 4096

Handler = Callable[..., Any]


class Web:
    """``app`` is bottle's; `__call__` is what the server serves."""

    def __init__(self, access: Access, secure: bool, log: logging.Logger) -> None:
        self.access = access
        self._errors = _Errors(log)
        self._secure = secure
        self.app = Bottle()
        self.app.default_error_handler = _one_line

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        environ["wsgi.errors"] = self._errors

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = any(name.lower() == "cache-control" for name, _ in headers)
            return start_response(
                status, [*headers, *HEADERS, *(() if kept else (_NOT_KEPT,))], *rest
            )

        if not self.access.knows_host(environ.get("HTTP_HOST", "")):
            body = b"this is no name of this gateway: see hosts in [gateway]\n"
            start("403 Forbidden", [("Content-Type", TEXT), ("Content-Length", str(len(body)))])
            return [body]
        return self.app(environ, start)

    def private(self, handler: Handler) -> Handler:
        """Ask for the session first: a page is sent to the log-in, an API call gets 401."""

        @wraps(handler)
        def asking(*arguments: Any, **options: Any) -> Any:
            if self.access.may_see(request.get_cookie(SESSION, "")):
                return handler(*arguments, **options)
            if not request.path.startswith("/api/"):
                redirect(LOGIN_PAGE)
            raise refusal(401, "log in first")

        return asking

    def posting(self, handler: Handler) -> Handler:
        """Ask for the token first, in whose absence the request may be another site's."""

        @wraps(handler)
        def asking(*arguments: Any, **options: Any) -> Any:
            if (request.content_length or 0) > _MOST_POSTED:
                raise refusal(413, f"more than {_MOST_POSTED} bytes")
            session = self.access.session(request.get_cookie(SESSION, ""))
            expected = session.token if session else request.get_cookie(TOKEN, "")
            given = request.get_header("X-CSRFToken") or form_text("csrfmiddlewaretoken")
            if not same_origin(request.environ) or not token_fits(expected, given):
                raise refusal(403, "this does not come from a page of this gateway: load it again")
            return handler(*arguments, **options)

        return asking

    def token(self, new: Callable[[], str]) -> str:
        """Return the token for POSTs; set its cookie where there is none yet."""
        session = self.access.session(request.get_cookie(SESSION, ""))
        token = session.token if session else request.get_cookie(TOKEN, "") or new()
        self._set_cookie(TOKEN, token)
        return str(token)

    def log_in(self, password: str) -> Session:
        """Set the cookies of a new session; raise an answer where that may not be."""
        try:
            session = self.access.log_in(password, request.environ["REMOTE_ADDR"])
        except WaitError as error:
            raise refusal(429, str(error), Retry_After=str(error.seconds)) from None
        if session is None:
            raise refusal(403, "the password is wrong")
        self._set_cookie(SESSION, session.id)
        self._set_cookie(TOKEN, session.token)
        return session

    def log_out(self) -> None:
        self.access.log_out(request.get_cookie(SESSION, ""))
        for name in (SESSION, TOKEN):
            response.delete_cookie(name, path="/")

    def _set_cookie(self, name: str, value: str) -> None:
        response.set_cookie(
            name, value, path="/", httponly=True, samesite="strict", secure=self._secure
        )


class _Errors:
    """Where bottle writes what a handler raised: the agent's log, in one line."""

    def __init__(self, log: logging.Logger) -> None:
        self._log = log

    def write(self, text: str) -> None:
        self._log.error("gateway: a request failed: %s", text)

    def flush(self) -> None:
        pass


def form_text(name: str) -> str:
    """Return a parameter of a form, "" where it is not there."""
    return str(request.forms.getunicode(name) or "")


def as_json(data: Any) -> bytes:
    """Answer with JSON; no text of a device can be anything else there."""
    response.content_type = "application/json"
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")


def refusal(status: int, text: str, **headers: str) -> HTTPResponse:
    """Return an answer of one line, to be raised."""
    return HTTPResponse(f"{text}\n", status, content_type=TEXT, **headers)


def _one_line(error: HTTPError) -> str:
    response.content_type = TEXT
    if error.status_code == 404:
        return f"no such path: values are stored at {PREFIX}NAMESPACE/DEVICE/\n"
    return f"{error.status_line}\n"
