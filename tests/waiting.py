"""How tests wait for a thread or a program: until a condition holds, and never for ever."""

import subprocess
from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import AnyStr, TypeVar

PATIENCE_S = 30  # longer than any busy machine takes

Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found]) -> Found:
    """Return what a condition gives once it is true."""
    ends = monotonic() + PATIENCE_S
    while not (found := condition()):
        assert monotonic() < ends, "it did not come true"
        Event().wait(0.005)
    return found


class Program(subprocess.Popen[AnyStr]):
    """One that does not outlive its with block, also where the test fails in it."""

    def __exit__(self, *about: object) -> None:
        self.kill()
        super().__exit__(*about)  # type: ignore[arg-type]
