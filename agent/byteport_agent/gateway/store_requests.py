"""Which requests store something, and what they say: from HTTP to calls of the store API.

Stricter than a web framework's routing: what is not exactly a store call is for others to answer.
Source: Byteport API document v1.6.
"""

from typing import NamedTuple, Protocol

from byteport.errors import InvalidName
from byteport.names import check
from byteport.store_call import RefusalError, StoreCall, read_store_call
from byteport_agent.gateway.store_packets import read_packets

PREFIX = "/api/v1/timeseries/"
PACKETS = "/api/legacy/packets/timeseries/"
MAX_BODY_BYTES = 64 * 1024
_MAX_URL_BYTES = 2048
_FORM = "application/x-www-form-urlencoded"


class Body(Protocol):
    def read(self) -> bytes: ...


class Request(Protocol):
    """What a request is, as waitress has parsed it; ``path`` is decoded, as Latin-1."""

    command: str
    path: str
    query: str
    request_uri: str
    headers: dict[str, str]

    def get_body_stream(self) -> Body: ...


class Addressed(NamedTuple):
    """A call with the place that it is for."""

    namespace: str
    device: str
    call: StoreCall


def stores(path: str) -> bool:
    """Tell whether a path is one of the store API."""
    if path == PACKETS:
        return True
    return path.startswith(PREFIX) and path.count("/") == 6 and path.endswith("/")


def read_calls(request: Request) -> list[Addressed]:
    """Return what a request asks to store, one call or many; RefusalError if it is not right."""
    form = _form(request)
    if request.path == PACKETS:
        return [Addressed(*packet) for packet in read_packets(form)]
    namespace, device = request.path[len(PREFIX) :].split("/")[:2]
    _check_device(device)
    return [Addressed(namespace, device, read_store_call(form))]


def _check_device(device: str) -> None:
    if not device.isascii():
        raise RefusalError(406, "the device uid is not ASCII")
    try:
        check(device, "device")
    except InvalidName as error:
        raise RefusalError(406, str(error)) from None


def _form(request: Request) -> bytes:
    """Return the request's form, from the place where its method has it."""
    query = request.query.encode("latin-1")
    if request.command == "GET" and request.path != PACKETS:
        if len(request.request_uri) > _MAX_URL_BYTES:
            raise RefusalError(414, f"the URL is longer than {_MAX_URL_BYTES} bytes: use POST")
        return query
    if request.command != "POST":
        raise RefusalError(405, f"{request.command} stores nothing: use POST or GET")
    if query:
        raise RefusalError(400, "a POST has its parameters in the body, not in the URL")
    kind = request.headers.get("CONTENT_TYPE", _FORM).partition(";")[0].strip().lower()
    if kind != _FORM:
        raise RefusalError(415, f"the body's type is not {_FORM}")
    body = request.get_body_stream().read()
    if len(body) > MAX_BODY_BYTES:
        raise RefusalError(413, f"the body is longer than {MAX_BODY_BYTES} bytes")
    return body
