"""D1, D3, D4, D7: a disk that takes nothing delays no reading, and heals without a restart."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from outbox_rig import Rig, eio

from byteport_agent.outbox import Limits


@contextmanager
def no_file_grows() -> Iterator[None]:
    """Let this process write no further than a few bytes into any file, as on a full disk."""
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)


def run_alone(test: str, path: Path) -> None:
    """Run a function of this file in a process of its own: a limit is for all of a process."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = (
        "import pathlib, runpy\n"
        f"runpy.run_path({__file__!r})[{test!r}](pathlib.Path({str(path)!r}))"
    )
    run = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()


def full_while_it_runs(path: Path) -> None:
    rig = Rig(path)
    rig.put(10)
    with no_file_grows():
        rig.put(500)
        assert rig.outbox.in_memory == 500
        assert rig.outbox.trouble
        assert rig.deliver("one", 100) == list(range(100))
        rig.heal()
        rig.put(10)
        assert rig.deliver("one") == list(range(100, 520))
        assert all("kept in memory" in line for line in rig.told)
    rig.heal()
    assert (rig.outbox.trouble, rig.outbox.in_memory) == ("", 0)
    assert "in the file again" in rig.told[-1]
    assert len(rig.told) <= 4
    rig.put(1)
    rig.reopen()
    assert rig.values("one") == [520]
    assert rig.values("two") == list(range(521))


def full_from_the_start(path: Path) -> None:
    with no_file_grows():
        rig = Rig(path)
        rig.put(20)
        assert rig.deliver("one", 5) == [0, 1, 2, 3, 4]
    rig.heal()
    assert rig.outbox.trouble == ""
    assert rig.values("two") == list(range(20))
    rig.reopen()
    assert rig.values("two") == list(range(20))


def of_another_user(path: Path) -> None:
    """Start where a run by root left its files, as it happens after a look with sudo."""
    rig = Rig(path)
    rig.put(3)
    rig.outbox.close()
    root = os.geteuid() == 0
    if root:
        path.parent.chmod(0o755)
        os.seteuid(65534)
    else:  # what one's own files are like to whom they are closed
        for file in (path, path.with_name("outbox.db.lock")):
            file.chmod(0)
    rig.outbox = rig.open()
    rig.put(3)
    assert rig.deliver("one") == [3, 4, 5]
    rig.heal()
    assert len(rig.told) == 1
    assert f"{path}: this user may not write there: see who owns the file" in rig.told[0]
    if root:
        os.seteuid(0)
    else:
        for file in (path, path.with_name("outbox.db.lock")):
            file.chmod(0o600)
    rig.heal()
    assert rig.outbox.trouble == ""
    assert rig.values("two") == list(range(6))
    rig.outbox.close()


def no_handle_left(path: Path) -> None:
    rig = Rig(path)
    rig.put(5)
    rig.outbox.close()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    before = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (before + 1, hard))
    rig.outbox = rig.open()
    rig.put(5)
    for _ in range(20):
        rig.heal()
    assert rig.outbox.trouble
    assert len(os.listdir("/proc/self/fd")) <= before + 1
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    rig.heal()
    assert rig.outbox.trouble == ""
    assert rig.values() == list(range(10))


def many_openings(path: Path) -> None:
    rig = Rig(path)
    rig.reopen()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        rig.put(3)
        rig.outbox.sync()
        rig.ops.error = eio()
        rig.put(1)
        rig.outbox.sync()
        rig.ops.error = None
        rig.heal()
        rig.reopen()
    assert len(os.listdir("/proc/self/fd")) == before
    assert rig.values() == list(range(80))


@pytest.mark.parametrize("case", ["full_while_it_runs", "full_from_the_start"])
def test_D1_disk_full(tmp_path: Path, case: str) -> None:
    run_alone(case, tmp_path / "outbox.db")


def test_D1_memory_is_bounded_and_the_oldest_lost_and_counted(tmp_path: Path) -> None:
    (tmp_path / "outbox.db").mkdir()  # no file can be there
    rig = Rig(tmp_path / "outbox.db", limits=Limits(max_ring_bytes=60_000))
    rig.put(1000)
    kept = rig.values()
    assert kept == list(range(kept[0], 1000))
    assert 50 < len(kept) < 200
    assert rig.outbox.lost("one") == kept[0]
    (tmp_path / "outbox.db").rmdir()
    rig.heal()
    rig.put(1)
    assert rig.values() == [*kept, 1000]
    rig.reopen()
    assert rig.outbox.lost("one") == rig.outbox.lost("two") == kept[0]


def test_D3_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    rig = Rig(Path("/proc/no/outbox.db"))
    rig.put(3)
    assert rig.deliver("one", 1) == [0]
    assert rig.values() == [1, 2]
    rig.heal()
    assert len(rig.told) == 1
    assert "/proc/no/outbox.db" in rig.told[0]
    rig.outbox.close()
    assert "3 readings are lost" in rig.told[1]


def in_the_folder_of_another_user(path: Path) -> None:
    path.parent.mkdir(mode=0o755)
    if os.geteuid() == 0:
        os.seteuid(65534)
    else:
        path.parent.chmod(0o555)
    rig = Rig(path)
    rig.put(3)
    assert rig.deliver("one") == [0, 1, 2]
    assert len(rig.told) == 1
    assert f"{path}: this user may not write there: see who owns the file" in rig.told[0]
    if os.getuid() == 0:
        os.seteuid(0)
    else:
        path.parent.chmod(0o755)


def test_D3_the_folder_of_another_user(tmp_path: Path) -> None:
    run_alone("in_the_folder_of_another_user", tmp_path / "folder" / "outbox.db")


def test_D3_files_of_another_user(tmp_path: Path) -> None:
    run_alone("of_another_user", tmp_path / "state" / "outbox.db")


def test_D4_a_failed_sync_is_never_asked_of_that_file_again(tmp_path: Path) -> None:
    rig = Rig(tmp_path / "outbox.db")
    rig.put(20)
    rig.deliver("one", 5)
    rig.ops.error = eio()
    assert not rig.outbox.sync()
    assert not rig.outbox.sync()
    rig.put(10)
    assert rig.outbox.in_memory == 10
    rig.ops.error = None
    rig.heal()
    assert rig.outbox.trouble == ""
    rig.put(1)
    assert rig.outbox.sync()
    assert len(set(rig.ops.synced)) == 2  # each file once
    assert rig.values("one") == list(range(5, 31))
    assert rig.values("two") == list(range(31))
    assert (tmp_path / "outbox.db.corrupt-1").exists()
    rig.reopen()
    assert rig.values("two") == list(range(31))


def test_D7_no_handle_is_left_and_none_leaks(tmp_path: Path) -> None:
    run_alone("no_handle_left", tmp_path / "outbox.db")


def test_D7_opening_and_closing_leaves_no_handle(tmp_path: Path) -> None:
    run_alone("many_openings", tmp_path / "outbox.db")
