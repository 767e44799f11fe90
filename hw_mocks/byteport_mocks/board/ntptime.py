"""`ntptime`: the true time of the board, where Wi-Fi is up and `board.ntp_failures` is used up."""

import errno

from byteport_mocks.board.current import current
from byteport_mocks.board.wifi import JOINED

host = "pool.ntp.org"
timeout = 1

_NO_NAME = -202  # what getaddrinfo raises on an ESP32 without a network; -2 on a Pico W
_ANSWER_MS = 40


def time() -> int:
    """Ask for the time; seconds since the port's epoch."""
    board = current()
    if board.wifi.state() != JOINED:
        raise OSError(_NO_NAME if board.port == "esp32" else -2)
    if board.ntp_failures:
        board.ntp_failures -= 1
        board.clock.sleep_ms(timeout * 1000)
        raise OSError(errno.ETIMEDOUT)
    board.clock.sleep_ms(_ANSWER_MS)
    return board.utc_us() // 1000000 - board.time().epoch_s


def settime() -> None:
    """Ask for the time and set the RTC, in whole seconds."""
    board = current()
    board.set_rtc_us((time() + board.time().epoch_s) * 1000000)
