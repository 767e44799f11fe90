"""Disks and outboxes: full, read-only, forgetful, another's, in use."""

import fcntl
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from doctor_rig import Rig, only, pi, told

from byteport_agent.doctor.disk import check_disk, check_root, file_system
from byteport_agent.doctor.outbox import check_outbox, running_agent
from byteport_agent.outbox.lock import OutboxLock

OUTBOX = "/var/lib/byteport-agent/outbox.db"
FOLDER = "/var/lib/byteport-agent"
MOST = 64_000_000


def room(free_mb: int = 1000, flag: int = 0, files: int = 100, free_files: int = 50) -> Any:
    return SimpleNamespace(
        f_bavail=free_mb, f_frsize=10**6, f_flag=flag, f_files=files, f_favail=free_files
    )


def rig_of(root: Path, statvfs: Any = None, kind: str = "ext4") -> Rig:
    rig = Rig(root, statvfs=lambda _: statvfs or room())
    rig.directory(FOLDER)
    line = "22 1 179:2 / {} rw,noatime shared:1 - {} /dev/x rw\n"
    rig.file("/proc/self/mountinfo", line.format("/", "ext4") + line.format("/var/lib", kind))
    return rig


def test_enough_room(tmp_path: Path) -> None:
    rig = rig_of(tmp_path)
    assert told(check_disk(rig.machine, OUTBOX, MOST)) == [("ok", f"1000 MB free for {OUTBOX}")]
    assert told(check_root(rig.machine)) == [("ok", "1000 MB free for /")]


def test_D1_little_room(tmp_path: Path) -> None:
    finding = only(check_disk(rig_of(tmp_path, room(40)).machine, OUTBOX, MOST))
    assert (finding.mark, finding.text) == (
        "warning",
        f"40 MB free, {OUTBOX} may grow to 64MB",
    )
    finding = only(check_disk(rig_of(tmp_path, room(3)).machine, OUTBOX, MOST))
    assert (finding.mark, finding.text) == ("problem", f"3 MB free for {OUTBOX}")
    assert finding.command.startswith("sudo du ")
    finding = only(check_disk(rig_of(tmp_path, room(free_files=0)).machine, OUTBOX, MOST))
    assert finding.text == f"no inode free for {OUTBOX}"
    no_inodes = rig_of(tmp_path, room(files=0, free_files=0))  # btrfs counts none
    assert only(check_disk(no_inodes.machine, OUTBOX, MOST)).mark == "ok"


def test_D3_read_only(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, room(flag=os.ST_RDONLY))
    finding = only(check_disk(rig.machine, OUTBOX, MOST))
    assert finding.text == "/var/lib is mounted read-only, the outbox is there"
    assert finding.command == "sudo mount -o remount,rw /var/lib"


@pytest.mark.parametrize(
    ("kind", "mark", "text"),
    [
        ("tmpfs", "warning", "/var/lib is tmpfs: what is written there may be gone after"),
        ("overlay", "warning", "may be gone after a restart"),
        ("vfat", "warning", "/var/lib is vfat, where every user can read every file"),
    ],
)
def test_kinds_of_file_systems(tmp_path: Path, kind: str, mark: str, text: str) -> None:
    first, second = check_disk(rig_of(tmp_path, kind=kind).machine, OUTBOX, MOST)
    assert (first.mark, second.mark) == (mark, "ok")
    assert text in first.text
    assert first.advice


def test_a_network_disk_is_named_and_not_asked(tmp_path: Path) -> None:
    def hangs(_: str) -> Any:
        raise AssertionError("its server may be gone")

    rig = rig_of(tmp_path, kind="nfs4")
    object.__setattr__(rig.machine, "statvfs", hangs)
    finding = only(check_disk(rig.machine, OUTBOX, MOST))
    assert finding.mark == "problem"
    assert finding.text == "/var/lib is nfs4, on which the outbox's database cannot work"


def test_the_file_system_of_a_path(tmp_path: Path) -> None:
    rig = rig_of(tmp_path, kind="f2fs")
    assert file_system(rig.machine, FOLDER) == ("f2fs", "/var/lib")
    assert file_system(rig.machine, "/var/library") == ("ext4", "/")
    assert file_system(Rig(tmp_path / "none").machine, FOLDER) == ("", "/")


def test_D3_another_users(tmp_path: Path) -> None:
    rig = rig_of(tmp_path)
    rig.directory(FOLDER, "root", 0o755, uid=0)
    *_, finding = check_disk(rig.machine, OUTBOX, MOST)
    assert finding.text == f"pi may not write in {FOLDER}"
    assert finding.command == f"sudo chown -R pi: {FOLDER}"
    rig.directory(FOLDER)
    rig.device(OUTBOX, "root", 0o600)
    *_, finding = check_disk(rig.machine, OUTBOX, MOST)
    assert finding.text == f"pi may not use {OUTBOX}: was it made by another user?"
    assert finding.command == f"sudo chown pi: {OUTBOX}*"


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    def missing(_: str) -> Any:
        raise FileNotFoundError(2, "No such file or directory")

    finding = only(check_disk(Rig(tmp_path, statvfs=missing).machine, OUTBOX, MOST))
    assert finding.text == f"{FOLDER} cannot be looked at: No such file or directory"


def test_P4_an_agent_that_runs_is_found_and_left_alone(tmp_path: Path) -> None:
    from byteport_agent.doctor.machine import Machine

    machine, path = Machine(pi()), str(tmp_path / "outbox.db")
    assert running_agent(machine, path) == 0
    lock = OutboxLock(path)
    lock.take()
    try:
        assert running_agent(machine, path) == os.getpid()
        assert told(check_outbox(machine, path)) == [
            ("ok", f"an agent runs on {path}: process {os.getpid()}")
        ]
    finally:
        lock.release()
    assert running_agent(machine, path) == 0  # the pid is still in the file
    with open(path + ".lock") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_D5_files_that_were_set_aside(tmp_path: Path) -> None:
    rig = Rig(tmp_path)
    for end in (".corrupt-1", ".corrupt-1-wal", ".corrupt-2"):
        rig.file(OUTBOX + end)
    finding = only(check_outbox(rig.machine, OUTBOX))
    assert finding.mark == "warning"
    assert finding.text.endswith(f"{OUTBOX}.corrupt-1, {OUTBOX}.corrupt-2")
    assert finding.command == f"rm {OUTBOX}.corrupt-*"
