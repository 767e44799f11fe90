"""Where the examples are, and the package that one of them needs."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def example() -> Callable[[str], Path]:
    """A function that gives the path of a file of an example."""
    return lambda name: EXAMPLES / name


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of third-party-driver with its metadata, as an installation has it."""
    folder = tmp_path_factory.mktemp("site") / "package"
    shutil.copytree(EXAMPLES / "third-party-driver/package", folder)
    command = [sys.executable, "-W", "ignore", "-c", "import setuptools; setuptools.setup()"]
    subprocess.run([*command, "-q", "egg_info"], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def package(installed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The package of third-party-driver, installed."""
    monkeypatch.syspath_prepend(str(installed))
    yield installed
    for name in ("pct2075_driver", "test_pct2075_driver"):
        sys.modules.pop(name, None)
