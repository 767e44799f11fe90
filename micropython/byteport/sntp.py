"""Asks a time server what time it is, and believes an answer to this very question alone.

MicroPython's own ntptime takes any 48 bytes for the time, waits where nobody feeds a watchdog, and
drops the fraction of the second. Source: RFC 4330 §4 (format) and §5 (what to check).
"""

import errno
import os

from byteport.compat import const, ticks_add, ticks_diff, ticks_ms

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

HOSTS = ("pool.ntp.org", "time.cloudflare.com")

_1900_TO_2000_S = const(3155673600)
_LIMIT_MS = const(2000)
_STEP_MS = const(10)


def query(
    host: str, wait_ms: "Callable[[int], object]", port: int = 123
) -> "tuple[int, int, int, str, int]":
    """Return (seconds since 2000, ms, the ticks of that moment, "ntp", error_ms), for `Clock.set`.

    ``wait_ms(ms)`` sleeps so long and feeds the watchdog. Raises OSError: ETIMEDOUT after 2 s, or
    with a text where the server has no time to give. Looking up the name is not in the 2 s.
    """
    import socket

    family, _, _, _, address = socket.getaddrinfo(host, port, 0, socket.SOCK_DGRAM)[0]
    sock = socket.socket(family, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        sock.connect(address)  # others are not heard
        token = os.urandom(8)
        start = ticks_ms()
        sock.send(b"\x23" + bytes(39) + token)  # version 4, client
        answer = b""
        while len(answer) < 48 or answer[24:32] != token:
            if ticks_diff(ticks_ms(), start) >= _LIMIT_MS:
                raise OSError(errno.ETIMEDOUT, "no answer")
            wait_ms(_STEP_MS)
            answer = _received(sock)
        now = ticks_ms()
    finally:
        sock.close()
    if answer[0] >> 6 == 3 or answer[0] & 7 != 4 or not 0 < answer[1] < 16:
        raise OSError("it has no time itself")
    half_ms = (ticks_diff(now, start) + 1) // 2
    # from 2036 on, NTP counts from 0 again
    seconds = (int.from_bytes(answer[40:44], "big") - _1900_TO_2000_S) & 0xFFFFFFFF
    ms = (answer[44] << 8 | answer[45]) * 1000 >> 16
    return seconds, ms, ticks_add(now, -half_ms), "ntp", half_ms


def _received(sock: "Any") -> bytes:
    try:
        return bytes(sock.recv(48))
    except OSError as error:
        if error.errno != errno.EAGAIN:
            raise
        return b""
