"""A disk of a few kilobytes for a test, in a process of its own.

It is a tmpfs where this machine lets one be mounted, with or without root. Where not, it is a
folder whose space is counted, which shows the same but for what SQLite does on a full disk.
"""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from byteport_agent.outbox import FileOps

_WAYS = (["unshare", "-m"], ["unshare", "-rm"])
HERE = Path(__file__).parent


class SmallDisk:
    """The disk at ``folder`` as a test handles it; ``ops`` are for the outbox on it."""

    def __init__(self, folder: Path, kib: int, mounted: bool) -> None:
        self.folder = folder
        self.ops = FileOps() if mounted else CountedOps(kib)
        self._mounted = mounted
        if mounted:
            subprocess.run(mount(folder, f"size={kib}k"), check=True)

    def resize(self, kib: int) -> None:
        if isinstance(self.ops, CountedOps):
            self.ops.kib = kib
        else:
            subprocess.run(mount(self.folder, f"remount,size={kib}k"), check=True)

    def remount(self, option: str) -> bool:
        """Mount it anew with an option of mount(8); return whether that can be done here."""
        if self._mounted:
            subprocess.run(mount(self.folder, f"remount,{option}"), check=True)
        return self._mounted

    def fill(self, name: str = "of another program") -> None:
        """Write a file until nothing more fits."""
        with (self.folder / name).open("wb", buffering=0) as file:
            try:
                while self.ops.disk_space(str(self.folder))[0] > 0:
                    file.write(bytes(1024))
            except OSError:
                pass


class CountedOps(FileOps):
    """Tells of a disk that has so much space less what is in the folder."""

    def __init__(self, kib: int) -> None:
        self.kib = kib

    def disk_space(self, folder: str) -> tuple[int, int]:
        blocks = sum(-(-file.stat().st_size // 4096) for file in Path(folder).iterdir())
        return max(self.kib * 1024 - blocks * 4096, 0), self.kib * 1024


def mount(folder: Path, options: str) -> list[str]:
    return ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]


@cache
def way_to_mount() -> "list[str] | None":
    """Return what a command that mounts is to begin with, None where nothing lets it."""
    for way in _WAYS:
        try:
            run = subprocess.run([*way, *mount(HERE, "size=64k")], capture_output=True, check=False)
        except FileNotFoundError:
            continue
        if run.returncode == 0:
            return way
    return None


def run_on_small_disk(file: str, case: str, folder: Path, kib: int) -> None:
    """Run ``case(disk)`` of a test file, in a process of its own."""
    way = way_to_mount()
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    code = (
        "import pathlib, runpy, small_disk\n"
        f"disk = small_disk.SmallDisk(pathlib.Path({str(folder)!r}), {kib}, {way is not None})\n"
        f"runpy.run_path({file!r})[{case!r}](disk)"
    )
    command = [*(way or []), sys.executable, "-c", code]
    run = subprocess.run(command, env=env, capture_output=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr.decode()
