"""The one request that a station makes: a POST to Byteport's store API, in one buffer.

`byteport.client` is for programs, which have more to say; this is the part of it that a station
needs, in a third of the memory. Source: Byteport API document v1.6, "Storing with an API key".
"""

from byteport.compat import const
from byteport.connection import split_url
from byteport.encoder import append_quoted

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Any

_LENGTH_DIGITS = const(10)


class StationRequest:
    """``settings`` are station.json; after `fill` the request is in ``buffer``.

    ``origin`` is what `Connection` takes. Raises ValueError for a wrong URL.
    """

    def __init__(self, settings: "dict[str, Any]", key: str) -> None:
        device = settings["device"]
        url = settings["output"]["url"].rstrip("/") + "/api/v1/timeseries/"
        self.origin, host, path = split_url(url + device["namespace"] + "/" + device["uid"] + "/")
        head = "POST " + path.replace(":", "%3A") + " HTTP/1.1\r\nHost: " + host
        # the service is behind a filter that wants a known User-Agent
        head += "\r\nUser-Agent: curl/7.51.0\r\nContent-Type: application/x-www-form-urlencoded"
        head += "\r\nContent-Length:          0\r\n\r\n"
        self.buffer = bytearray(head.encode())
        self.form_at = len(self.buffer)
        self.buffer.extend(b"_key=")
        append_quoted(self.buffer, key)
        self._fields_at = len(self.buffer)

    def fill(self, timestamp: "str | None", fields: "bytes | bytearray") -> None:
        """Make it store fields, which are as `encoder.append_fields` makes them."""
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


def confirmed(status: int, answer: "Any") -> bool:
    """Return whether an answer, with the `content` and `html` of a Connection, says "stored".

    Content that is a page comes from a network's sign-in, not from Byteport.
    """
    return status == 200 and not (answer.content and (answer.html or answer.content[0] == 60))
