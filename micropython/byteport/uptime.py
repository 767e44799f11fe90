"""How long ago a boot began, for readings that are made before the time is known."""

from byteport.compat import const, ticks_diff, ticks_ms

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from collections.abc import Callable


class Uptime:
    """Seconds and milliseconds since it was made, or since so long before that.

    They go on where ticks wrap, after 12.4 days on a board, if `update` is called every 6 days.
    """

    def __init__(self, seconds: int = 0, now: "Callable[[], int] | None" = None) -> None:
        self.seconds = seconds
        self.ms = 0
        self._now = now or ticks_ms
        self._ticks = self._now()

    def update(self) -> None:
        """Set both to what they are now."""
        ticks = self._now()
        ms = self.ms + ticks_diff(ticks, self._ticks)
        self._ticks = ticks
        self.seconds += ms // 1000
        self.ms = ms % 1000
