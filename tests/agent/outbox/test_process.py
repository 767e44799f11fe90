"""P3, P4, P6: memory, another agent on the same outbox, and a file of a newer release."""

import os
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from agent_rig import RIGS
from outbox_rig import NOW_MS, Rig

from byteport_agent.outbox import Entry, InUse, Limits, NewerSchema
from waiting import Program

PEAK_KIB = 40 << 10  # of which Python and the modules are 20 MB
ADDRESS_SPACE_MB = 256


def command(program: str, *arguments: object) -> list[str]:
    return [sys.executable, str(RIGS / program), *map(str, arguments)]


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@contextmanager
def holder(path: Path) -> "Iterator[subprocess.Popen[bytes]]":
    """Another process that has the outbox open; it is killed in the end."""
    words = command("outbox_holder.py", path)
    with Program(words, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield process


def test_P4_the_second_agent_is_told_the_pid_also_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "outbox.db"
    for _ in range(2):  # the second time over what a killed one left
        with holder(path) as first:
            told = subprocess.run(
                command("outbox_holder.py", path),
                env=environment(),
                capture_output=True,
                check=False,
            )
            assert told.returncode == 75
            assert told.stdout.split()[0] == str(first.pid).encode()
            assert f"else 'kill {first.pid}'), or give this agent its own".encode() in told.stdout
            with pytest.raises(InUse) as refused:
                Rig(path)
            assert refused.value.pid == first.pid
    rig = Rig(path)
    rig.put(1)
    assert rig.values() == [0]


def test_P4_an_outbox_that_another_took_meanwhile(tmp_path: Path) -> None:
    """One that could not be opened may be another's when it can; readings stay in memory then."""
    path = tmp_path / "outbox.db"
    path.mkdir()
    rig = Rig(path)
    rig.outbox._keeping._lock.release()  # as where there was no place for the lock
    rig.put(3)
    path.rmdir()
    with holder(path) as other:
        rig.heal()
        assert f"process {other.pid}" in rig.outbox.trouble
        assert rig.values() == [0, 1, 2]
    rig.heal()
    assert rig.outbox.trouble == ""
    assert rig.values() == [0, 1, 2]


def test_P6_nothing_of_a_newer_release_is_changed(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db")
    rig.put(10)
    rig.outbox.sync()
    rig.deliver("one", 3)
    rig.outbox.close()
    with closing(sqlite3.connect(rig.path)) as connection:  # its WAL is not empty
        connection.execute("PRAGMA user_version = 7")
        connection.execute("INSERT INTO dead SELECT 1, 'x', 'y', * FROM log WHERE id = 1")
        connection.commit()
        kept = {path: path.read_bytes() for path in files_of(rig)}
        assert rig.path.with_name("outbox.db-wal").stat().st_size > 0
        with pytest.raises(NewerSchema) as refused:
            rig.open()
        assert refused.value.version == 7
        assert "install the newer release again" in str(refused.value)
        assert {path: path.read_bytes() for path in files_of(rig)} == kept


def files_of(rig: Rig) -> list[Path]:
    """Return the files that hold something, and not whose they are."""
    paths = rig.path.parent.iterdir()
    return sorted(path for path in paths if not path.name.endswith((".lock", "-shm")))


def test_P3_draining_64_mb_takes_little_memory(tmp_path: Path) -> None:
    path, count = tmp_path / "outbox.db", 20_000
    rig = Rig(path, "one")
    rig.outbox.close()
    text = "x" * 100
    fields = tuple((f"field_{number}", text) for number in range(27))
    entries = (Entry(n + 1, NOW_MS + n, None, None, "dev", "porch", fields) for n in range(count))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        insert = "INSERT INTO log VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
        connection.executemany(insert, (entry.row() for entry in entries))
        connection.execute("COMMIT")
    assert 60 << 20 < path.stat().st_size < 80 << 20
    words = command("outbox_drain.py", path, ADDRESS_SPACE_MB)
    run = subprocess.run(words, env=environment(), capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    delivered, peak_kib = map(int, run.stdout.split())
    print(f"{delivered} readings, {peak_kib / 1024:.1f} MB at most")
    assert delivered == count
    assert peak_kib < PEAK_KIB


def test_P3_readings_in_memory_are_bounded_in_bytes(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_ring_bytes=1 << 20))
    tracemalloc.start()
    rig.put(20_000)
    grown, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert 1000 < rig.outbox.in_memory < 3000
    assert grown < 2 << 20
    assert rig.outbox.lost("one") == 20_000 - rig.outbox.in_memory
