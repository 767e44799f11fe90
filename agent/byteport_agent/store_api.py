"""Byteport's store API as a WSGI application that writes to a `ReadingsDb`; it opens no socket.

It answers 200 with an empty body for what is committed, and one line of text for everything else.
The key is in no answer and no log line. Source: Byteport API document v1.6.
"""

import sqlite3
from collections.abc import Callable, Collection

from bottle import Bottle, HTTPError, HTTPResponse, request, response

from byteport.errors import InvalidName
from byteport.names import check
from byteport.store_call import RefusalError, StoreCall, read_store_call
from byteport_agent.clock import unix_ms
from byteport_agent.keys import Secret
from byteport_agent.readings_db import ReadingsDb

PATH = "/api/v1/timeseries/<namespace>/<device>/"
MAX_BODY_BYTES = 64 * 1024
_MAX_URL_BYTES = 2048
_FORM = "application/x-www-form-urlencoded"
_TEXT = "text/plain; charset=UTF-8"


class StoreApi:
    """The calls of one namespace; ``devices`` are the registered ones, None stands for any."""

    def __init__(
        self,
        db: ReadingsDb,
        namespace: str,
        key: Secret,
        devices: Collection[str] | None = None,
        now_ms: Callable[[], int] = unix_ms,
    ) -> None:
        self._db = db
        self._namespace = check(namespace, "namespace")
        self._key = key
        self._devices = devices
        self._now_ms = now_ms
        self.app = Bottle()
        self.app.default_error_handler = _one_line
        self.app.route(PATH, ["GET", "POST"], self._answer)

    def __repr__(self) -> str:
        return f"<StoreApi {self._namespace}>"

    def _answer(self, namespace: str, device: str) -> HTTPResponse:
        try:
            self._store(namespace, device)
        except RefusalError as refused:
            text = self._key.hidden_in(refused.text)
            return HTTPResponse(f"{text}\n", refused.status, content_type=_TEXT)
        return HTTPResponse("", 200, content_type=_TEXT)

    def _store(self, namespace: str, device: str) -> None:
        self._check_place(namespace, device)
        call = read_store_call(_form())
        self._check_rights(call, device)
        arrived_ms = self._now_ms()
        ts_ms = arrived_ms if call.ts_ms is None else call.ts_ms
        try:
            self._db.store(device, ts_ms, arrived_ms, call.fields, call.messages)
        except sqlite3.Error as error:
            raise RefusalError(500, f"not stored: {error}") from None

    def _check_place(self, namespace: str, device: str) -> None:
        if not request.environ["bottle.raw_path"].isascii():  # bottle drops what is no UTF-8
            raise RefusalError(406, "the device uid is not ASCII")
        try:
            check(device, "device")
        except InvalidName as error:
            raise RefusalError(406, str(error)) from None
        if namespace != self._namespace:
            raise RefusalError(404, f"unknown namespace {namespace!r}")

    def _check_rights(self, call: StoreCall, device: str) -> None:
        if not self._key.matches(call.key.reveal()):
            raise RefusalError(403, "_key is wrong or missing")
        if self._devices is not None and device not in self._devices:
            raise RefusalError(404, f"device {device!r} is not registered")


def _form() -> bytes:
    """Return the request's form, from the place where its method has it."""
    query: bytes = request.query_string.encode("latin-1")
    if request.method == "GET":
        if len(request.environ["bottle.raw_path"]) + len(query) > _MAX_URL_BYTES:
            raise RefusalError(414, f"the URL is longer than {_MAX_URL_BYTES} bytes: use POST")
        return query
    if request.method != "POST":
        raise RefusalError(405, f"{request.method} stores nothing: use POST or GET")
    if query:
        raise RefusalError(400, "a POST has its parameters in the body, not in the URL")
    if request.content_type and request.content_type.partition(";")[0].strip().lower() != _FORM:
        raise RefusalError(415, f"the body's type is not {_FORM}")
    body: bytes = request.environ["wsgi.input"].read(MAX_BODY_BYTES + 1)
    if len(body) > MAX_BODY_BYTES:
        raise RefusalError(413, f"the body is longer than {MAX_BODY_BYTES} bytes")
    return body


def _one_line(error: HTTPError) -> str:
    response.content_type = _TEXT
    if error.status_code == 404:
        return f"no such path: values are stored at {PATH}\n"
    return f"{error.status_line}\n"
