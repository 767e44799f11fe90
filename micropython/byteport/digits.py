"""Numbers and times as text with digits that are the same on every interpreter."""


def decimals_text(value: float, decimals: int) -> str:
    """Return a number with that many decimals, the same digits on every interpreter."""
    return f"{value:.{decimals}f}"


def ms_text(ts_ms: int) -> str:
    """Return integer milliseconds since 1970 as text for ``_ts``."""
    return f"{ts_ms // 1000}.{ts_ms % 1000:03d}"


def time_text(seconds_2000: int, ms: int) -> str:
    """Return seconds since 2000 and ms as text for ``_ts``, which counts from 1970.

    In two halves: the sum would not be a small int on a 32-bit board.
    """
    low = 84800 + seconds_2000 % 100000
    high = 9466 + seconds_2000 // 100000 + low // 100000
    return f"{high}{low % 100000:05d}.{ms:03d}"
