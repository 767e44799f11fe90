"""P2: a kill loses nothing that `append` or `acknowledge` returned for. More: OUTBOX_KILLS=200."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from agent_rig import RIGS
from outbox_rig import SetClock, value_of

from byteport_agent.outbox import Outbox
from waiting import Program

KILLS = int(os.environ.get("OUTBOX_KILLS", "24"))
WRITER = RIGS / "outbox_writer.py"


def write_and_kill(path: Path, first: int, lines: int) -> list[bytes]:
    """Let a process write, kill it amid that, and return all the lines that it told."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(WRITER), "killed", str(path), str(first), "1000000"]
    with Program(command, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(lines)]
        process.send_signal(signal.SIGKILL)
        return told + process.stdout.readlines()


def test_P2_killed_while_it_writes(tmp_path: Path) -> None:
    chance, path, made, delivered, told = random.Random(4), tmp_path / "outbox.db", 0, 0, []
    for _ in range(KILLS):
        lines = write_and_kill(path, made, chance.randrange(1, 180))
        made = max((int(line) + 1 for line in lines if line[:1].isdigit()), default=made)
        acknowledged = [int(line.split()[1]) for line in lines if line.startswith(b"ack")]
        delivered = max((number + 1 for number in acknowledged), default=delivered)
        outbox = Outbox(str(path), ["one", "two"], SetClock(), told.append)
        assert outbox.trouble == ""
        values = [value_of(entry) for entry in outbox.batch("two", 1_000_000)]
        assert values in (list(range(made)), list(range(made + 1)))  # one may be not told yet
        made, first = len(values), value_of(outbox.batch("one", 1)[0])
        assert first in (delivered, delivered + 1)
        delivered = first
        outbox.close()
    assert told == []
    assert delivered > KILLS
