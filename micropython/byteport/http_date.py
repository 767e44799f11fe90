"""HTTP's dates and waits: ``Date`` and ``Retry-After``, read without a calendar module.

Source: RFC 9110 §5.6.7 (the date format every sender must use) and §10.2.3 (Retry-After).
"""

_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_MAX_WAIT_S = 3600


def unix_seconds(text: str) -> int:
    """Return seconds since 1970 for ``Sun, 06 Nov 1994 08:49:37 GMT``; raise ValueError else."""
    parts = text.split()
    if len(parts) != 6 or parts[5] != "GMT" or len(parts[2]) != 3:
        raise ValueError(f"no HTTP date: {text!r}")
    month = _MONTHS.find(parts[2])
    hour, minute, second = [int(part) for part in parts[4].split(":")]
    if month < 0 or month % 3:
        raise ValueError(f"no month in {text!r}")
    return _days(int(parts[3]), month // 3 + 1, int(parts[1])) * 86400 + (
        hour * 3600 + minute * 60 + second
    )


def retry_after_s(text: str, server_date: str = "") -> "int | None":
    """Return the seconds that a Retry-After asks for, 0 to 3,600, or None where it says nothing.

    A date is measured against the server's own Date header, as this machine's clock may be wrong.
    """
    try:
        wait_s = (
            int(text) if text.strip().isdigit() else unix_seconds(text) - unix_seconds(server_date)
        )
    except ValueError:
        return None
    return min(max(wait_s, 0), _MAX_WAIT_S)


def _days(year: int, month: int, day: int) -> int:
    # days from 1970, counting years from March so that a leap day comes last
    if month < 3:
        month += 12
        year -= 1
    return (
        365 * year + year // 4 - year // 100 + year // 400 + (153 * month - 457) // 5 + day - 719469
    )
