"""What a reading costs: rows a second and bytes of the file, for the bench and for `doctor`."""

from time import perf_counter
from typing import NamedTuple

from byteport_agent.clock import SystemClock
from byteport_agent.outbox.entry import Reading
from byteport_agent.outbox.outbox import Outbox
from byteport_agent.stopping import StopSignal


class Cost(NamedTuple):
    """Of readings with five fields, each committed alone; the file's bytes are those kept."""

    rows_per_second: float
    drained_per_second: float
    file_bytes_per_reading: float


def measure(path: str, count: int) -> Cost:
    """Write ``count`` readings to a new outbox, read them in batches, and return the cost."""
    with StopSignal() as stop:
        outbox = Outbox(path, ["bench"], SystemClock(stop), lambda _: None)
    try:
        start = perf_counter()
        for number in range(count):
            fields = tuple((f"field_{n}", f"{number % 100}.50") for n in range(5))
            outbox.append([Reading("greenhouse-1", "porch", fields, number, number)])
        written = perf_counter()
        outbox.sync()
        used = outbox.used_bytes()
        drain_start = perf_counter()
        while entries := outbox.batch("bench"):
            outbox.acknowledge("bench", entries[-1].id)
        drained = perf_counter() - drain_start
    finally:
        outbox.close()
    return Cost(count / (written - start), count / drained, used / count)
