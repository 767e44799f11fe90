"""An HTTP server that misbehaves as told, for tests of whatever sends to Byteport.

    with ScriptedServer([Reply(503), Reply(200, cut_at=40), Reply(200)]) as server:
        client = Client("myownspace", "key", "barDev1", url=server.url)
        ...
        assert server.requests[-1].form["temperature"] == "21.5"

A script is a list of replies, the last one repeated (none: always a plain 200), or a function from
a `Request` to a `Reply`.
`by_path` is one that reads the reply out of the URL, for clients in another process. Loopback only.
"""

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BufferedReader
from typing import Self
from urllib.parse import parse_qsl, urlsplit

_MAX_REQUEST_BYTES = 1 << 22
_IDLE_S = 30


@dataclass
class Request:
    """A request as it arrived; ``form`` and ``query`` are decoded, the last of equal names wins.

    ``target`` is path and query as they were sent.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    connection: int
    target: str = ""

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


@dataclass
class Reply:
    """One answer: what it says, and what goes wrong on its way.

    ``raw`` replaces status, headers and body by bytes of your own. ``cut_at`` closes after that
    many bytes, ``drip_s`` waits so long before every byte, ``repeat`` sends the body so many times,
    or what is raw, ``after_s`` waits before it answers, ``hang`` never does, ``reset`` breaks the
    connection (RST) instead of an answer, ``close`` closes after the answer without saying so,
    ``announce_close`` says so.

    ``stored`` is for a server that keeps what it gets (`byteport_mocks.chaos_server`): whether
    it did so before all this went wrong. None means as the status says, and not where no answer
    is sent at all.
    """

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: bytes | None = None
    cut_at: int | None = None
    drip_s: float = 0
    repeat: int = 1
    hang: bool = False
    reset: bool = False
    close: bool = False
    announce_close: bool = False
    after_s: float = 0
    stored: bool | None = None

    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} Scripted"]
        headers = {"Content-Length": str(len(self.body) * self.repeat), **self.headers}
        if self.announce_close:
            headers["Connection"] = "close"
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


Script = Callable[[Request], Reply]


class ScriptedServer:
    """Serves on a free loopback port while it is entered; one thread a connection.

    ``requests`` holds every complete request in order of arrival, ``connections`` their number.
    ``tls`` is an `ssl.SSLContext` with a certificate, to serve https. ``host`` is another loopback
    address, such as ::1.
    """

    def __init__(
        self,
        script: "Script | Sequence[Reply]" = (),
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
    ) -> None:
        self._script = script
        self._tls = tls
        self._host = host
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._stopping = threading.Event()
        self.requests: list[Request] = []
        self.connections = 0

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{scheme}://{host}:{self.port}"

    def __enter__(self) -> Self:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        self._listener = socket.create_server((self._host, 0), family=family)
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    def _start(self, target: Callable[..., None], *args: object) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._open.add(connection)
            self._start(self._serve, connection, self.connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        plain = connection
        try:
            connection.settimeout(_IDLE_S)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
            with connection.makefile("rb") as stream:
                while (request := _read_request(stream, number)) is not None:
                    if not self._answer(connection, request):
                        break
        except (OSError, ValueError):
            pass  # the client went away, or speaks no HTTP: that is its test's affair
        finally:
            with self._lock:
                self._open.discard(plain)
            connection.close()
            plain.close()

    def _answer(self, connection: socket.socket, request: Request) -> bool:
        """Send the scripted reply; return whether the connection stays open."""
        with self._lock:
            self.requests.append(request)
            reply = self._next_reply(request)
        return self._send(connection, reply)

    def _send(self, connection: socket.socket, reply: Reply) -> bool:
        if reply.after_s and self._stopping.wait(reply.after_s):
            return False
        if reply.reset:
            linger = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            return False
        if reply.hang:
            self._stopping.wait(_IDLE_S)
            return False
        data = reply.head() + reply.body if reply.raw is None else reply.raw
        data = data[: reply.cut_at]
        if reply.drip_s:
            for at in range(len(data)):
                if self._stopping.wait(reply.drip_s):
                    return False
                connection.sendall(data[at : at + 1])
        else:
            connection.sendall(data)
            again = reply.body if reply.raw is None else reply.raw
            for _ in range(reply.repeat - 1):
                connection.sendall(again)
        return reply.cut_at is None and not (reply.close or reply.announce_close)

    def _next_reply(self, request: Request) -> Reply:
        if callable(self._script):
            return self._script(request)
        if not self._script:
            return Reply()
        return self._script[min(len(self.requests), len(self._script)) - 1]


def _read_request(stream: BufferedReader, number: int) -> Request | None:
    """Return the next request, None where it does not come, or is cut off in its middle."""
    if not stream.peek(1)[:1].isalpha():
        return None  # TLS, for one, whose first line may never end
    first = stream.readline(65536).decode("latin-1").split()
    if len(first) != 3:
        return None
    headers: dict[str, str] = {}
    while (line := stream.readline(65536).decode("latin-1")).strip():
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    size = min(int(headers.get("content-length", "0")), _MAX_REQUEST_BYTES)
    body = stream.read(size)
    if not line or len(body) < size:
        return None
    target = urlsplit(first[1])
    query = dict(parse_qsl(target.query, keep_blank_values=True))
    return Request(first[0], target.path, query, headers, body, number, first[1])


def by_path(request: Request) -> Reply:
    """Return the reply that the first two parts of the URL's path ask for, else a plain 200.

    /status/503  /cut/37  /cut_chunked/37  /drip/400 (ms a byte)  /reset/1  /hang/1  /close/1
    /announce_close/1  /redirect/307  /retry_after/30  /page/1 (HTML)  /headers/10000
    /size/1000000000 (announced)  /body/4096  /echo/1  /until_close/1  /long_header/1000
    /continue/3 (100 before 200)  /raw/NAME, one of RAW_ANSWERS
    """
    _, kind, argument, *_ = (*request.path.split("/"), "", "")
    if kind == "echo":
        return Reply(body=request.body)
    make = _REPLIES.get(kind)
    return make(argument) if make else Reply()


_CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"3;note=x\r\nsto\r\n3\r\nred\r\n0\r\nX-Trailer: 1\r\n\r\n"
)
_OK = b"HTTP/1.1 200 OK\r\n"
RAW_ANSWERS = {
    "no_http": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "no_status": b"HTTP/1.1\r\n\r\n",
    "status_letters": b"HTTP/1.1 OK? fine\r\nContent-Length: 0\r\n\r\n",
    "length_letters": _OK + b"Content-Length: ten\r\n\r\n0123456789",
    "length_negative": _OK + b"Content-Length: -1\r\n\r\n",
    "two_lengths": _OK + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nabc",
    "no_colon": _OK + b"Content-Length 0\r\n\r\n",
    "bad_chunk": _OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n",
    "long_chunk": _OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
    "empty_line": b"\r\n" + _OK + b"Content-Length: 0\r\n\r\n",
    "twice": (_OK + b"Content-Length: 3\r\n\r\none") + (_OK + b"Content-Length: 3\r\n\r\ntwo"),
    "length_and_chunks": _OK + b"Transfer-Encoding: chunked\r\nContent-Length: 99\r\n\r\n"
    b"4\r\ndone\r\n0\r\n\r\n",
    "no_content": b"HTTP/1.1 204 No Content\r\n\r\n",
    "not_modified": b"HTTP/1.1 304 Not Modified\r\nContent-Length: 100\r\n\r\n",
}
_PAGE = b"<!DOCTYPE html><title>Please sign in</title>"
_REPLIES: dict[str, Callable[[str], Reply]] = {
    "status": lambda code: Reply(int(code)),
    "cut": lambda size: Reply(headers={"Date": _http_date()}, body=b"stored", cut_at=int(size)),
    "cut_chunked": lambda size: Reply(raw=_CHUNKED, cut_at=int(size)),
    "drip": lambda ms: Reply(drip_s=int(ms) / 1000),
    "reset": lambda _: Reply(reset=True),
    "hang": lambda _: Reply(hang=True),
    "close": lambda _: Reply(close=True),
    "announce_close": lambda _: Reply(announce_close=True),
    "redirect": lambda code: Reply(
        int(code), {"Location": "https://elsewhere.example/api/?_key=s3cr3t"}
    ),
    "retry_after": lambda text: Reply(429, {"Retry-After": text.replace("+", " ")}),
    "page": lambda _: Reply(headers={"Content-Type": "text/html; charset=utf-8"}, body=_PAGE),
    "headers": lambda count: Reply(headers={f"X-Header-{n}": "x" for n in range(int(count))}),
    "body": lambda size: Reply(body=b"x" * int(size)),
    "until_close": lambda _: Reply(raw=b"HTTP/1.1 200 OK\r\n\r\nuntil the close", close=True),
    "long_header": lambda size: Reply(
        headers={"X-Long": "x" * int(size), "X-After": "here"}, body=b"ok"
    ),
    "continue": lambda count: Reply(
        raw=b"HTTP/1.1 100 Continue\r\n\r\n" * int(count) + _OK + b"Content-Length: 4\r\n\r\ndone"
    ),
    "raw": lambda name: Reply(raw=RAW_ANSWERS[name], close=True),
    "size": lambda size: Reply(headers={"Content-Length": size}, body=b"x" * 65536),
}


def _http_date() -> str:
    return time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime())
