"""A process with bounded memory that opens a large outbox, delivers all of it, and tells its peak.

usage: outbox_drain.py PATH ADDRESS_SPACE_MB
"""

import os
import resource
import sys
from pathlib import Path

from outbox_rig import SetClock

from byteport_agent.outbox import Outbox


def main(path: str, address_space_mb: int) -> None:
    most = address_space_mb << 20
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    clock = SetClock()
    outbox = Outbox(path, ["one"], clock, lambda line: print(line, file=sys.stderr))
    delivered = 0
    while entries := outbox.batch("one"):
        outbox.acknowledge("one", entries[-1].id)
        delivered += len(entries)
        clock.ticks += 100
        outbox.upkeep()
    assert outbox.trouble == ""
    outbox.close()
    os.write(1, f"{delivered} {peak_kib()}\n".encode())


def peak_kib() -> int:
    """Return the most memory that was in use; getrusage may tell of the parent's."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
