"""One client's connection: waitress's channel, with an end to what a client may draw out.

Waitress parses HTTP and knows when a connection was idle. That a request which comes byte by byte
must be complete by a time, that an answer must be taken, that a store call needs no thread, and
that an answer may go on as a stream, is added here.
"""

import ssl
import time
from functools import lru_cache
from http import HTTPStatus
from threading import Lock
from typing import Any

from waitress.channel import HTTPChannel
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import build_http_date

from byteport_agent.gateway.store_requests import Request, stores

SERVER_NAME = "byteport-agent"
CHANNEL = "byteport.channel"  # in the environment of a request
_TEXT = ("Content-Type", "text/plain; charset=UTF-8")
_NO_SNIFFING = ("X-Content-Type-Options", "nosniff")
_MOST_S = 3600  # for one answer, such as an export
_MOST_UNREAD = 128 * 1024  # bytes that a reader of a stream may be behind
_STORED = 200, "", 0
_WANTS = (ssl.SSLWantReadError, ssl.SSLWantWriteError)


@lru_cache(2)
def _stored(second: int) -> bytes:
    """Return the answer that nearly all calls get, which says nothing but that."""
    date = build_http_date(second)
    head = f"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: {date}\r\nServer: {SERVER_NAME}\r\n\r\n"
    return head.encode()


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection; `answer` and `stream` may be called from any thread."""

    began = 0.0  # when the first byte came of a request that is not complete yet
    streams = False
    stays_open = False

    @property
    def address(self) -> str:
        return str(self.addr[0])

    @property
    def store_request(self) -> Request:
        request: Request = self.requests[0]
        return request

    def stores(self) -> bool:
        """Tell whether the request that is next is one of the store API, and well-formed."""
        request = self.requests[0]
        return request.error is None and stores(request.path)

    def answer(self, status: int, text: str = "", retry_after_s: int = 0) -> bool:
        """Answer the request that is next; return whether the connection stays open."""
        self.requests[0].answer = status, text, retry_after_s
        self.stays_open = False
        self.service()
        return self.stays_open

    def stream(self, data: bytes) -> bool:
        """Send more of an answer that streams; return whether its reader keeps up."""
        if not self.connected or self.total_outbufs_len > _MOST_UNREAD:
            return False
        self.write_soon(b"%x\r\n%s\r\n" % (len(data), data))
        return True

    def give_up(self) -> None:
        """Have the connection closed, by the thread that reads it."""
        self.will_close = True
        self.server.pull_trigger()

    def overdue(self, request_s: float, idle_s: float) -> bool:
        """Tell whether its time is up: for a request, for taking an answer, or between them."""
        if self.will_close:
            return True
        if self.request is not None and not self.streams:
            return time.monotonic() - self.began > request_s
        if self.requests and time.monotonic() - self.began > _MOST_S:
            return True
        if self.streams or (self.requests and not self.total_outbufs_len):
            return False  # it waits for us
        return bool(time.time() - self.last_activity > idle_s)

    def received(self, data: bytes) -> bool:
        if self.streams:
            return False  # whoever reads a stream has nothing to say
        if self.request is None:
            self.began = time.monotonic()
        return bool(super().received(data))

    def handle_write(self) -> None:
        if not self.streams:
            super().handle_write()
            return
        # waitress thinks that nobody else writes where no request is under way
        self._flush_exception(self._flush_some_if_lockable)
        if self.will_close:
            self.handle_close()

    def handle_read(self) -> None:
        try:
            data = self.recv(self.adj.recv_bytes)
        except _WANTS:
            return
        except OSError:
            self.handle_close()
            return
        if data:
            self.last_activity = time.time()
            self.received(data)
        else:
            self.connected = False


class TlsChannel(Channel):
    """A connection by TLS; OpenSSL takes no two calls for one connection at a time."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self._one_at_a_time = Lock()
        super().__init__(*arguments, **options)

    def recv(self, buffer_size: int) -> bytes:
        with self._one_at_a_time:
            data: bytes = super().recv(buffer_size)
            return data

    def send(self, data: bytes, do_close: bool = True) -> int:
        with self._one_at_a_time:
            try:
                return int(super().send(data, do_close=do_close))
            except _WANTS:
                return 0


class _Task(WSGITask):  # type: ignore[misc]
    """An answer: one that is known already, or the web application's."""

    def execute(self) -> None:
        answer = getattr(self.request, "answer", None)
        if answer is None:
            super().execute()
        elif (
            answer == _STORED and self.version == "1.1" and "CONNECTION" not in self.request.headers
        ):
            self.channel.write_soon(_stored(int(self.start_time)))
            self.wrote_header = self.channel.stays_open = True
        else:
            self._say(*answer)

    def _say(self, status: int, text: str, retry_after_s: int) -> None:
        body = text.encode(errors="backslashreplace")
        self.complete = True
        self.status = f"{status} {HTTPStatus(status).phrase}"
        self.response_headers = [_TEXT, _NO_SNIFFING] if body else []
        if retry_after_s:
            self.response_headers.append(("Retry-After", str(retry_after_s)))
        self.content_length = len(body)
        self.write(body)
        self.channel.stays_open = not self.close_on_finish

    def finish(self) -> None:
        if self.channel.streams:
            self.close_on_finish = False
        else:
            super().finish()

    def get_environment(self) -> dict[str, Any]:
        environ: dict[str, Any] = super().get_environment()
        environ[CHANNEL] = self.channel
        return environ


class _OneLine(ErrorTask):  # type: ignore[misc]
    """Waitress's own refusals, of a head or a body that it does not take, in one line."""

    def execute(self) -> None:
        error = self.request.error
        body = f"{error.reason}: {error.body}\n".encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [_TEXT, _NO_SNIFFING]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


Channel.task_class = TlsChannel.task_class = _Task
Channel.error_task_class = TlsChannel.error_task_class = _OneLine
