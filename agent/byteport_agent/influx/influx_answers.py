"""What the answers of an InfluxDB, or of what speaks as one, mean: as errors of `byteport`.

Source: InfluxData, "InfluxDB API reference", /write (1.x) and /api/v2/write (2.x).
"""

import json
from contextlib import suppress

from byteport.errors import (
    ByteportError,
    InvalidValue,
    RateLimited,
    Refused,
    Rejected,
    Unreachable,
)
from byteport.http import Response
from byteport.http_date import retry_after_s
from byteport.meaning import TooLarge
from byteport_agent.printable import clipped, printable

_WIDEST = 200
_TOO_LARGE = (413, 414, 431)


def error_of(answer: Response, url: str, parts: int) -> ByteportError | None:
    """Return what an answer means, None for the one that confirms; ``parts`` is what was sent.

    A server that takes some points of a call writes those and refuses the rest, and says which
    only in words, if at all. So what was sent goes again in ``parts``, until those are found that
    are to blame: points of a call, then fields of a point. A point may be written twice.
    """
    status = answer.status_code
    if status == 204:
        return None
    text = f"{url}: status {status}: {_words(answer)}"
    if status in (401, 403):
        return Refused(f"{text}: are user and password, or the token, right?", status)
    if status == 404 or (status == 500 and "retention policy not found" in text):
        return Refused(f"{text}: is there such a one, or what speaks InfluxDB's API?", status)
    if status in (400, 422):
        return _refusal(text, status, parts)
    if status in _TOO_LARGE:
        return TooLarge(text, status)
    wait_s = retry_after_s(answer.headers.get("retry-after", ""), answer.headers.get("date", ""))
    if status == 429:
        return RateLimited(text, status, wait_s)
    if 300 <= status < 400:
        return Refused(f"{text}: the address is another one, and is not followed", status)
    if 400 <= status < 500 and status != 408:
        return Rejected(text, status)
    return Unreachable(text if status >= 400 else f"{text}: no plain 204", status, wait_s)


def _refusal(text: str, status: int, parts: int) -> ByteportError:
    if "retention policy" in text and "beyond" in text:
        return InvalidValue(text)  # older than what is kept there: no fault, and never will be
    return TooLarge(text, status) if parts > 1 else Rejected(text, status)


def _words(answer: Response) -> str:
    """Return what a server says is wrong."""
    text = answer.content.decode(errors="replace")
    with suppress(ValueError, TypeError, AttributeError):
        found = json.loads(text)
        text = found.get("error") or found.get("message") or text
    return clipped(printable(" ".join(text.split())), _WIDEST)
