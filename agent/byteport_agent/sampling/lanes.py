"""One queue per bus or pin, and the few threads that work on all of them.

A lane is a queue, not a thread: what is on one bus is done one after the other, whichever thread
does it, and a hundred lanes cost no thread each. A thread that is held up, by a slow sensor or for
ever, holds up its lane alone: as soon as work waits, another thread is there for it.
"""

from collections import deque
from collections.abc import Callable
from threading import Condition, Thread

from byteport_agent.clock import Clock

Task = Callable[[], object]
At = Callable[[int, Task], object]  # runs a task at a time in ticks

_MOST_THREADS = 32
_PATIENCE_MS = 10  # how long work waits for a thread that is busy before another is started
_SURPLUS_MS = 10_000  # so long after it was needed, a thread beside an idle one ends


class Lane:
    """Tasks of one bus or pin, done one at a time in their order."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.tasks: deque[tuple[str, Task]] = deque()
        self.busy_with = ""  # who is being worked for, "" while nobody is
        self.busy_since = 0
        self.queued = False
        self.users: set[str] = set()  # sensors with a driver on this lane; changed in its turn


class Workers:
    """The threads; ``at`` is the scheduler's. A task raises nothing."""

    def __init__(self, clock: Clock, at: At) -> None:
        self._clock = clock
        self._at = at
        self._condition = Condition()
        self._ready: deque[tuple[Lane, int]] = deque()  # and since when each is
        self._busy: set[Lane] = set()
        self._threads = 0
        self._idle = 0
        self._looking = False
        self._grown_at = 0
        self._stopping = False

    def submit(self, lane: Lane, who: str, task: Task) -> None:
        """Have a task of a lane done; ``who`` it is for is told where it hangs."""
        with self._condition:
            lane.tasks.append((who, task))
            if not lane.queued:
                lane.queued = True
                self._make_ready(lane)

    def stuck(self, longer_than_ms: int) -> int:
        """Return how many threads have been with one task for longer."""
        limit = self._clock.ticks_ms() - longer_than_ms
        with self._condition:
            return sum(lane.busy_since < limit for lane in self._busy)

    def stop(self, within_ms: int) -> None:
        """End when nothing is left to do; what hangs is waited for no longer than that."""
        with self._condition:
            self._stopping = True
            self._condition.notify_all()
            self._condition.wait_for(lambda: not self._threads, within_ms / 1000)

    def _make_ready(self, lane: Lane) -> None:
        self._ready.append((lane, self._clock.ticks_ms()))
        if self._idle:
            self._condition.notify()
        elif not self._threads:
            self._start_thread()
        else:
            self._look_soon()

    def _look_soon(self) -> None:
        if not self._looking:
            self._looking = True
            self._at(self._clock.ticks_ms() + _PATIENCE_MS, self._look)

    def _look(self) -> None:
        """Start a thread where work has waited while all were busy."""
        with self._condition:
            self._looking = False
            if not self._ready or self._idle:
                return
            waited_ms = self._clock.ticks_ms() - self._ready[0][1]
            if waited_ms >= _PATIENCE_MS and self._threads < _MOST_THREADS:
                self._start_thread()
            self._look_soon()

    def _start_thread(self) -> None:
        self._threads += 1
        self._grown_at = self._clock.ticks_ms()
        Thread(target=self._work, name="lane worker", daemon=True).start()

    def _work(self) -> None:
        with self._condition:
            while (lane := self._next_lane()) is not None:
                lane.busy_with, task = lane.tasks.popleft()
                lane.busy_since = self._clock.ticks_ms()
                self._busy.add(lane)
                self._condition.release()
                try:
                    task()
                finally:
                    self._condition.acquire()
                    self._busy.discard(lane)
                    lane.busy_with = ""
                lane.queued = bool(lane.tasks)
                if lane.queued:
                    self._ready.append((lane, self._clock.ticks_ms()))
            self._threads -= 1
            self._condition.notify_all()

    def _next_lane(self) -> Lane | None:
        """Return the lane whose turn it is; None where this thread is to end."""
        while not self._ready and not self._stopping:
            if self._idle and self._clock.ticks_ms() - self._grown_at > _SURPLUS_MS:
                return None
            self._idle += 1
            self._condition.wait()
            self._idle -= 1
        return self._ready.popleft()[0] if self._ready else None
