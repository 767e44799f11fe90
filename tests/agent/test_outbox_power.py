"""D6: a power cut loses at most what was appended since the last sync, and never the file.

A real process writes under strace, which records every write, cut and sync with its data. A cut is
then simulated at any call: what was synced is on the disk; of every later 512-byte sector either
the old or the new content, in any order. Names of files are taken to be on the disk.
More: OUTBOX_CUTS=1000.
"""

import os
import random
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from outbox_rig import SetClock, value_of

from byteport_agent.outbox import Outbox

CUTS = int(os.environ.get("OUTBOX_CUTS", "120"))
WRITER = Path(__file__).with_name("outbox_writer.py")
CALL = re.compile(
    r"^(?:\d+ +)?(pwrite64|write|fdatasync|fsync|ftruncate)\((\d+)<([^>]*)>(.*)\) += (\d+)"
)
SECTOR = 512


class Call(NamedTuple):
    """One call; ``name`` is the file's, "" for what the writer told."""

    what: str
    name: str
    position: int
    data: bytes


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> list[Call]:
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: apt-get install strace")
    folder = tmp_path_factory.mktemp("traced")
    trace = "trace=pwrite64,write,fdatasync,fsync,ftruncate"
    options = ["-f", "-y", "-xx", "-s", "100000", "-e", trace, "-o", str(folder / "trace")]
    writer = [sys.executable, str(WRITER), str(folder / "outbox.db"), "0", "300", "20"]
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([strace, *options, *writer], env=env, capture_output=True, check=False)
    if b"PTRACE" in run.stderr or b"not permitted" in run.stderr:
        pytest.skip("strace is not permitted here")
    assert run.returncode == 0, run.stderr.decode()
    return list(parsed((folder / "trace").read_text()))


def parsed(trace: str) -> Iterator[Call]:
    for line in trace.splitlines():
        found = CALL.match(line)
        if found is None:
            continue
        what, fd, name, rest, _ = found.groups()
        name = Path(bytes.fromhex(name.replace("\\x", "")).decode() if "\\x" in name else name).name
        quoted = re.search(r'"([^"]*)"', rest)
        data = bytes.fromhex(quoted[1].replace("\\x", "")) if quoted else b""
        position = int(rest.rsplit(", ", 1)[1]) if what in ("pwrite64", "ftruncate") else 0
        if what == "write" and fd == "1":
            yield Call("told", "", 0, data)
        elif name in ("outbox.db", "outbox.db-wal"):
            yield Call("sync" if "sync" in what else what, name, position, data)


class Disk:
    """The two files: as synced, and the writes since."""

    def __init__(self) -> None:
        self.synced = {"outbox.db": b"", "outbox.db-wal": b""}
        self.later: dict[str, list[Call]] = {name: [] for name in self.synced}

    def take(self, call: Call) -> None:
        if call.what == "sync":
            content = bytearray(self.synced[call.name])
            for write in self.later[call.name]:
                apply(content, write)
            self.synced[call.name] = bytes(content)
            self.later[call.name] = []
        elif call.what != "told":
            self.later[call.name].append(call)

    def cut(self, chance: random.Random) -> dict[str, bytes]:
        """Return what is on the disk after a cut: any of the later sectors, the rest as before."""
        files = {}
        share = chance.choice((0.0, 0.1, 0.5, 0.9, 1.0))
        for name, content in self.synced.items():
            kept = bytearray(content)
            for write in self.later[name]:
                if write.what == "ftruncate":
                    if chance.random() < share:
                        apply(kept, write)
                    continue
                for start in range(0, len(write.data), SECTOR):
                    if chance.random() < share:
                        part = write.data[start : start + SECTOR]
                        apply(kept, Call("pwrite64", name, write.position + start, part))
            files[name] = bytes(kept)
        return files


def apply(content: bytearray, call: Call) -> None:
    if call.what == "ftruncate":
        del content[call.position :]
        return
    content.extend(bytes(max(0, call.position - len(content))))
    content[call.position : call.position + len(call.data)] = call.data


def test_D6_power_cut_at_any_call(calls: list[Call], tmp_path: Path) -> None:
    assert sum(call.what == "sync" for call in calls) > 15
    for number in range(CUTS):
        chance = random.Random(number)
        disk, synced = Disk(), -1
        for call in calls[: chance.randrange(len(calls))]:
            disk.take(call)
            if call.what == "told" and call.data.startswith(b"synced"):
                synced = int(call.data.split()[1])
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, content in disk.cut(chance).items():
            (folder / name).write_bytes(content)
        told: list[str] = []
        outbox = Outbox(str(folder / "outbox.db"), ["one", "two"], SetClock(), told.append)
        values = [value_of(entry) for entry in outbox.batch("two", 10_000)]
        assert outbox.trouble == "", number
        assert values == sorted(set(values)), number
        assert values[: synced + 1] == list(range(synced + 1)), (number, told)
        outbox.close()
        shutil.rmtree(folder)


def test_D6_syncs_and_bytes_written_are_few(calls: list[Call]) -> None:
    written = sum(len(call.data) for call in calls if call.what == "pwrite64")
    assert written / 300 <= 2048  # each reading committed alone, with what delivery writes
    asked = sum(call.data.startswith(b"synced") for call in calls if call.what == "told")
    assert sum(call.what == "sync" for call in calls) <= asked + 6 + 3 * written // 40_000
