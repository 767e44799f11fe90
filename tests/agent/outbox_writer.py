"""A process that fills an outbox and tells on its output what is committed, until it is killed."""

import sys

from outbox_rig import SetClock, reading

from byteport_agent.outbox import Limits, Outbox


def main(path: str, first: int, count: int, sync_every: int = 0) -> None:
    clock = SetClock(ticks_ms=1_000_000 + first)
    outbox = Outbox(path, ["one", "two"], clock, print, Limits(max_wal_bytes=40_000))
    for number in range(first, first + count):
        outbox.append([reading(number, clock.ticks)])
        print(number, flush=True)
        clock.ticks += 1
        if sync_every and number % sync_every == sync_every - 1:
            outbox.sync()
            print(f"synced {number}", flush=True)
        if number % 7 == 6:
            outbox.acknowledge("one", outbox.batch("one", 5)[-1].id)
        if number % 50 == 0:
            clock.ticks += 5000
            outbox.upkeep()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
