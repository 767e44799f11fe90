"""`machine.WDT`, which bites on the virtual clock, and `machine.Timer`."""

# ruff: noqa: A002 (machine's signatures)

from byteport_mocks.board.current import current
from byteport_mocks.board.resets import WDT_RESET, BoardReset

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_RP2_MOST_MS = 8388


class WDT:
    """Ends the program with the ending "wdt" where it is not fed in time; it has no stop.

    A board has one: making it again gives it another time.
    """

    def __init__(self, id: int = 0, timeout: int = 5000) -> None:  # noqa: ARG002
        self._board = current()
        if self._board.port == "rp2" and timeout > _RP2_MOST_MS:
            raise ValueError(f"timeout exceeds {_RP2_MOST_MS}")
        self._board.cancel(self._board.wdt)
        self._board.wdt_ms = timeout
        self.feed()
        self._look()

    def feed(self) -> None:
        self._board.wdt_fed_us = self._board.clock.ticks_us()

    def _look(self) -> None:
        """Bite, or look again when it would be time: feeding, which is often, moves no alarm."""
        board = self._board
        left_us = board.wdt_fed_us + board.wdt_ms * 1000 - board.clock.ticks_us()
        if left_us <= 0:
            raise BoardReset("wdt", WDT_RESET)
        board.wdt = board.call_in_us(left_us, self._look)


class Timer:
    """Calls back once or over and over; a Pico's has the id -1."""

    ONE_SHOT = 0
    PERIODIC = 1

    def __init__(self, id: int = -1, **options: object) -> None:  # noqa: ARG002
        self._board = current()
        self._handle = 0
        self._period_us = 0
        self._repeats = False
        self._callback: "Callable[[Timer], object] | None" = None
        if options:
            self.init(**options)  # type: ignore[arg-type]

    def init(
        self,
        *,
        mode: int = PERIODIC,
        period: int = -1,
        freq: float = 0,
        callback: "Callable[[Timer], object] | None" = None,
    ) -> None:
        self.deinit()
        self._period_us = round(1000000 / freq) if freq else period * 1000
        self._repeats = mode == self.PERIODIC
        self._callback = callback
        self._arm()

    def deinit(self) -> None:
        self._board.cancel(self._handle)

    def _arm(self) -> None:
        self._handle = self._board.call_in_us(self._period_us, self._fire)

    def _fire(self) -> None:
        if self._repeats:
            self._arm()
        if self._callback is not None:
            self._callback(self)
