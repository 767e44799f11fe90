"""`machine.RTC`: the board's date, and on an ESP32 memory that survives deep sleep."""

from byteport_mocks.board import dates
from byteport_mocks.board.current import current

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_MEMORY_BYTES = 2048


class PicoRTC:
    """The one clock of the board; a Pico's, which has no memory."""

    def datetime(self, date: "Sequence[int] | None" = None) -> "tuple[int, ...] | None":
        """Return or set (year, month, day, weekday, hour, minute, second, subsecond)."""
        board = current()
        if date is not None:
            year, month, day, _, hour, minute, second, subsecond = date
            now_us = dates.join(year, month, day, hour, minute, second) * 1000000
            board.set_rtc_us(now_us + (subsecond if board.port == "esp32" else 0))
            return None
        now_us = board.rtc_us()
        year, month, day, hour, minute, second, weekday, _ = dates.split(now_us // 1000000)
        subsecond = now_us % 1000000 if board.port == "esp32" else 0
        return year, month, day, weekday, hour, minute, second, subsecond

    def init(self, date: "Sequence[int]") -> None:
        self.datetime(date)


class RTC(PicoRTC):
    """An ESP32's."""

    def memory(self, data: "bytes | bytearray | str | None" = None) -> "bytes | None":
        """Return or set up to 2048 bytes."""
        board = current()
        if data is None:
            return board.rtc_memory
        content = data.encode() if isinstance(data, str) else bytes(data)
        if len(content) > _MEMORY_BYTES:
            raise ValueError("buffer too long")
        board.rtc_memory = content
        return None
