"""One measurement: start, wait as told, read. The one place that knows what NotReady asks for."""

from collections.abc import Callable, Sequence
from typing import Protocol

from byteport.errors import NotReady
from byteport_agent.record import Channels

MOST_READS = 10  # the longest sequence that a driver has: eight inputs one after the other
LEAST_WAIT_MS = 1


class Driver(Protocol):
    """What every sensor driver has."""

    @property
    def CHANNELS(self) -> Channels: ...  # noqa: N802 (a driver's constant)

    def start(self) -> int: ...

    def read(self) -> Sequence[float | str]: ...


def measure(driver: Driver, wait_ms: Callable[[int], bool]) -> "Sequence[float | str] | None":
    """Return one sample, or None where a wait tells that it was ended.

    A driver that is not ready is read again after as long as its start asked for: some measure in
    several steps, each begun by the read that ends the one before. Raises what the driver raises,
    its last NotReady where that goes on.
    """
    needed_ms = max(driver.start(), LEAST_WAIT_MS)
    for attempt in range(MOST_READS):
        if wait_ms(needed_ms):
            return None
        try:
            return driver.read()
        except NotReady:
            if attempt == MOST_READS - 1:
                raise
    return None
