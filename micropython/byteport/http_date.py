"""HTTP's dates and waits: ``Date`` and ``Retry-After``, read without a calendar module.

Source: RFC 9110 §5.6.7 (the date format every sender must use), §6.6.1 (Date) and §10.2.3
(Retry-After).
"""

from byteport.compat import const, ticks_ms

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from byteport.clock import Clock

_1970_TO_2000_S = const(946684800)
_DATE_MS = const(1500)  # how far a Date header may be off: whole seconds, and its way
_MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec"
_MAX_WAIT_S = const(3600)


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


def set_clock(clock: "Clock", text: str) -> bool:
    """Give a clock the time of a Date header that has just come; tell whether it was used."""
    try:
        s = unix_seconds(text) - _1970_TO_2000_S
    except ValueError as error:
        clock.reason = str(error)
        return False
    return clock.set(s, 500, ticks_ms(), "date", _DATE_MS)


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
