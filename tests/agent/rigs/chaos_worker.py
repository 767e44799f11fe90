"""An agent's outbox and output in a process that is killed again and again; see chaos_run.py.

usage: chaos_worker.py FOLDER URL CONNECTIONS    a line on its input, "FIRST LAST", starts a life

A life is a fork of this process, which has everything imported, so that two hundred of them cost
seconds. It appends the readings from FIRST up to LAST, without the last, notes each in a file once
the outbox has it, sends, and ends when all are delivered; or it is killed. The pid, and how it
ended, are told on the output.
"""

import logging
import os
import signal
import sys
import time
from importlib import import_module
from typing import NamedTuple

from byteport_agent.clock import SystemClock
from byteport_agent.config import ByteportTarget, Device
from byteport_agent.keys import FoundKey, Secret
from byteport_agent.outbox import Limits, Outbox, Reading
from byteport_agent.service.output_kinds import make_output
from byteport_agent.stopping import StopSignal

NAMESPACE, KEY, OUTPUT = "myownspace", "s3cr3tkey", "byteport"
START_MS = 1_800_000_000_000
DEVICES = ("greenhouse-1", "greenhouse-2", "tank")
_MOST_WAITING = 60  # further ahead, and all would be appended before the first kills
_LOOK_EVERY = 10
_MOST_S = 300  # if whoever should kill it was killed


class Places(NamedTuple):
    """The files of one run."""

    outbox: str
    kept: str
    told: str


def places(folder: str) -> Places:
    return Places(*(os.path.join(folder, name) for name in ("outbox.db", "kept", "told")))


def reading(number: int) -> Reading:
    """Return the reading of a number, which all of it can be computed from."""
    fields = (("temp", str(number)), ("note", f"å&=;% {number * 7919 % 1000}"))
    return Reading(DEVICES[number % len(DEVICES)], "porch", fields, number, START_MS + 10 * number)


def settings(url: str, connections: int) -> ByteportTarget:
    return ByteportTarget(
        type="byteport",
        name=OUTPUT,
        url=url,
        timeout_ms=20_000,
        connections=connections,
        max_rate=100_000,
        retry_min_ms=1,
        retry_max_ms=10,
    )


def live(folder: str, sends: ByteportTarget, first: int, last: int) -> None:
    files = places(folder)
    with StopSignal() as stop, open(files.told, "a", buffering=1) as told:
        clock = SystemClock(stop)
        limits = Limits(sync_interval_ms=100)
        outbox = Outbox(files.outbox, [OUTPUT], clock, lambda text: print(text, file=told), limits)
        device = Device(namespace=NAMESPACE, uid=DEVICES[0], key=FoundKey(Secret(KEY), "here"))
        log = logging.getLogger("chaos")
        log.addHandler(logging.NullHandler())  # that calls fail is what it is about
        output = make_output(sends, device, outbox, clock, log)
        output.start()
        with open(files.kept, "ab", buffering=0) as kept:
            for number in range(first, last):
                outbox.append([reading(number)])
                kept.write(b"%d\n" % number)
                output.wake()
                if number % _LOOK_EVERY == 0:
                    outbox.upkeep()
                    wait_for_backlog(outbox, _MOST_WAITING)
        wait_for_backlog(outbox, 0)
        output.stop(10_000)
        for letter in outbox.dead_letters():
            print("dead letter", letter, file=told)
        if outbox.lost(OUTPUT):
            print(outbox.lost(OUTPUT), "lost", file=told)
        outbox.close()


def wait_for_backlog(outbox: Outbox, most: int) -> None:
    while outbox.backlog(OUTPUT) > most:
        time.sleep(0.002)


def import_all() -> None:
    """Import now what is imported when it is needed, which each life would do again."""
    for name in (
        *("byteport.http", "byteport.meaning", "byteport.packets", "encodings.idna"),
        "byteport_agent.delivery.byteport_output",
    ):
        import_module(name)


def main(folder: str, url: str, connections: str) -> None:
    import_all()
    for line in sys.stdin:
        first, last = map(int, line.split())
        pid = os.fork()
        if not pid:
            signal.alarm(_MOST_S)
            live(folder, settings(url, int(connections)), first, last)
            os._exit(0)
        print(pid, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
