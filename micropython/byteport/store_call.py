"""Reads one call of Byteport's store API: form parameters to key, time, fields and log messages.

No I/O, and no float on the way of a time. Stricter than a web framework's form parser, as a
parameter that is dropped or doubled would be a reading lost. On PCs alone, for whatever answers as
Byteport does: the agent's gateway, and the simulated Byteport. Source: Byteport API document v1.6.
"""

from dataclasses import dataclass
from re import ASCII, fullmatch
from urllib.parse import unquote_plus

from byteport.errors import InvalidName
from byteport.names import LOG_LEVELS, check
from byteport.secret import Secret

MAX_FIELDS = 100
_Texts = tuple[tuple[str, str], ...]


class RefusalError(Exception):
    """The call is not stored: an HTTP status, and one line that says what is wrong with it."""

    def __init__(self, status: int, text: str, retry_after_s: int = 0) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class StoreCall:
    """One call, a heartbeat where it has no fields or messages; ``ts_ms`` is None if not given."""

    key: Secret
    ts_ms: int | None
    fields: _Texts
    messages: _Texts  # of the log channels: (level, text)


def read_store_call(form: bytes) -> StoreCall:
    """Return the call that a query or a body makes; RefusalError if it is not right."""
    parameters = form_texts(form)
    key = parameters.pop("_key", "")
    ts = parameters.pop("_ts", None)
    if len(parameters) > MAX_FIELDS:
        raise _too_many(len(parameters))
    for name in parameters:
        try:
            check(name)
        except InvalidName as error:
            raise RefusalError(400, str(error)) from None
    return StoreCall(
        Secret(key),
        None if ts is None else timestamp_ms(ts),
        tuple((name, text) for name, text in parameters.items() if name not in LOG_LEVELS),
        tuple((name, text) for name, text in parameters.items() if name in LOG_LEVELS),
    )


def timestamp_ms(text: str) -> int:
    """Return the milliseconds of ``_ts``, seconds with decimals; what is finer is cut off."""
    parts = fullmatch(r"(\d{1,11})(?:\.(\d{0,9}))?", text, ASCII)
    if parts is None:
        raise RefusalError(400, "_ts is not seconds since 1970, such as 1410613385.123")
    seconds, decimals = parts.groups(default="")
    return int(seconds) * 1000 + int(f"{decimals:0<3}"[:3])


def form_texts(form: bytes) -> dict[str, str]:
    """Return the parameters of a form by name; RefusalError if one is not right or comes twice."""
    pairs = form.split(b"&") if form else []
    if len(pairs) > MAX_FIELDS + 2:  # the key and the time
        raise _too_many(len(pairs))
    parameters: dict[str, str] = {}
    for number, pair in enumerate(pairs, 1):
        try:
            name, separator, text = pair.decode().partition("=")
            name, text = _unquoted(name), _unquoted(text)
        except UnicodeDecodeError:
            raise RefusalError(400, f"parameter {number} is not percent-encoded UTF-8") from None
        if not separator:
            raise RefusalError(400, f"parameter {number} has no '='")
        if name in parameters:
            raise RefusalError(400, f"parameter {name!r} comes twice")
        parameters[name] = text
    return parameters


def _too_many(count: int) -> RefusalError:
    return RefusalError(413, f"{count} fields: at most {MAX_FIELDS} in one call")


def _unquoted(text: str) -> str:
    return unquote_plus(text, errors="strict") if "%" in text or "+" in text else text
