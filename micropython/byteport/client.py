"""Sends readings, log messages, files and objects to Byteport; each call is confirmed or an error.

It puts the requests together; `byteport.connection` carries them, and `byteport.meaning` tells what
an answer other than a plain 200 means. Source: Byteport API document v1.6, "Storing with an API
key".
"""

from byteport.compat import Lock, const, ticks_add, ticks_ms
from byteport.connection import Connection, split_url
from byteport.encoder import append_fields, append_quoted
from byteport.errors import InvalidName, InvalidValue
from byteport.names import LOG_LEVELS, check

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

    from byteport.encoder import Fields

_SPACE = const(32)


class Client:
    """Stores under one namespace with its key; ``device`` is the uid used where a call names none.

    ``method`` is POST, GET (the key then travels in the URL, which servers log) or auto: GET while
    the URL fits 2,048 bytes, else POST. ``timeout`` is the deadline of a whole call in seconds.
    ``ca`` is a CA file or its content, to trust instead of the system's. ``session`` may be
    anything with the ``get`` and ``post`` of urequests or requests. Not MicroPython's own
    ``requests``: it follows a redirect without telling, and what nobody stored looks stored.
    It may also be a `byteport.connection.Connection` to the host of ``url``.

    ``connection.headers`` are those of the last answer that was no 200, and a 200's Date alone
    where ``connection.wants_date`` is set.

    Every storing method raises InvalidData before anything is sent, or a SendError (see
    `byteport.errors`) where the service did not confirm; without an error it is stored.
    """

    def __init__(
        self,
        namespace: str,
        key: str,
        device: "str | None" = None,
        url: str = "https://api.byteport.se",
        method: str = "POST",
        timeout: float = 20,
        user_agent: str = "curl/7.51.0",  # the service is behind a filter that wants a known one
        session: "Any" = None,
        ca: "str | bytes | None" = None,
    ) -> None:
        if method not in ("POST", "GET", "auto") or not key:
            raise InvalidValue(f"empty key, or method {method!r} is not POST, GET or auto")
        self._url = f"{url.rstrip('/')}/api/v1/timeseries/{check(namespace, 'namespace')}/"
        try:
            origin, host, _ = split_url(self._url)
        except ValueError as error:
            raise InvalidValue(str(error))
        self._device = None if device is None else check(device, "device")
        self._method = method
        self._timeout = timeout
        self._lines = f" HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {user_agent}\r\n"
        self._buffer = bytearray(b"_key=")
        append_quoted(self._buffer, key)
        self._key = bytes(self._buffer)
        # the device whose POST head stands in _buffer, and its size
        self._head: "tuple[str | None, int]" = (None, 0)
        self._lock = Lock()
        if session is None:
            self.connection: "Any" = Connection(origin, ca)
        elif hasattr(session, "exchange"):
            self.connection = session
        else:
            from byteport.other_session import Connection as OtherConnection

            self.connection = OtherConnection(session, self._url, self._key, timeout)

    def __repr__(self) -> str:
        return f"<Client {self._url} {self._device} {self._method}>"

    def store(
        self, fields: "Fields | None" = None, timestamp: "Any" = None, device: "str | None" = None
    ) -> None:
        """Store fields that were measured at one time: a dict, pairs, or an outbox record's body.

        ``timestamp`` is seconds since 1970 (int, float, text) or a datetime; without one the
        service takes the time of arrival. Without fields it is a heartbeat.
        """
        if device is None:
            device = self._device
        if device is None:
            raise InvalidName("no device: name one in the call or in the Client")
        with self._lock:
            if device != self._head[0]:
                self._put_head(device)
            buffer = self._buffer
            buffer[self._head[1] :] = self._key
            if timestamp is not None:
                from byteport.timestamp import timestamp_text

                buffer.extend(b"&_ts=")
                buffer.extend(timestamp_text(timestamp).encode())
            if fields:
                append_fields(buffer, fields)
            self._send(self._finish())

    def heartbeat(self, device: "str | None" = None) -> None:
        """Tell that the device lives; also proves namespace, device and key."""
        self.store(device=device)

    def log(
        self,
        message: str,
        level: str = "info",
        timestamp: "Any" = None,
        device: "str | None" = None,
    ) -> None:
        """Send a message to the device's log panel; level is debug, info, warn or error."""
        if level not in LOG_LEVELS:
            raise InvalidValue(f"level {level!r} is not one of {LOG_LEVELS}")
        self.store({level: message}, timestamp, device)

    def store_file(
        self, field: str, path: str, timestamp: "Any" = None, device: "str | None" = None
    ) -> None:
        """Store a UTF-8 text file's content as one field."""
        from byteport.files import store_file

        store_file(self, field, path, timestamp, device)

    def store_object(
        self,
        field: str,
        data: bytes,
        compression: "str | None" = None,
        timestamp: "Any" = None,
        device: "str | None" = None,
    ) -> None:
        """Store binary data as base64, compressed first by "gzip" or "bzip2" if wanted."""
        from byteport.files import store_object

        store_object(self, field, data, compression, timestamp, device)

    def store_directory(
        self, path: str, timestamp: "Any" = None, device: "str | None" = None
    ) -> None:
        """Store every file of a directory in one call: name = field, text content = value."""
        from byteport.files import store_directory

        store_directory(self, path, timestamp, device)

    def watch_directory(self, path: str, interval: float = 10, **options: "Any") -> None:
        """Store the files that appear or change, in one call, every ``interval`` seconds.

        Blocks; see `byteport.files.watch_directory` for the options.
        """
        from byteport.files import watch_directory

        watch_directory(self, path, interval, **options)

    def close(self) -> None:
        """Close the kept connection when no call is under way; the next call opens another."""
        with self._lock:
            self.connection.close()

    def _put_head(self, device: str) -> None:
        target = "/" + self._url.split("/", 3)[3] + check(device, "device") + "/"
        buffer = self._buffer
        self._head = (None, 0)  # until it is whole
        buffer[:] = b"POST "
        buffer.extend(target.replace(":", "%3A").encode())
        buffer.extend(self._lines.encode())
        buffer.extend(
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length:          0\r\n\r\n"
        )
        self._head = (device, len(buffer))

    def _finish(self) -> str:
        """Complete the request in the buffer, a form behind a POST head; return its method."""
        buffer = self._buffer
        start = self._head[1]
        if self._method != "POST":
            target = buffer[5 : buffer.find(b" ", 5)]
            size = self._url.find("/", 8) + len(target) + 1 + len(buffer) - start
            if size <= 2048:
                self._head = (None, 0)
                buffer[:start] = b"GET " + target + b"?"
                buffer.extend(self._lines.encode())
                buffer.extend(b"\r\n")
                return "GET"
            if self._method == "GET":
                raise InvalidValue(f"the URL has {size} bytes, GET takes 2048: use method POST")
        # the length goes into its place, so that the head stays from one reading to the next
        size = len(buffer) - start
        at = start - 5
        while size or buffer[at] != _SPACE:  # of the length before, digits may be left
            buffer[at] = 48 + size % 10 if size else _SPACE
            size //= 10
            at -= 1
        return "POST"

    def _send(self, method: str) -> None:
        link = self.connection
        problem = None
        status = 0
        try:
            deadline = ticks_add(ticks_ms(), int(self._timeout * 1000))
            status = link.exchange(self._buffer, deadline)
            # content that is a page comes from a network's sign-in, not from Byteport
            if status == 200 and not (link.content and (link.html or link.content[0] == 60)):
                return
        except OSError as error:
            problem = error
        from byteport.meaning import error_of

        raise error_of(status, link.headers, problem, method + " " + self._url, self._timeout)
