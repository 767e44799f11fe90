"""Readings through kills and network faults: what came of each, counted.

The outbox and the sending loop are the agent's own, in a process that gets SIGKILL at random
moments; between it and a simulated Byteport is a proxy that breaks connections, and the service
itself fails, with and without having stored. `run` returns the tally; `Tally.complaints` is what
must be empty. What a seed decides is the faults and about when the kills come; the machine does the
rest, so that no two runs are the same.
"""

import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from chaos_worker import DEVICES, places, reading

from byteport_mocks.chaos_proxy import ChaosProxy
from byteport_mocks.chaos_server import SimulatedByteport
from byteport_mocks.faults import flapping, probability
from byteport_mocks.network_faults import TO_CLIENT, TO_SERVER, Close, Refuse, Reset
from byteport_mocks.store_calls import Stored

WORKER = Path(__file__).with_name("chaos_worker.py")
_PATIENCE_S = 120
_NEVER_ENDING = 1 << 40
_SHARE = 0.014  # of calls that the service itself spoils


@dataclass
class Tally:
    """What was appended, what arrived, and what went wrong on the way."""

    seed: int
    kept: list[int]  # numbers that the outbox confirmed
    stored: list[Stored]  # readings as they arrived, repeats included
    kills: int
    faults: int
    ambiguous: int
    told: str  # by the outbox, which should have had nothing to tell
    seconds: float
    connections: int = 1
    first: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.first = [int(one.values["temp"]) for one in dict.fromkeys(self.stored)]

    @property
    def lost(self) -> set[int]:
        return set(self.kept) - set(self.first)

    @property
    def duplicates(self) -> int:
        return len(self.stored) - len(self.first)

    @property
    def allowed(self) -> int:
        """How many duplicates nobody could help: a call was under way, and its end unknown."""
        return self.ambiguous + self.kills * self.connections

    def complaints(self) -> list[str]:
        """Return each promise that was broken, with what broke it."""
        changed = [one for one in set(self.stored) if one != as_stored(int(one.values["temp"]))]
        told = {
            f"lost: {sorted(self.lost)[:5]}": self.lost,
            f"changed: {changed[:3]}": changed,
            "not in order": not self._in_order(),
            "more arrived than was read": len(self.first) > len(self.kept) + self.kills,
            f"{self.duplicates} duplicates": self.duplicates > self.allowed,
            f"the outbox told: {self.told}": self.told,
        }
        return [text for text, broken in told.items() if broken]

    def _in_order(self) -> bool:
        for device in DEVICES:
            found = [number for number in self.first if reading(number).device == device]
            if found != sorted(found):
                return False
        return True

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {len(self.kept)} readings, {self.kills} kills, {self.faults} "
            f"network faults: {len(self.lost)} lost, {self.duplicates} duplicates of at most "
            f"{self.allowed}, {self.connections} connections, {self.seconds:.1f} s"
        )


def as_stored(number: int) -> Stored:
    """Return a reading as it has to arrive."""
    device, _, fields, _, ts_ms = reading(number)
    assert ts_ms is not None
    return Stored(device, f"{ts_ms // 1000}.{ts_ms % 1000:03d}", fields)


def run(
    folder: Path, seed: int, readings: int = 10_000, kills: int = 200, connections: int = 1
) -> Tally:
    """Send at least so many readings through kills, and about as many network faults."""
    began, chance = time.monotonic(), random.Random(seed)
    with SimulatedByteport() as server, ChaosProxy(("127.0.0.1", server.port), seed=seed) as proxy:
        spoil(server, proxy, seed)
        with lives(folder, proxy.url, connections) as worker:
            # a number may be used up by a kill between the outbox and the note of it
            kill_often(worker, server, folder, readings + kills, kills, chance)
        told = Path(places(str(folder)).told).read_text()
    return Tally(
        seed,
        kept_numbers(folder),
        list(server.stored),
        kills,
        server.faults + proxy.breaks,
        server.ambiguous + proxy.breaks,
        told,
        time.monotonic() - began,
        connections,
    )


def spoil(server: SimulatedByteport, proxy: ChaosProxy, seed: int) -> None:
    """Let service and network fail, about as often each."""
    server.storm(_SHARE, seed)
    proxy.inject(Reset(range(2000), TO_CLIENT, probability(0.2, seed)))
    proxy.inject(Reset(range(15_000), TO_SERVER, probability(0.2, seed + 1)))
    proxy.inject(Close(range(2000), TO_CLIENT, probability(0.2, seed + 2)))
    proxy.inject(Refuse(flapping(up_ms=1500, down_ms=20)))


@contextmanager
def lives(folder: Path, url: str, connections: int) -> "Iterator[subprocess.Popen[str]]":
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, str(WORKER), str(folder), url, str(connections)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=env,
        start_new_session=True,
    ) as worker:
        try:
            yield worker
        finally:
            os.killpg(worker.pid, signal.SIGKILL)  # and the life that it may have begun


def kill_often(
    worker: "subprocess.Popen[str]",
    server: SimulatedByteport,
    folder: Path,
    count: int,
    kills: int,
    chance: random.Random,
) -> None:
    """Live and kill, evenly over so many readings, then live to the end."""
    for killed in range(kills):
        first = next_number(folder)
        pid = begin_life(worker, first, _NEVER_ENDING)
        calls = max((count - first) // (kills - killed), 1)
        wait_for_calls(worker, server, len(server.requests) + chance.randrange(1, 2 * calls))
        time.sleep(chance.random() / 500)
        os.kill(pid, signal.SIGKILL)
        status = told_by(worker)
        assert status == -signal.SIGKILL, f"life {killed} ended with {status}"
    begin_life(worker, next_number(folder), count)  # with no more to read, if it is more already
    assert told_by(worker) == 0


def next_number(folder: Path) -> int:
    """Return the number after the last that is kept, and after one that may be in the outbox."""
    kept = kept_numbers(folder)
    return kept[-1] + 2 if kept else 0


def begin_life(worker: "subprocess.Popen[str]", first: int, last: int) -> int:
    assert worker.stdin is not None
    worker.stdin.write(f"{first} {last}\n")
    worker.stdin.flush()
    return told_by(worker)


def told_by(worker: "subprocess.Popen[str]") -> int:
    """Return the pid of a life that begins, or how one ended."""
    assert worker.stdout is not None
    return int(worker.stdout.readline())


def wait_for_calls(worker: "subprocess.Popen[str]", server: SimulatedByteport, count: int) -> None:
    ends = time.monotonic() + _PATIENCE_S
    while len(server.requests) < count:
        assert time.monotonic() < ends, "nothing is sent any more"
        ended, _, _ = select.select([worker.stdout], [], [], 0.002)
        assert not ended, f"life ended with {told_by(worker)} before it was killed"


def kept_numbers(folder: Path) -> list[int]:
    try:
        return [int(line) for line in Path(places(str(folder)).kept).read_bytes().split()]
    except FileNotFoundError:
        return []
