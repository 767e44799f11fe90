"""A user's repository: what its workflow runs, passes in a copy of it, and can fail."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture
def repository(example, tmp_path) -> Path:
    return Path(shutil.copytree(example("own-ci"), tmp_path / "repository"))


def commands(repository: Path) -> list[str]:
    workflow = (repository / ".github/workflows/test.yml").read_text()
    return re.findall(r"- run: (.*)", workflow)


def run_of(command: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    env["PYTEST_ADDOPTS"] = "-p no:hypothesispytest -p no:xdist"  # which a user may not have
    return subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_the_workflow_runs_passes(repository: Path) -> None:
    install, test = commands(repository)
    assert install == "pip install -r requirements-test.txt"
    assert (repository / "requirements-test.txt").read_text() == "byteport-agent[mocks]\n"
    run = run_of(test, repository)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "6 passed" in run.stdout


def test_a_mistake_in_the_program_is_found(repository: Path) -> None:
    program = repository / "thermostat.py"
    right = "self._relay.off()  # nobody knows"
    assert right in program.read_text()
    program.write_text(program.read_text().replace(right, "pass  # nobody knows"))
    run = run_of(commands(repository)[1], repository)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 failed, 5 passed" in run.stdout
