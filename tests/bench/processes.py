"""The processes that a benchmark runs, and what they use by /proc (proc(5))."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PATIENCE_S = 120


def cpu_s(pid: int) -> float:
    """Return the seconds of CPU, user and system, that all its threads have used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def status_number(pid: int, name: str) -> int:
    """Return a number of /proc/PID/status, such as VmRSS in KiB or Threads."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    raise LookupError(name)


def steady_cpu_percent(pid: int, seconds: float) -> float:
    """Return how much of one core a process uses over so many seconds."""
    begin, used = time.monotonic(), cpu_s(pid)
    time.sleep(seconds)
    return (cpu_s(pid) - used) / (time.monotonic() - begin) * 100


def wait_for(condition: Callable[[], object], process: "subprocess.Popen[bytes]") -> None:
    ends = time.monotonic() + PATIENCE_S
    while not condition():
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"{process.args} ended or did nothing")
        time.sleep(0.005)


@contextmanager
def running(command: list[str], **options: object) -> "Iterator[subprocess.Popen[bytes]]":
    """Run a process until the block ends."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **options,  # type: ignore[call-overload]
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
