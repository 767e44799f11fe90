"""How a station's readings get to Byteport by HTTP: a POST to the store API, in one buffer.

`byteport.client` is for programs, which have more to say; this is the part of it that a station
needs, in a third of the memory. Source: Byteport API document v1.6, "Storing with an API key".

Another way to send has the same methods and attributes, as `station_board.new_output` makes it.
"""

from byteport.compat import const, ticks_add, ticks_ms
from byteport.connection import Connection, split_url
from byteport.encoder import append_quoted

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

_LENGTH_DIGITS = const(10)
_NO_ANSWER = const(0)
_PAGE = const(2)
_LESS_THAN = const(60)


class HttpOutput:
    """``settings`` are station.json. Raises ValueError for a wrong URL.

    ``needs_time``: certificates are believed only where the clock is right. ``why`` says what came
    of the last call. ``headers`` are those of its answer, if it was no 200 or ``wants_date``.
    """

    def __init__(self, settings: "dict[str, Any]", key: str) -> None:
        device = settings["device"]
        output = settings["output"]
        url = output["url"].rstrip("/") + "/api/v1/timeseries/"
        origin, host, path = split_url(url + device["namespace"] + "/" + device["uid"] + "/")
        self.needs_time = origin[0]
        self.wants_date = False
        self.why = ""
        self._method: str = output["method"]
        self._timeout_ms: int = output["timeout_ms"]
        self._connection = Connection(origin, output.get("ca"))
        head = "POST " + path.replace(":", "%3A") + " HTTP/1.1\r\nHost: " + host
        # the service is behind a filter that wants a known User-Agent
        head += "\r\nUser-Agent: curl/7.51.0\r\nContent-Type: application/x-www-form-urlencoded"
        head += "\r\nContent-Length:          0\r\n\r\n"
        self.buffer = bytearray(head.encode())
        self.form_at = len(self.buffer)
        self.buffer.extend(b"_key=")
        append_quoted(self.buffer, key)
        self._fields_at = len(self.buffer)

    @property
    def headers(self) -> "dict[str, str]":
        return self._connection.headers

    def send(self, fields: "bytes | bytearray", timestamp: "str | None" = None) -> int:
        """Store fields, as `encoder.append_fields` makes them; return 200 if they are stored.

        Else the answer's status, 2 for a page, 0 for no answer. Without fields it is a heartbeat.
        """
        connection = self._connection
        connection.wants_date = self.wants_date
        self._fill(timestamp, fields)
        request: "bytes | bytearray" = self.buffer
        try:
            if self._method != "POST":
                from byteport.station_get import as_get

                request = as_get(self, self._method == "GET")
            status = connection.exchange(request, ticks_add(ticks_ms(), self._timeout_ms))
        except OSError as error:
            self.why = str(error)
            return _NO_ANSWER
        # content that is a page comes from a network's sign-in, not from Byteport
        content = connection.content
        if status == 200 and content and (connection.html or content[0] == _LESS_THAN):
            status = _PAGE
        self.why = "" if status == 200 else f"status {status}"
        return status

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        self._connection.close()

    def _fill(self, timestamp: "str | None", fields: "bytes | bytearray") -> None:
        buffer = self.buffer
        buffer[self._fields_at :] = b""
        if timestamp is not None:
            buffer.extend(b"&_ts=")
            buffer.extend(timestamp.encode())
        buffer.extend(fields)
        # the length goes into its place, so that the head stays from one reading to the next
        size = len(buffer) - self.form_at
        for at in range(self.form_at - 5, self.form_at - 5 - _LENGTH_DIGITS, -1):
            buffer[at] = 48 + size % 10 if size else 32
            size //= 10
