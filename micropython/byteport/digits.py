"""Numbers and times as text with digits that are the same on every interpreter."""


def decimals_text(value: float, decimals: int) -> str:
    """Return a number with that many decimals, the same digits on every interpreter."""
    return f"{value:.{decimals}f}"


def ms_text(ts_ms: int) -> str:
    """Return integer milliseconds since 1970 as text for ``_ts``."""
    return f"{ts_ms // 1000}.{ts_ms % 1000:03d}"


def board_time_text(seconds: int, ms: int) -> str:
    """Return seconds since 2000 and milliseconds as text for ``_ts``, which counts from 1970.

    In numbers that a board with 31-bit integers adds without memory.
    """
    low = seconds % 100000 + 84800  # 946,684,800 s lie between
    return f"{seconds // 100000 + 9466 + low // 100000}{low % 100000:05d}.{ms:03d}"
