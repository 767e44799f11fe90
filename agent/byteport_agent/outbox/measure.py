"""What a reading costs: speed, processor and bytes of the file, for the bench and for `doctor`."""

import os
from collections.abc import Callable
from time import perf_counter, process_time
from typing import NamedTuple

from byteport_agent.clock import SystemClock
from byteport_agent.outbox.entry import Reading
from byteport_agent.outbox.outbox import Outbox
from byteport_agent.stopping import StopSignal

_GROUP = 500


class Cost(NamedTuple):
    """Of readings with five fields, each committed alone; the file's bytes are those kept.

    The processor's time is in microseconds: of one reading appended, of one read by the hundred and
    acknowledged alone.
    """

    rows_per_second: float
    drained_per_second: float
    file_bytes_per_reading: float
    append_us: float
    acknowledge_us: float


def measure(path: str, count: int) -> Cost:
    """Write ``count`` readings to a new outbox, read them in batches, and return the cost."""
    outbox = _outbox(path)
    try:
        written_s, written_cpu_s = _timed(lambda: _append(outbox, count, 1))
        outbox.sync()
        used = outbox.used_bytes()
        _, acknowledged_cpu_s = _timed(lambda: _acknowledge(outbox, "other"))
        drained_s, _ = _timed(lambda: _drain(outbox, "bench"))
    finally:
        outbox.close()
    of_one = 1e6 / count
    return Cost(
        count / written_s,
        count / drained_s,
        used / count,
        written_cpu_s * of_one,
        acknowledged_cpu_s * of_one,
    )


def damaged_start_s(path: str, count: int) -> float:
    """Return the seconds until an outbox of ``count`` readings opens that has lost its header."""
    outbox = _outbox(path)
    _append(outbox, count, _GROUP)
    outbox.close()
    with open(path, "r+b") as file:
        file.write(os.urandom(100))
    start = perf_counter()
    outbox = _outbox(path)
    seconds = perf_counter() - start
    outbox.close()
    return seconds


def _outbox(path: str) -> Outbox:
    with StopSignal() as stop:
        return Outbox(path, ["bench", "other"], SystemClock(stop), lambda _: None)


def _append(outbox: Outbox, count: int, group: int) -> None:
    for start in range(0, count, group):
        outbox.append([_reading(number) for number in range(start, min(start + group, count))])


def _reading(number: int) -> Reading:
    fields = tuple((f"field_{n}", f"{number % 100}.50") for n in range(5))
    return Reading("greenhouse-1", "porch", fields, number, 1_800_000_000_000 + number)


def _acknowledge(outbox: Outbox, output: str) -> None:
    while entries := outbox.batch(output):
        for entry in entries:
            outbox.acknowledge(output, entry.id)


def _drain(outbox: Outbox, output: str) -> None:
    while entries := outbox.batch(output):
        outbox.acknowledge(output, entries[-1].id)


def _timed(work: Callable[[], None]) -> tuple[float, float]:
    """Return the seconds that passed and those of the processor."""
    start, start_cpu = perf_counter(), process_time()
    work()
    return perf_counter() - start, process_time() - start_cpu
