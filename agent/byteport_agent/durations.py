"""Durations as people write them: "10ms", "1.5s", "5m", "1h", "2d"."""

from re import fullmatch

_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


def duration_ms(text: str) -> int:
    """Return a duration's milliseconds; raise ValueError saying how one is written."""
    parts = fullmatch(r"([0-9]{1,9})(?:\.([0-9]{1,3}))?(ms|s|m|h|d)", text)
    if parts is None:
        raise ValueError(f"{text!r} is no duration: {_advice(text)}")
    whole, decimals, unit = parts.groups(default="")
    thousandths_ms = int(whole + f"{decimals:0<3}") * _UNIT_MS[unit]
    if thousandths_ms % 1000:
        raise ValueError(f"{text!r} is finer than 1ms")
    return thousandths_ms // 1000


def _advice(text: str) -> str:
    """Return what to write where it can be told what was meant, such as by "10 minutes"."""
    parts = fullmatch(r"([0-9]{1,9})(?:[.,]([0-9]{1,3}))? *(ms|[smhd])?[a-z]*", text.lower())
    if parts is None:
        return "write number and unit, such as 10ms, 1.5s, 5m"
    number = ".".join(filter(None, parts.groups()[:2]))
    if parts[3] is None:
        return f"write number and unit, such as {number}s, {number}m"
    return f"write {number}{parts[3]}"


def duration_text(ms: int) -> str:
    """Return milliseconds in the largest unit that leaves a short number: 0.4 s, 12 s, 3 min."""
    if ms < 9_950:
        return f"{max(ms, 0) / 1000:.1f} s"
    for unit, name, limit in ((1000, "s", 120), (60_000, "min", 120), (3_600_000, "h", 48)):
        if ms < unit * limit:
            return f"{ms // unit} {name}"
    return f"{ms // 86_400_000} d"
