"""How tests wait for a thread or a program: until a condition holds, and never for a fixed time."""

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

PATIENCE_S = 30  # longer than any busy machine takes

Found = TypeVar("Found")


def wait_for(condition: Callable[[], Found]) -> Found:
    """Return what a condition gives once it is true."""
    ends = monotonic() + PATIENCE_S
    while not (found := condition()):
        assert monotonic() < ends, "it did not come true"
        Event().wait(0.005)
    return found
