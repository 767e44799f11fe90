"""Reads one HTTP/1.1 answer off a stream, or finds that it is none.

Works in one small buffer that is reused, line by line, so that a board's memory does not depend on
what a server sends; lines longer than the buffer lose their middle. Source: RFC 9112 §2 to §7.
"""

from byteport.compat import const, find

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport.compat import Stream

_BUFFER_BYTES = const(512)
_KEPT_BYTES = const(256)
_MAX_HEAD_BYTES = const(4096)
_UNKNOWN = const(-1)
_HUGE = const(0x3FFFFFF)  # times 10 it is still a small int on a 32-bit board
_LF = const(10)
_CR = const(13)


class BadAnswer(OSError):
    """What came back is no complete HTTP answer."""


class Response:
    """An answer: ``status_code``, ``reason``, ``headers`` (names in lower case), ``content``.

    ``is_page`` tells that the answer has content and calls it HTML: it comes from a person's page,
    such as a hotel's sign-in, and not from an API.
    """

    def __init__(
        self,
        status_code: int,
        reason: str,
        headers: "dict[str, str]",
        content: bytes,
        is_page: bool,
    ) -> None:
        self.status_code = status_code
        self.reason = reason
        self.headers = headers
        self.content = content
        self.is_page = is_page

    @property
    def text(self) -> str:
        return self.content.decode()

    def json(self) -> object:
        import json

        return json.loads(self.content)

    def close(self) -> None:
        """Do nothing: the content is read, and the connection belongs to the session."""


class AnswerReader:
    """Reads answers one after another; ``started`` and ``keep_alive`` tell of the last one."""

    def __init__(self, lean: bool, max_body: int) -> None:
        self._lean = lean
        self._max_body = max_body
        self._buffer = bytearray(_BUFFER_BYTES)
        self._view = memoryview(self._buffer)
        self._at = 0  # what is not consumed yet is _buffer[_at:_end]
        self._end = 0
        self._line_end = 0
        self.started = False
        self.keep_alive = False
        self._allowed = 0
        self._length = _UNKNOWN
        self._chunked = False
        self._is_page = False

    def wait(self, stream: "Stream", deadline: int) -> bool:
        """Wait for an answer's first bytes; return False where the peer closed instead."""
        self._at = self._end = 0
        self._allowed = _MAX_HEAD_BYTES
        self.started = False
        self.started = self._fill(stream, deadline)
        return self.started

    def read(self, stream: "Stream", deadline: int, no_body: bool = False) -> Response:
        """Read a whole answer, whose first bytes ``wait`` has seen.

        Raises BadAnswer for one that is cut off, too large or no HTTP, and OSError as the stream.
        """
        status = 100
        while status < 200:
            start = self._line(stream, deadline)
            status = self._status(start)
            keep_headers = not (self._lean and status == 200)
            reason = self._text(start + 13, self._line_end) if keep_headers else "OK"
            headers: "dict[str, str]" = {}
            self.keep_alive = self._buffer[start + 7] != 48  # HTTP/1.0 closes
            self._length = _UNKNOWN
            self._chunked = self._is_page = False
            while True:
                start = self._line(stream, deadline)
                if self._line_end == start:
                    break
                self._header(start)
                if keep_headers:
                    self._keep(headers, start)
        content = b""
        if not (no_body or status == 204 or status == 304):
            content = self._content(stream, deadline)
        if self._at != self._end:
            self.keep_alive = False  # nothing was asked that this could answer
        return Response(status, reason, headers, content, self._is_page and len(content) > 0)

    def _fill(self, stream: "Stream", deadline: int) -> bool:
        end = self._end
        count = stream.receive_into(self._view[end:] if end else self._view, deadline)
        self._end = end + count
        self._allowed -= count
        return count > 0

    def _line(self, stream: "Stream", deadline: int) -> int:
        """Return where the next line starts; it ends at _line_end."""
        start = seen = self._at
        while True:
            lf = find(self._buffer, _LF, seen, self._end)
            if lf >= 0:
                break
            if self._allowed < 0:
                raise BadAnswer("the answer's headers are larger than 4096 bytes")
            if start:
                size = self._end - start
                self._buffer[:size] = self._buffer[start : self._end]
                start, self._end = 0, size
            if self._end == _BUFFER_BYTES:
                self._end = _KEPT_BYTES
            seen = self._end
            if not self._fill(stream, deadline):
                raise BadAnswer("the answer was cut off")
        self._at = lf + 1
        self._line_end = lf - 1 if lf > start and self._buffer[lf - 1] == _CR else lf
        return start

    def _status(self, start: int) -> int:
        after = start + 12
        if self._line_end < after or not self._is(start, b"http/1."):
            raise BadAnswer("the answer is not HTTP/1.1")
        status = self._number(start + 9, after, 10)
        if status < 100 or (self._line_end > after and self._buffer[after] != 32):
            raise BadAnswer("the answer has no status")
        return status

    def _header(self, start: int) -> None:
        # by the first letter, as nearly all headers are of no interest here
        letter = self._buffer[start] | 32
        if letter == 99:
            if self._is(start, b"content-length:"):
                length = self._number(self._skip_spaces(start + 15), self._line_end, 10)
                if self._length not in (_UNKNOWN, length):
                    raise BadAnswer("the answer has two lengths")
                self._length = length
            elif self._is(start, b"connection:"):
                if self._has(start + 11, b"close"):
                    self.keep_alive = False
            elif self._is(start, b"content-type:"):
                self._is_page = self._has(start + 13, b"html")
        elif letter == 116 and self._is(start, b"transfer-encoding:"):
            if not self._has(start + 18, b"chunked"):
                raise BadAnswer("the answer has an unknown transfer-encoding")
            self._chunked = True

    def _keep(self, headers: "dict[str, str]", start: int) -> None:
        colon = find(self._buffer, 58, start, self._line_end)
        if colon > start:
            name = self._text(start, colon).lower()
            headers[name] = self._text(colon + 1, self._line_end).strip()

    def _content(self, stream: "Stream", deadline: int) -> bytes:
        if self._chunked:
            return self._chunks(stream, deadline)
        if self._length == 0:
            return b""
        content = bytearray()
        if self._length > 0:
            self._take(stream, deadline, content, self._length)
        else:
            self.keep_alive = False  # no length: the close ends it (RFC 9112 §6.3)
            self._check_size(self._end - self._at)
            content.extend(self._buffer[self._at : self._end])
            self._at = self._end = 0
            while self._fill(stream, deadline):
                content.extend(self._buffer[: self._end])
                self._end = 0
                self._check_size(len(content))
        return bytes(content)

    def _chunks(self, stream: "Stream", deadline: int) -> bytes:
        content = bytearray()
        while True:
            start = self._line(stream, deadline)
            stop = find(self._buffer, 59, start, self._line_end)  # extensions begin with ;
            size = self._number(start, self._line_end if stop < 0 else stop, 16)
            if size == 0:
                break
            self._take(stream, deadline, content, size)
            if self._line(stream, deadline) != self._line_end:
                raise BadAnswer("a chunk of the answer is longer than it says")
        while self._line(stream, deadline) != self._line_end:
            pass  # trailers
        return bytes(content)

    def _take(self, stream: "Stream", deadline: int, content: bytearray, size: int) -> None:
        self._check_size(len(content) + size)
        while size:
            if self._at == self._end:
                self._at = self._end = 0
                if not self._fill(stream, deadline):
                    raise BadAnswer("the answer was cut off")
            taken = min(size, self._end - self._at)
            content.extend(self._buffer[self._at : self._at + taken])
            self._at += taken
            size -= taken
        self._allowed = _MAX_HEAD_BYTES

    def _check_size(self, size: int) -> None:
        if size > self._max_body:
            raise BadAnswer(f"the answer is larger than {self._max_body} bytes")

    def _is(self, at: int, lower: bytes) -> bool:
        buffer = self._buffer
        for c in lower:
            if buffer[at] | 32 != c:
                return False
            at += 1
        return True

    def _has(self, at: int, lower: bytes) -> bool:
        while at + len(lower) <= self._line_end:
            if self._is(at, lower):
                return True
            at += 1
        return False

    def _skip_spaces(self, at: int) -> int:
        while at < self._line_end and self._buffer[at] in b" \t":
            at += 1
        return at

    def _number(self, start: int, stop: int, base: int) -> int:
        while stop > start and self._buffer[stop - 1] in b" \t":
            stop -= 1
        if start >= stop:
            raise BadAnswer("the answer lacks a number")
        number = 0
        while start < stop:
            digit = self._buffer[start]
            digit = digit - 48 if digit < 58 else (digit | 32) - 87
            if not 0 <= digit < base:
                raise BadAnswer("the answer has a wrong number")
            if number < _HUGE:
                number = number * base + digit
            start += 1
        return number

    def _text(self, start: int, stop: int) -> str:
        # Latin-1, which MicroPython's decode() does not know
        return "".join([chr(c) for c in self._buffer[start:stop]])
