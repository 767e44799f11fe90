"""What the kernel knows of its own clock."""

IN_STEP_US = 16_000_000  # NTP_PHASE_LIMIT: with more, the kernel calls itself unsynchronised


def clock_error_us() -> int | None:
    """Return by how much the kernel thinks its clock may be wrong; None where it does not say.

    It grows for ever where nobody sets the clock, whoever that may be: systemd, chrony, ntpd.
    Source: adjtimex(2), of which this changes nothing.
    """
    import ctypes

    class Timex(ctypes.Structure):
        _fields_ = [
            ("modes", ctypes.c_uint),
            ("offset", ctypes.c_long),
            ("frequency", ctypes.c_long),
            ("maxerror", ctypes.c_long),
            ("others", ctypes.c_byte * 256),
        ]

    timex = Timex()
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.byref(timex))
    except (AttributeError, OSError):
        return None
    return timex.maxerror if state >= 0 else None
