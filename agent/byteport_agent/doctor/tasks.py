"""Work that may never end, such as a name's look-up: done in a thread, and waited for with a limit.

A thread that is late is left behind; it keeps no process from ending.
"""

from collections.abc import Callable
from threading import Thread
from time import monotonic
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Task(Generic[Result]):
    """Work that has begun; `result` waits for it."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._thread = Thread(target=self._run, daemon=True)
        self._thread.start()

    def result(self, deadline_s: float) -> Result:
        """Return what came of it, or raise what it raised; TimeoutError at a monotonic time."""
        self._thread.join(max(0.0, deadline_s - monotonic()))
        if self._error is not None:
            raise self._error
        if not self._results:
            raise TimeoutError
        return self._results[0]

    def _run(self) -> None:
        try:
            self._results.append(self._work())
        except BaseException as error:
            self._error = error


def in_time(seconds: float, work: Callable[[], Result]) -> Result:
    """Return what comes of some work; TimeoutError where it takes longer."""
    return Task(work).result(monotonic() + seconds)
