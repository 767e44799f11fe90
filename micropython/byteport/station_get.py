"""A station's request as a GET, where that is wanted: the API key is then a part of the URL."""

from byteport.compat import const

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.station_http import HttpOutput

_MOST_URL_BYTES = const(2048)


def as_get(request: "HttpOutput", always: bool) -> bytes:
    """Return a request that is filled in as a GET, or as it is where its URL would be too long.

    ``always``: then too, and the service will say what it makes of it.
    """
    buffer = bytes(request.buffer)
    head, _, form = buffer.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    target = lines[0][5:-9] + b"?" + form  # of POST … HTTP/1.1
    host = lines[1][6:]
    if len(target) + len(host) + 8 > _MOST_URL_BYTES and not always:
        return buffer
    return b"GET " + target + b" HTTP/1.1\r\n" + lines[1] + b"\r\n" + lines[2] + b"\r\n\r\n"
