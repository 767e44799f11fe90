"""One kept HTTP/1.1 connection: a request goes out, a complete answer comes back, or an OSError.

One total deadline a request (DNS apart, on CPython); TLS checked by default; redirects are an
answer like any other; a reused connection that turns out to be closed is replaced once, silently.
An answer is read in one small buffer, line by line, so that a board's memory does not depend on
what a server sends; lines longer than the buffer lose their middle. Source: RFC 9112 §2 to §7.
"""

from errno import ECONNRESET, ETIMEDOUT

from byteport.compat import Stream, after, const

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.compat_cpython import Connect

_BUFFER_BYTES = const(256)
_KEPT_BYTES = const(128)
_MAX_HEAD_BYTES = const(4096)
_EPIPE = const(32)  # MicroPython's errno lacks it
_UNKNOWN = const(-1)
_CHUNKED = const(-2)
_HUGE = const(0x3FFFFFF)  # times 16 it is still a small int on a 32-bit board
_CR = const(13)
_D = const(100)
_COLON = const(58)
_L = const(108)
_O = const(111)
_T = const(116)


class Connection:
    """A connection to (is https, host, port), opened when it is needed; for one thread at a time.

    ``ca`` is a CA file, or its content, to trust instead of the system's. ``lean`` keeps no headers
    of a 200, or the Date alone while ``wants_date`` is set. Content over ``max_content`` bytes is
    an error. ``connect(host, port, timeout)`` may return a socket of its own, through a proxy for
    example.

    Of the last answer it keeps ``headers`` (names in lower case, values of one name in lines),
    ``content``, and ``html``: that it calls its content a page.
    """

    def __init__(
        self,
        origin: "tuple[bool, str, int]",
        ca: "str | bytes | None" = None,
        verify: bool = True,
        lean: bool = True,
        max_content: int = 4096,
        connect: "Connect | None" = None,
    ) -> None:
        self._where = (origin, ca, verify, connect)
        self.lean = lean
        self.wants_date = False
        self.max_content = max_content
        self._tls: "Any" = None
        self._stream: "Any" = None
        self._deadline = 0
        self._buffer = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._at = 0  # what is not consumed yet is _buffer[_at:_end]
        self._end = 0
        self._line_end = 0
        self._allowed = 0
        self._length = _UNKNOWN
        self._kept = False
        self.headers: "dict[str, str]" = {}
        self.content = bytearray()
        self.html = False

    def exchange(self, request: "bytes | bytearray", deadline: int) -> int:
        """Send a request's bytes and return the status of its answer, by a deadline in ticks.

        Raises OSError: ETIMEDOUT at the deadline, with a text for an answer that is cut off, too
        large or no HTTP. The connection is then closed.
        """
        self._deadline = deadline
        self._allowed = _MAX_HEAD_BYTES
        if self.headers:
            self.headers = {}
        try:
            if not self._send_on_kept(request):
                self.close()
                (secure, host, port), ca, verify, connect = self._where
                if secure and self._tls is None:
                    from byteport.compat_tls import tls_context

                    self._tls = tls_context(ca, verify)
                self._stream = Stream(host, port, self._tls, deadline, connect)
                self._at = self._end = 0
                try:
                    self._stream.send(request, deadline)
                except OSError as error:
                    if error.errno not in (ECONNRESET, _EPIPE):
                        raise  # else it may have answered before it had read all, with a 413
            status = self._read()
        except BaseException:
            self.close()
            raise
        if not self._kept:
            self.close()
        return status

    def close(self) -> None:
        """Close the connection; the next exchange opens another."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _send_on_kept(self, request: "bytes | bytearray") -> bool:
        """Send on the kept connection; return False where there is none or the server closed it."""
        if self._stream is None or not self._stream.quiet():
            return False
        try:
            self._stream.send(request, self._deadline)
            self._at = self._end = 0
            return self._fill() > 0
        except OSError as error:
            if error.errno == ETIMEDOUT:
                raise
        return False

    def _read(self) -> int:
        if self.content:
            self.content = bytearray()
        status = 100
        while status < 200:
            start = self._line()
            at = after(self._buffer, start, b"http/1.")
            status = self._number(start + 9, 10) if at else 0
            if not 100 <= status <= 999:
                raise OSError("the answer is not HTTP/1.1")
            self._kept = self._buffer[at] != 48  # HTTP/1.0 closes
            self._length = _UNKNOWN
            self.html = False
            self._read_headers(status != 200 or not self.lean)
        if status != 204 and status != 304:
            self._read_content()
        if self._at != self._end:
            self._kept = False  # nothing was asked that this could answer
        return status

    def _fill(self) -> int:
        end = self._end
        view = self._view[end:] if end else self._view
        count: int = self._stream.receive_into(view, self._deadline)
        self._end = end + count
        self._allowed -= count
        return count

    def _line(self) -> int:
        """Return where the next line starts; it ends at _line_end."""
        start = self._at
        lf = self._buffer.find(b"\n", start, self._end)
        while lf < 0:
            if self._allowed < 0:
                raise OSError("the answer is too large")
            if start:
                self._end -= start
                self._buffer[: self._end] = self._buffer[start : start + self._end]
                start = 0
            if self._end == _BUFFER_BYTES:
                self._end = _KEPT_BYTES
            seen = self._end
            if not self._fill():
                raise OSError("the answer was cut off")
            lf = self._buffer.find(b"\n", seen, self._end)
        self._at = lf + 1
        self._line_end = lf - 1 if lf > start and self._buffer[lf - 1] == _CR else lf
        return start

    def _read_headers(self, keep: bool) -> None:
        buffer = self._buffer
        while True:
            start = self._line()
            end = self._line_end
            if start == end:
                return
            colon = buffer.find(b":", start, end)
            if colon < 0:
                raise OSError("the answer is not HTTP/1.1")
            if colon > start + 9 and buffer[start] & 0xDF in b"CT":  # the four that matter begin so
                self._header(start)
            if keep or (self.wants_date and colon == start + 4 and buffer[start] | 32 == _D):
                name = self._text(start, colon).lower()
                value = self._text(colon + 1, end)
                if name in self.headers:
                    value = self.headers[name] + "\n" + value
                self.headers[name] = value

    def _header(self, start: int) -> None:
        buffer = self._buffer
        ninth = buffer[start + 8] | 32  # tells the four apart, so that each is compared with one
        if ninth == _L:
            at = after(buffer, start, b"content-length:")
            if at and self._length != _CHUNKED:
                length = self._number(at, 10)
                if self._length not in (length, _UNKNOWN):
                    raise OSError("the answer is not HTTP/1.1")
                self._length = length
        elif ninth == _T:
            at = after(buffer, start, b"content-type:")
            if at and after(buffer, at, b"text/html"):
                self.html = True
        elif ninth == _O:
            at = after(buffer, start, b"connection:")
            if at and after(buffer, at, b"close"):
                self._kept = False
        elif after(buffer, start, b"transfer-encoding:"):
            self._length = _CHUNKED  # RFC 9112 §6.1: no other coding without asking for it

    def _read_content(self) -> None:
        size = self._length
        if size == _CHUNKED:
            while size:
                size = self._number(self._line(), 16)
                self._take(size)
                if size and self._line() != self._line_end:
                    raise OSError("the answer is not HTTP/1.1")
            while self._line() != self._line_end:
                pass  # trailers
        elif size > 0:
            self._take(size)
        elif size < 0:
            self._kept = False  # no length: the close ends it (RFC 9112 §6.3)
            self._take(self._end - self._at)
            while self._fill():
                self._take(self._end)

    def _take(self, count: int) -> None:
        if len(self.content) + count > self.max_content:
            raise OSError("the answer is too large")
        while True:
            if self._at == self._end:
                self._at = self._end = 0
            if not count:
                break
            if not self._end and not self._fill():
                raise OSError("the answer was cut off")
            part = self._buffer[self._at : min(self._at + count, self._end)]
            self.content.extend(part)
            self._at += len(part)
            count -= len(part)
        self._allowed = _MAX_HEAD_BYTES

    def _number(self, start: int, base: int) -> int:
        number = -1
        while start < self._line_end:
            digit = self._buffer[start]
            if digit in b" \t;":  # ; extends a chunk's line
                break
            digit = digit - 48 if digit < _COLON else (digit | 32) - 87
            if not 0 <= digit < base:
                number = -1
                break
            if number < _HUGE:
                number = (number if number > 0 else 0) * base + digit
            start += 1
        if number < 0:
            raise OSError("the answer is not HTTP/1.1")
        return number

    def _text(self, start: int, stop: int) -> str:
        # Latin-1, which MicroPython's decode() does not know
        return "".join([chr(c) for c in self._buffer[start:stop]]).strip()


def split_url(url: str) -> "tuple[tuple[bool, str, int], str, str]":
    """Return ((is https, host, port), the Host header, path with query); raise ValueError."""
    scheme, _, rest = url.partition("://")
    authority, _, path = rest.partition("/")
    host, _, port = authority.rpartition(":")
    if not (host and port.isdigit()):
        host, port = authority, ""
    secure = scheme == "https"
    number = int(port or (443 if secure else 80))
    good = host and "@" not in host and number < 65536 and (secure or scheme == "http")
    for c in url.encode():
        good = good and 32 < c < 127
    if not good:
        raise ValueError("a URL is like https://host/path or http://host:8080/path")
    return (secure, host, number), authority, "/" + path
