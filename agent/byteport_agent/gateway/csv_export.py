"""The history as CSV, a row per value, made while it is sent (RFC 4180)."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from byteport_agent.gateway.blocks import number_of
from byteport_agent.gateway.charts import Span
from byteport_agent.gateway.history import History
from byteport_agent.gateway.kept_series import KeptSeries

HEAD = "time,device,field,value\r\n"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the start of one


def rows(history: History, wanted: Iterable[KeptSeries], span: Span) -> Iterator[bytes]:
    """Yield the file in pieces, each of an hour of a field."""
    yield HEAD.encode()
    for series in wanted:
        place = f"{series.device},{series.field}"
        for column in history.values(series, span.from_ms, span.to_ms):
            pairs = zip(column.times, column.texts(), strict=True)
            lines = (f"{_iso(ts_ms)},{place},{cell(text)}\r\n" for ts_ms, text in pairs)
            yield "".join(lines).encode(errors="replace")


def cell(text: str) -> str:
    """Return a value as a cell; a text that would be a formula becomes one that is none."""
    if text.startswith(_FORMULA) and number_of(text) is None:
        text = f"'{text}"
    if any(char in text for char in ',"\r\n'):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text


def _iso(ts_ms: int) -> str:
    seconds, ms = divmod(ts_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03d}Z"
