"""The board's `time` module: virtual, with ticks that wrap and the epoch of its port."""

import time as real_time

from byteport_mocks.board import dates

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.board.simulated_board import SimulatedBoard

_PERIOD = 1 << 30  # of ticks, on a board with 32 bits
_2000_S = 946684800


class BoardTime:
    """What `import time` finds; all else comes from the interpreter's own `time`."""

    def __init__(self, board: "SimulatedBoard") -> None:
        self._board = board
        self._clock = board.clock
        self.epoch_s = _2000_S if board.port == "esp32" else 0
        for name in ("sleep_ms", "ticks_ms", "ticks_add", "ticks_diff"):
            # MicroPython's `from time import …` finds no methods
            setattr(self, name, getattr(self, name))

    def sleep(self, seconds: float) -> None:
        self._clock.sleep_us(round(seconds * 1000000))

    def sleep_ms(self, ms: int) -> None:
        self._clock.sleep_ms(max(0, ms))

    def sleep_us(self, us: int) -> None:
        self._clock.sleep_us(max(0, us))

    def ticks_ms(self) -> int:
        return self.ticks_us_since_boot() // 1000 % _PERIOD

    def ticks_us(self) -> int:
        return self.ticks_us_since_boot() % _PERIOD

    def ticks_us_since_boot(self) -> int:
        return self._clock.ticks_us() - self._board.boot_us

    def ticks_add(self, ticks: int, delta: int) -> int:
        return (ticks + delta) % _PERIOD

    def ticks_diff(self, later: int, earlier: int) -> int:
        return (later - earlier + _PERIOD // 2) % _PERIOD - _PERIOD // 2

    def time(self) -> int:
        return self._board.rtc_us() // 1000000 - self.epoch_s

    def time_ns(self) -> int:
        return (self._board.rtc_us() - self.epoch_s * 1000000) * 1000

    def gmtime(self, seconds: "int | None" = None) -> "tuple[int, ...]":
        return dates.split(self.epoch_s + (self.time() if seconds is None else int(seconds)))

    def localtime(self, seconds: "int | None" = None) -> "tuple[int, ...]":
        return self.gmtime(seconds)

    def mktime(self, date: "tuple[int, ...]") -> int:
        year, month, day, hour, minute, second = date[:6]
        return dates.join(year, month, day, hour, minute, second) - self.epoch_s

    def __getattr__(self, name: str) -> object:
        return getattr(real_time, name)
