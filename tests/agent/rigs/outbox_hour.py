"""A process that samples into an outbox on a clock that costs no time, as the agent would.

Two outputs acknowledge every reading by a call of its own, and a history, where there is one, all
of them from time to time; upkeep comes when it asked to.

usage: outbox_hour.py PATH PERIOD_MS READINGS HISTORY_MS
"""

import os
import sys

from outbox_rig import SetClock

from byteport_agent.outbox import Outbox, Reading


def main(path: str, period_ms: int, readings: int, history_ms: int) -> None:
    clock = SetClock()
    others = ["history"] if history_ms else []
    outbox = Outbox(path, ["one", "two", *others], clock, print)
    os.write(2, b"begin")
    upkeep_at = clock.ticks
    for number in range(readings):
        fields = tuple((f"field_{n}", f"{number % 100}.50") for n in range(5))
        outbox.append([Reading("greenhouse-1", "porch", fields, clock.ticks)])
        for output in ("one", "two"):
            for entry in outbox.batch(output):
                outbox.acknowledge(output, entry.id)
        if history_ms and number * period_ms % history_ms == 0:
            outbox.acknowledge("history", number + 1)
        next_at = clock.ticks + period_ms
        while upkeep_at < next_at:
            clock.ticks = max(clock.ticks, upkeep_at)
            upkeep_at = clock.ticks + max(outbox.upkeep(), 1)
        clock.ticks = next_at
    os.write(2, b"end")
    assert outbox.trouble == ""
    assert outbox.backlog("one") == outbox.backlog("two") == 0
    outbox.close()


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:]))
