"""Numbers and times as text with digits that are the same on every interpreter."""

from byteport.outbox_record import time_text as time_text


def decimals_text(value: float, decimals: int) -> str:
    """Return a number with that many decimals, the same digits on every interpreter."""
    return f"{value:.{decimals}f}"


def ms_text(ts_ms: int) -> str:
    """Return integer milliseconds since 1970 as text for ``_ts``."""
    return f"{ts_ms // 1000}.{ts_ms % 1000:03d}"
