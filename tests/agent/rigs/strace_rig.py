"""Runs a program of these tests under strace, and skips by name where that cannot be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def strace(trace: Path, options: list[str], program: str, *arguments: object) -> None:
    """Run ``program``, a file beside this one, and keep the trace; it must end well."""
    path = shutil.which("strace")
    if path is None:
        pytest.skip("strace is not installed: apt-get install strace")
    command = [path, "-f", "-y", *options, "-o", str(trace)]
    run = subprocess.run(
        [*command, sys.executable, str(HERE / program), *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        check=False,
        timeout=300,
    )
    if b"PTRACE" in run.stderr or b"not permitted" in run.stderr:
        pytest.skip("strace is not permitted here")
    assert run.returncode == 0, run.stderr.decode()
