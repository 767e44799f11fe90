"""HTTP with the interface of urequests, on connections that never take half an answer for one.

Everything that goes wrong on the wire is an OSError, as urequests' users expect; its text names no
URL, where an API key may be. What is read is bounded by ``max_content``. Source: RFC 9112.
"""

from byteport.compat import const, ticks_add, ticks_ms
from byteport.connection import Connection, split_url

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.compat_cpython import Connect

__all__ = ["Response", "Session", "get", "post", "request"]


class Response:
    """An answer: ``status_code``, ``headers`` (names in lower case), ``content``, ``text``."""

    def __init__(self, status_code: int, headers: "dict[str, str]", content: bytes) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> "Any":
        import json

        return json.loads(self.content)

    def close(self) -> None:
        """Do nothing: the content is read, and the connection belongs to the session."""


class Session:
    """Requests to one host after another over a kept connection; for one thread at a time.

    ``timeout`` is the default deadline of a whole request in seconds. ``ca`` is a CA file, or its
    content, to trust instead of the system's; ``verify=False`` trusts everybody. ``connect(host,
    port, timeout)`` may return a socket of its own. ``max_content`` limits the content in bytes.
    """

    def __init__(
        self,
        timeout: float = 20,
        ca: "str | bytes | None" = None,
        verify: bool = True,
        max_content: int = 4096,
        connect: "Connect | None" = None,
    ) -> None:
        self._timeout = timeout
        self._options = (ca, verify, False, max_content, connect)
        self._origin: "tuple[bool, str, int] | None" = None
        self._connection: "Connection | None" = None

    def get(self, url: str, **options: "Any") -> Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: "Any") -> Response:
        return self.request("POST", url, **options)

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
        the deadline, with a text for an answer that is none) and ValueError for a wrong URL.
        """
        if method == "HEAD":
            raise ValueError("HEAD is not supported: its answer looks like one that was cut off")
        timeout = self._timeout if timeout is None else timeout
        deadline = ticks_add(ticks_ms(), int(1000 * timeout))
        headers = dict(headers or {})
        if json is not None:
            import json as json_module

            data = json_module.dumps(json)
            headers["Content-Type"] = "application/json"
        if isinstance(data, str):
            data = data.encode()
        if data is not None:
            headers["Content-Length"] = str(len(data))
        origin, host, path = split_url(url)
        head = _head(f"{method} {path}", host, headers)
        if self._connection is None or origin != self._origin:
            self.close()
            self._origin = origin
            self._connection = Connection(origin, *self._options)
        status = self._connection.exchange(head + (data or b""), deadline)
        return Response(status, self._connection.headers, bytes(self._connection.content))

    def close(self) -> None:
        """Close the kept connection; the session stays usable."""
        if self._connection is not None:
            self._connection.close()

    def __enter__(self) -> "Session":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def request(method: str, url: str, **options: "Any") -> Response:
    """Send one request on a connection of its own; see Session.request."""
    with Session() as session:
        headers = dict(options.pop("headers", None) or {})
        headers["Connection"] = "close"
        return session.request(method, url, headers=headers, **options)


def get(url: str, **options: "Any") -> Response:
    return request("GET", url, **options)


def post(url: str, **options: "Any") -> Response:
    return request("POST", url, **options)


def _head(target: str, host: str, headers: "dict[str, str]") -> bytes:
    lines = [f"{target} HTTP/1.1", f"Host: {host}"]
    for name in headers:
        line = f"{name}: {headers[name]}"
        if "\r" in line or "\n" in line:
            raise ValueError(f"header {name!r} has a line break")
        lines.append(line)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
