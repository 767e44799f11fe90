"""Many timestamps in one call: Byteport's packets, the one way to; it needs a legacy key.

A packet's fields are one text, ``name=value;name=value;``. How that would carry a semicolon, an
equals sign, a quote or white space is not documented, so such values are for a call of their own.
Source: Byteport API document v1.6, "packets".
"""

import json
from functools import lru_cache

from byteport.digits import ms_text
from byteport.encoder import append_quoted
from byteport.errors import InvalidName
from byteport.http import Session
from byteport.meaning import error_of
from byteport.names import LOG_LEVELS, check

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    Texts = Iterable[tuple[str, str]]

PATH = "/api/legacy/packets/timeseries/"
_NOT_CARRIED = frozenset(";=\"'\\ ")


def carries(fields: "Texts") -> bool:
    """Tell whether a packet can hold fields without changing them; log messages never."""
    for name, value in fields:
        if not value or not value.isprintable() or not _NOT_CARRIED.isdisjoint(value):
            return False
        if not _is_series(name):
            return False
    return True


@lru_cache(64)
def _is_series(name: str) -> bool:
    try:
        return check(name) not in LOG_LEVELS
    except InvalidName:
        return False


def packet(namespace: str, device: str, ts_ms: int, fields: "Texts") -> "dict[str, str]":
    """Return one packet, of fields that it `carries`; ``ts_ms`` is milliseconds since 1970."""
    data = "".join([f"{name}={value};" for name, value in fields])
    return {"uid": device, "namespace": namespace, "timestamp": ms_text(ts_ms), "data": data}


def store_packets(
    session: Session, url: str, packets: "object", legacy_key: str, timeout: float = 20
) -> None:
    """Store a list of packets, or its JSON text, under the service's URL; confirmed or an error.

    The same packets make the same bytes. Raises a SendError as `Client.store` does.
    """
    form = bytearray(b"packets=")
    append_quoted(form, packets if isinstance(packets, str) else json.dumps(packets))
    form.extend(b"&legacy_key=")
    append_quoted(form, legacy_key)
    headers = {"User-Agent": "curl/7.51.0", "Content-Type": "application/x-www-form-urlencoded"}
    status, found, problem, page = 0, {}, None, False
    try:
        answer = session.post(url + PATH, data=bytes(form), headers=headers, timeout=timeout)
        status, found = answer.status_code, answer.headers
        html = found.get("content-type", "").lower().startswith("text/html")
        page = bool(answer.content) and (html or answer.content[0] == 60)
    except OSError as error:
        problem = error
    if status != 200 or page:
        raise error_of(status, found, problem, f"POST {url}{PATH}", timeout)
