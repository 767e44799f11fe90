"""curl, which knows nothing of this project, as a client."""

import shutil
import subprocess

import pytest


def curl(*arguments: str) -> tuple[int, str]:
    """Return curl's (status, content)."""
    path = shutil.which("curl")
    if path is None:
        pytest.skip("curl is not installed: run tests/install/packages")
    command = [path, "-q", "-sS", "--noproxy", "*", "-m", "20", "-w", "\n%{http_code}", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    content, _, status = run.stdout.rpartition("\n")
    return int(status), content
