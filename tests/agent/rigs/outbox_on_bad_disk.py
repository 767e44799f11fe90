"""A process whose n-th call of one kind strace makes fail, for many n: each in a child of its own.

strace counts the calls of each process apart. So a child spends all calls that come before its
n-th on a handle that is none, and one strace with one number serves all of them.

usage: outbox_on_bad_disk.py FOLDER CALL WHEN FIRST LAST STEP
"""

import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from outbox_rig import Rig, value_of

from byteport_agent.outbox import FileOps, Limits

CALLS_OF_A_STEP = {"fdatasync": 2, "pwrite64": 15}  # at least
_NO_FILE = 1 << 20


def spend(call: str, count: int) -> None:
    """Make calls that fail by themselves."""
    for _ in range(count):
        with suppress(OSError):
            if call == "pwrite64":
                os.pwrite(_NO_FILE, b"", 0)
            else:
                getattr(os, call)(_NO_FILE)


def life(folder: Path, steps: int) -> None:
    """Use an outbox, through whatever fails; nothing read may be lost while the process lives."""
    folder.mkdir()
    limits = Limits(max_wal_bytes=4000)
    rig = Rig(folder / "outbox.db", ops=FileOps(), limits=limits)
    rejected = []
    for step in range(steps):
        rig.put(3)
        for entry in rig.outbox.batch("one", 3):
            if value_of(entry) % 10 == 7:
                rig.outbox.reject("one", entry, f"no {entry.id}")
                rejected.append(value_of(entry))
            else:
                rig.outbox.acknowledge("one", entry.id)
        rig.clock.ticks += 61_000 if step % 3 else 6000  # an upkeep that checkpoints, or only syncs
        rig.outbox.upkeep()
        assert rig.values("two") in ([], list(range(rig.made))), step  # a file may be out of reach
    for _ in range(10):
        rig.heal()
    check(rig, rejected)
    rig.reopen()
    check(rig, rejected)
    rig.outbox.close()


def check(rig: Rig, rejected: list[int]) -> None:
    assert (rig.outbox.trouble, rig.outbox.in_memory) == ("", 0), rig.told
    rig.deliver("one")
    assert rig.values("two") == list(range(rig.made)), rig.told
    assert [value_of(entry) for _, _, entry in rig.outbox.dead_letters()] == rejected, rig.told
    assert rig.outbox.lost("one") == rig.outbox.lost("two") == 0


def main(folder: str, call: str, when: int, first: int, last: int, step: int) -> int:
    bad = 0
    for number in range(first, last + 1, step):
        child = os.fork()
        if child == 0:
            try:
                spend(call, when - number)
                life(Path(folder) / str(number), number // CALLS_OF_A_STEP[call] + 5)
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                sys.stderr.flush()
                os._exit(1)
        if os.waitpid(child, 0)[1]:
            print(f"{call} number {number}", file=sys.stderr)
            bad += 1
    return bad


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3], *map(int, sys.argv[3:])))
