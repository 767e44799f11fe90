"""Processes that fill an outbox and tell on their output what is committed, until they are cut off.

usage: outbox_writer.py killed|unplugged PATH FIRST COUNT
"""

import os
import sys

from outbox_rig import BOOT, FailingOps, SetClock, eio, reading

from byteport_agent.outbox import Limits, Outbox

LIMITS = Limits(max_wal_bytes=20_000)


def killed(path: str, first: int, count: int) -> None:
    """Append for ever; acknowledge each reading on its own, at half the pace for one output."""
    clock = SetClock(ticks_ms=1_000_000 + first * 100)
    outbox = Outbox(path, ["one", "two"], clock, print, LIMITS)
    for number in range(first, first + count):
        outbox.append([reading(number, clock.ticks)])
        say(number)
        if number % 2:
            entry = outbox.batch("one", 1)[0]
            outbox.acknowledge("one", entry.id)
            say("acknowledged", entry.fields[0][1])
        clock.ticks += 100
        outbox.upkeep()


def unplugged(path: str, first: int, count: int) -> None:
    """Go through all that writes to the disk: a failed sync and a clean end come amid it."""
    clock, ops = SetClock(), FailingOps()
    delivered = rejected = -1

    def open_outbox() -> Outbox:
        return Outbox(path, ["one", "two"], clock, tell, LIMITS, ops, BOOT)

    outbox = open_outbox()
    for number in range(first, first + count):
        outbox.append([reading(number, clock.ticks)])
        if number % 3 == 2:
            for entry in outbox.batch("one", 2):
                delivered = int(entry.fields[0][1])
                if delivered % 20 == 11:
                    rejected = delivered
                    outbox.reject("one", entry, "no")
                else:
                    outbox.acknowledge("one", entry.id)
                say("delivered", delivered)
        clock.ticks += 500
        if number % 10 == 9:
            clock.ticks += 5000
            outbox.upkeep()
            if outbox.sync():
                say("synced", number, delivered, rejected)
        ops.error = eio() if first + count // 3 <= number < first + count // 3 + 10 else None
        if number == first + 2 * count // 3:
            outbox.close()
            say("synced", number, delivered, rejected)
            outbox = open_outbox()


def say(*words: object) -> None:
    """Write a line at once, in one call."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def tell(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    {"killed": killed, "unplugged": unplugged}[sys.argv[1]](sys.argv[2], *map(int, sys.argv[3:]))
