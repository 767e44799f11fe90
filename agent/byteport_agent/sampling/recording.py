"""The thread between the lanes and the disk: a card that is busy for a second delays no sensor.

What was read in the meantime is committed together, which is also cheaper. The wait is bounded in
number; the outbox itself bounds what it keeps when the disk takes nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable

from byteport_agent.background import GRACE_MS, Background
from byteport_agent.clock import Clock
from byteport_agent.outbox import Outbox, Reading

_MOST_WAITING = 50_000
_MOST_TOGETHER = 500


class Recorder(Background):
    """Takes readings from any thread; ``committed`` is called after each commit.

    `stop` commits what waits.
    """

    def __init__(self, outbox: Outbox, clock: Clock, committed: Callable[[], object]) -> None:
        super().__init__("recorder", clock)
        self._outbox = outbox
        self._committed = committed
        self._waiting: deque[Reading] = deque()
        self.lost = 0
        self.pending = 0  # recorded and not committed yet

    def record(self, readings: Iterable[Reading]) -> None:
        """Have readings kept; returns at once."""
        with self._condition:
            for reading in readings:
                if len(self._waiting) == _MOST_WAITING:
                    self._waiting.popleft()
                    self.lost += 1
                    self.pending -= 1
                self._waiting.append(reading)
                self.pending += 1
            self._condition.notify()

    def _run(self) -> None:
        while readings := self._next():
            self._outbox.append(readings)
            with self._condition:
                self.pending -= len(readings)
            self._committed()

    def _next(self) -> list[Reading]:
        """Wait for readings and return them, none at the end."""
        with self._condition:
            while not self._waiting and not self._stopping:
                self._idle()
            self.pulse.beat(GRACE_MS)
            together = min(len(self._waiting), _MOST_TOGETHER)
            return [self._waiting.popleft() for _ in range(together)]


class Upkeep(Background):
    """The thread for the outbox's own work, such as syncs, which may take as long as they like."""

    def __init__(self, outbox: Outbox, clock: Clock) -> None:
        super().__init__("outbox", clock)
        self._outbox = outbox

    def _run(self) -> None:
        while not self._stopping:
            self.pulse.beat(GRACE_MS)
            wait_ms = self._outbox.upkeep()
            with self._condition:
                if not self._stopping:
                    self._condition.wait(wait_ms / 1000)
