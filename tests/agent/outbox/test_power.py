"""D6: a power cut loses at most what was appended since the last sync, and never the file.

A real process writes under strace: readings, acknowledgements one by one, dead letters, deletions,
checkpoints, a file set aside after a failed sync, a clean end. More: OUTBOX_CUTS=1000.
"""

import os
import random
import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from outbox_rig import SetClock, value_of
from strace_rig import strace
from traced_disk import CALLS, Call, TracedDisk, calls_of

from byteport_agent.outbox import Outbox

CUTS = int(os.environ.get("OUTBOX_CUTS", "120"))


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    folder = tmp_path_factory.mktemp("traced")
    trace = folder.with_name("trace")
    options = ["-xx", "-s", "100000", "-e", f"trace={CALLS}"]
    strace(trace, options, "outbox_writer.py", "unplugged", folder / "outbox.db", 0, 300)
    return list(calls_of(trace.read_text(), folder))


class Obligations:
    """What the writer told: what must be there after a cut, and what must not be passed over."""

    def __init__(self) -> None:
        self.synced = self.delivered_synced = self.rejected_synced = self.delivered = -1

    def hear(self, line: bytes) -> None:
        word, *numbers = line.split()
        if word == b"synced":
            self.synced, self.delivered_synced, self.rejected_synced = map(int, numbers)
        else:
            self.delivered = int(numbers[0])


def at_cut(calls: list[Call], count: int) -> tuple[TracedDisk, Obligations]:
    disk, owed = TracedDisk(), Obligations()
    for call in calls[:count]:
        if call.what == "told":
            owed.hear(call.data)
        else:
            disk.take(call)
    return disk, owed


def moment(calls: list[Call], chance: random.Random) -> int:
    """Return how many calls are made before the cut: any number, often amid changes of names."""
    renames = [index for index, call in enumerate(calls) if call.what == "rename"]
    if chance.random() < 0.25:
        return min(chance.choice(renames) + chance.randrange(-5, 8), len(calls))
    return chance.randrange(len(calls) + 1)


def test_the_writer_does_all_that_writes(calls: list[Call]) -> None:
    kinds = [(call.what, call.name) for call in calls]
    assert kinds.count(("sync", "outbox.db-wal")) > 20
    assert kinds.count(("sync", "outbox.db")) > 3  # checkpoints
    assert kinds.count(("write", "outbox.db.acks")) > 50
    assert kinds.count(("rename", "outbox.db")) == 1  # set aside
    assert kinds.count(("unlink", "outbox.db-wal")) == 2  # two clean ends
    assert sum(call.data.startswith(b"delivered") for call in calls) > 150


def test_D6_power_cut_at_any_call(calls: list[Call], tmp_path: Path) -> None:
    for number in range(CUTS):
        chance = random.Random(number)
        disk, owed = at_cut(calls, moment(calls, chance))
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, content in disk.cut(chance).items():
            (folder / name).write_bytes(content)
        if chance.random() < 0.5:
            (folder / "outbox.db-shm").write_bytes(chance.randbytes(32768))
        check(folder, owed, number)
        shutil.rmtree(folder)


def check(folder: Path, owed: Obligations, number: int) -> None:
    """Open what a cut left: what was synced is there, what is undelivered is not passed over."""
    told: list[str] = []
    outbox = Outbox(str(folder / "outbox.db"), ["one", "two"], SetClock(), told.append)
    try:
        why = (number, owed.__dict__, told)
        assert outbox.trouble == "", why
        values = [value_of(entry) for entry in outbox.batch("two", 10_000)]
        assert values == sorted(set(values)), why
        assert values[: owed.synced + 1] == list(range(owed.synced + 1)), why
        ids = [entry.id for entry in outbox.batch("two", 10_000)]
        assert all(later > earlier for earlier, later in pairwise(ids)), why
        first = min((value_of(entry) for entry in outbox.batch("one", 1)), default=len(values))
        assert owed.delivered_synced < first <= owed.delivered + 2, why  # one may be not told yet
        rejected = [value_of(entry) for _, _, entry in outbox.dead_letters()]
        assert set(range(11, owed.rejected_synced + 1, 20)) <= set(rejected), why
    finally:
        outbox.close()
