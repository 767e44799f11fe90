"""A thread that works until it is told to stop, and gives signs of life meanwhile."""

from abc import ABC, abstractmethod
from threading import Condition, Thread

from byteport_agent.clock import Clock
from byteport_agent.pulse import Pulse

IDLE_MS = 10_000
GRACE_MS = 60_000  # for a piece of work, on a machine that is busy or a disk that is slow


class Background(ABC):
    """A subclass's `_run` ends soon after ``_stopping``; it waits on ``_condition``."""

    def __init__(self, name: str, clock: Clock) -> None:
        self._clock = clock
        self._condition = Condition()
        self._stopping = False
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self.pulse = Pulse(name, clock)

    def start(self) -> None:
        self._thread.start()

    def stop(self, within_ms: int) -> None:
        """End, with what is under way done if it can be by then."""
        with self._condition:
            self._stopping = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join(within_ms / 1000)
        self.pulse.rest()

    def _idle(self, wait_ms: int = IDLE_MS) -> None:
        """Wait, with the condition held, until it is notified or the time is over."""
        self.pulse.beat(wait_ms + GRACE_MS)
        self._condition.wait(wait_ms / 1000)

    @abstractmethod
    def _run(self) -> None:
        """Work until stopped."""
