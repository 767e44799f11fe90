"""HTTP/1.1 client transport, compatible with urequests, that never takes half an answer for one.

It decides nothing about readings. One total deadline a request (DNS apart, on CPython); TLS checked
by default; headers and body complete or it is no answer; redirects are reported, not followed; a
reused connection that turns out to be closed is replaced once, silently; what is read is bounded.
Everything that goes wrong on the wire is an OSError, as urequests' users expect; its text names
the host but never the URL, where an API key may be. Source: RFC 9112.
"""

from errno import ETIMEDOUT

from byteport.answer import AnswerReader, BadAnswer, Response
from byteport.compat import Stream, ticks_add, ticks_ms, tls_context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from byteport.compat.cpython import Connect

__all__ = ["BadAnswer", "Response", "Session", "get", "post", "request", "split_url"]


class Session:
    """Requests to one host after another over one kept connection; for one thread at a time.

    ``timeout`` is the default deadline of a whole request in seconds. ``ca`` is a CA file, or its
    content, to trust instead of the system's. ``lean`` leaves ``headers`` empty for status 200, to
    save a board's memory. ``connect(host, port, timeout)`` may return a socket of its own, through
    a proxy for example. ``max_body`` limits the content in bytes.
    """

    def __init__(
        self,
        timeout: float = 20,
        ca: "str | bytes | None" = None,
        verify: bool = True,
        lean: bool = False,
        connect: "Connect | None" = None,
        max_body: int = 4096,
    ) -> None:
        self.timeout = timeout
        self._ca = ca
        self._verify = verify
        self._connect = connect
        self._tls: "Any" = None
        self._origin: "tuple[bool, str, int] | None" = None
        self._stream: "Stream | None" = None
        self._reader = AnswerReader(lean, max_body)
        self._out = bytearray()
        self._head = b""
        self._head_for: "tuple[Any, ...]" = (None, None, None)

    def get(self, url: str, **options: "Any") -> Response:
        return self.request("GET", url, **options)

    def post(
        self,
        url: str,
        data: "Any" = None,
        json: "Any" = None,
        headers: "dict[str, str] | None" = None,
        timeout: "float | None" = None,
    ) -> Response:
        return self.request("POST", url, data, json, headers, timeout)

    def request(
        self,
        method: str,
        url: str,
        data: "Any" = None,
        json: "Any" = None,
        headers: "dict[str, str] | None" = None,
        timeout: "float | None" = None,
    ) -> Response:
        """Send one request and return its complete answer, whatever the status.

        ``data`` is bytes or text, ``json`` anything to send as JSON. Raises OSError (ETIMEDOUT at
        the deadline, BadAnswer for an answer that is none) and ValueError for a wrong URL.
        """
        deadline = ticks_add(ticks_ms(), int(1000 * (self.timeout if timeout is None else timeout)))
        if json is not None:
            import json as json_module

            data = json_module.dumps(json)
            headers = _with(headers, "Content-Type", "application/json")
        if isinstance(data, str):
            data = data.encode()
        head_for = self._head_for
        if head_for[0] != url or head_for[1] != method or head_for[2] != headers:
            self._prepare(method, url, headers)
        out = self._out
        out[:] = self._head
        if data is not None:
            out.extend(b"Content-Length: ")
            out.extend(str(len(data)).encode())
            out.extend(b"\r\n")
        out.extend(b"\r\n")
        if data is not None:
            out.extend(data)
        try:
            response = self._exchange(deadline, method == "HEAD")
        except BaseException:
            self.close()
            raise
        if not self._reader.keep_alive:
            self.close()
        return response

    def close(self) -> None:
        """Close the kept connection; the session stays usable."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _prepare(self, method: str, url: str, headers: "dict[str, str] | None") -> None:
        """Make the request's head, which stays the same from one reading to the next."""
        origin, path = split_url(url)
        if self._origin != origin:
            self.close()
            self._origin = origin
        secure, host, port = origin
        authority = f"[{host}]" if ":" in host else host
        if port != (443 if secure else 80):
            authority = f"{authority}:{port}"
        head = f"{method} {path} HTTP/1.1\r\nHost: {authority}\r\n"
        for name in headers or ():
            if "\n" in name + headers[name]:  # type: ignore[index]
                raise ValueError(f"header {name!r} has a line break")
            head += f"{name}: {headers[name]}\r\n"  # type: ignore[index]
        self._head = head.encode()
        self._head_for = (url, method, headers and dict(headers))

    def _exchange(self, deadline: int, no_body: bool) -> Response:
        reader = self._reader
        if self._stream is not None:
            reader.started = False
            try:
                if self._stream.quiet():
                    self._stream.send(self._out, deadline)
                    if reader.wait(self._stream, deadline):
                        return reader.read(self._stream, deadline, no_body)
            except OSError as error:
                if reader.started or error.errno == ETIMEDOUT:
                    raise
            self.close()  # the server closed it between two requests: once more, afresh
        secure, host, port = self._origin  # type: ignore[misc]
        if secure and self._tls is None:
            self._tls = tls_context(self._ca, self._verify)
        tls = self._tls if secure else None
        stream = self._stream = Stream(host, port, tls, deadline, self._connect)
        stream.send(self._out, deadline)
        if not reader.wait(stream, deadline):
            raise BadAnswer("the server closed the connection without an answer")
        return reader.read(stream, deadline, no_body)


def split_url(url: str) -> "tuple[tuple[bool, str, int], str]":
    """Return ((is https, host, port), path with query); raise ValueError for any other URL."""
    scheme, separator, rest = url.partition("://")
    secure = scheme == "https"
    if not separator or not (secure or scheme == "http"):
        raise ValueError("a URL starts with https:// or http://")
    authority, _, path = rest.partition("/")
    host, port = authority, ""
    if authority[:1] == "[":
        host, _, port = authority[1:].partition("]")
        port = port[1:]
    elif ":" in authority:
        host, _, port = authority.partition(":")
    if not host or "@" in authority or "?" in authority or not (port or "1").isdigit():
        raise ValueError("a URL names a host and maybe a port: https://host:443/path")
    for char in path:
        if not "!" <= char <= "~":
            raise ValueError("a URL's path and query are ASCII without spaces: percent-encode them")
    return (secure, host, int(port) if port else (443 if secure else 80)), "/" + path


def request(method: str, url: str, **options: "Any") -> Response:
    """Send one request on a connection of its own; see Session.request."""
    with Session() as session:
        headers = _with(options.pop("headers", None), "Connection", "close")
        return session.request(method, url, headers=headers, **options)


def get(url: str, **options: "Any") -> Response:
    return request("GET", url, **options)


def post(url: str, **options: "Any") -> Response:
    return request("POST", url, **options)


def _with(headers: "dict[str, str] | None", name: str, value: str) -> "dict[str, str]":
    headers = dict(headers or {})
    headers.setdefault(name, value)
    return headers
