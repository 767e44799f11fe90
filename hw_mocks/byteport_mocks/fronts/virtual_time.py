"""Python's `time` on the virtual clock, for modules that wait and measure by themselves.

    with virtual_time(bus.clock, adafruit_bme280.basic):
        sensor.temperature        # sleeps in virtual time

Only the modules named are changed: pytest, threads and other tests keep the real time.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from byteport_mocks.clock import VirtualClock

_REPLACED = ("sleep", "monotonic", "monotonic_ns", "perf_counter", "perf_counter_ns", "time")


class VirtualTime:
    """Stands in for the module `time`; the wall clock starts at ``epoch_s`` with the clock at 0.

    Each look at the time takes ``look_us``, so that a loop which waits for a time ends.
    """

    def __init__(self, clock: VirtualClock, epoch_s: int = 1767225600, look_us: int = 1) -> None:
        self._clock = clock
        self._epoch_s = epoch_s
        self._look_us = look_us

    def sleep(self, seconds: float) -> None:
        self._clock.sleep_us(round(seconds * 1000000))

    def monotonic_ns(self) -> int:
        self._clock.sleep_us(self._look_us)
        return self._clock.ticks_us() * 1000

    def monotonic(self) -> float:
        return self.monotonic_ns() / 1000000000

    perf_counter = monotonic
    perf_counter_ns = monotonic_ns

    def time(self) -> float:
        return self._epoch_s + self.monotonic()

    def __getattr__(self, name: str) -> object:
        return getattr(time, name)


@contextmanager
def virtual_time(
    clock: VirtualClock, *modules: ModuleType, look_us: int = 1
) -> "Iterator[VirtualTime]":
    """Give modules virtual time in place of `time` and of what they imported from it."""
    stand_in = VirtualTime(clock, look_us=look_us)
    before: "list[tuple[ModuleType, str, object]]" = []
    for module in modules:
        if not isinstance(module, ModuleType):
            raise TypeError(f"virtual_time takes modules, as imported, and {module!r} is none")
    for module in modules:
        for name, value in list(vars(module).items()):
            replacement = _replacement(stand_in, value)
            if replacement is not None:
                before.append((module, name, value))
                setattr(module, name, replacement)
    try:
        yield stand_in
    finally:
        for module, name, value in before:
            setattr(module, name, value)


def _replacement(stand_in: VirtualTime, value: object) -> object:
    if value is time:
        return stand_in
    for name in _REPLACED:
        if value is getattr(time, name):
            return getattr(stand_in, name)
    return None
