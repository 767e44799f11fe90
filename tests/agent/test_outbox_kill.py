"""P2: a kill of the process loses nothing that `append` returned for. More: OUTBOX_KILLS=200."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from outbox_rig import SetClock, value_of

from byteport_agent.outbox import Outbox

KILLS = int(os.environ.get("OUTBOX_KILLS", "24"))
WRITER = Path(__file__).with_name("outbox_writer.py")


def write_and_kill(path: Path, first: int, after: int) -> int:
    """Let a process write, kill it amid that, and return the number that it committed last."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, str(WRITER), str(path), str(first), "1000000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        for _ in range(after):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split(b"\n")[:-1]
    return max((int(line) for line in rest), default=first + after - 1)


def test_P2_killed_while_it_writes(tmp_path: Path) -> None:
    chance, path, made, told = random.Random(4), tmp_path / "outbox.db", 0, []
    for _ in range(KILLS):
        last = write_and_kill(path, made, chance.randrange(1, 120))
        outbox = Outbox(str(path), ["one", "two"], SetClock(), told.append)
        assert outbox.trouble == ""
        values = [value_of(entry) for entry in outbox.batch("two", 1_000_000)]
        assert values[0] == 0
        assert values == list(range(len(values)))
        assert last < len(values) <= last + 2  # one more may be committed and not told yet
        assert outbox.backlog("one") < len(values) * 0.5 + 60
        made = len(values)
        outbox.close()
    assert told == []
