"""What `new-driver` writes passes the tests of drivers as it is, in a clone and as a package."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from re import DOTALL, findall

import pytest

from byteport_agent.command_line.arguments import Parser
from byteport_agent.commands.new_driver import add_arguments, run
from byteport_agent.driver_lookup.finder import find_driver
from byteport_agent.driver_skeletons import BUSES
from micropythons import PROJECT, TOOLS

Command = Callable[..., "subprocess.CompletedProcess[str]"]
DOCUMENT = PROJECT / "docs/adding-a-chip.md"
_CLONED = (
    "setup.cfg pyproject.toml micropython drivers hw_mocks tests/conftest.py tests/chip_checks.py"
    " tests/driver_rigs.py tests/fault_checks.py tests/read_memory.py"
    " tests/micropythons.py tests/portable.py tests/run_on_micropython.py"
    " tests/cpython/test_driver_files.py tests/drivers/test_every_driver.py"
)
_NAMES = {bus: f"sketch{bus}" for bus in BUSES}
_EVERY_CHECK = """
import sys
from driver_rigs import DRIVERS, chip_of
from test_every_driver import CHECKS
for name in sys.argv[1:]:
    for check in CHECKS:
        check(name, DRIVERS[name], chip_of(name))
"""


def copied(target: Path) -> Path:
    """Return a copy of as much of this tree as drivers and their tests need."""
    for name in _CLONED.split():
        source, copy = PROJECT / name, target / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(
                source, copy, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
            )
        else:
            shutil.copy(source, copy)
    return target


def in_tree(tree: Path, *words: str) -> str:
    """Run Python with the copied tree's modules; return what it prints, and must not fail."""
    rooms = ("micropython", "drivers", "hw_mocks", "tests", "tests/drivers")
    path = os.pathsep.join([*(str(tree / room) for room in rooms), str(PROJECT / "agent")])
    environment = {**os.environ, "PYTHONPATH": path, "BYTEPORT_TOOLS": str(TOOLS)}
    ended = subprocess.run(
        [sys.executable, *words],
        cwd=tree,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    tree = copied(tmp_path_factory.mktemp("clone"))
    for bus, name in _NAMES.items():
        told = in_tree(tree, "-m", "byteport_agent", "new-driver", name, "--bus", bus)
        assert f"drivers/byteport_drivers/{name}.py\n" in told
        assert f"next: pytest tests/drivers/test_{name}.py" in told
        assert "next: docs/adding-a-chip.md tells" in told
    return tree


def test_what_is_written_passes_the_tests_of_drivers(clone: Path) -> None:
    tests = [f"tests/drivers/test_{name}.py" for name in _NAMES.values()]
    options = ("-q", "-p", "no:cacheprovider", "-k", "sketch")
    in_tree(clone, "-m", "pytest", *options, *tests, "tests/cpython/test_driver_files.py")
    in_tree(clone, "-c", _EVERY_CHECK, *_NAMES.values())


def test_what_is_written_is_in_the_projects_style(clone: Path) -> None:
    ruff = Path(sys.executable).parent / "ruff"
    if not ruff.exists():
        pytest.skip("ruff is not installed: pip install -e .[test]")
    files = list(map(str, clone.rglob("*sketch*.py")))
    assert len(files) == 3 * len(BUSES)
    for command in (["check", "--no-cache", "-q"], ["format", "--check", "--no-cache", "-q"]):
        ended = subprocess.run(
            [ruff, *command, *files], cwd=clone, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


def test_packages_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [str(tmp_path / f"byteport-{name}") for name in _NAMES.values()]
    for bus, name in _NAMES.items():
        parser = Parser("new-driver", "", "")
        add_arguments(parser)
        assert run(parser.parse([name, "--bus", bus, "--directory", str(tmp_path)])) == 0
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(folders))
    options = ("-q", "-p", "no:cacheprovider", "--import-mode=importlib")
    subprocess.run([sys.executable, "-m", "pytest", *options, *folders], cwd=tmp_path, check=True)
    setup = ("-W", "ignore", "-c", "import setuptools; setuptools.setup()", "-q", "egg_info")
    subprocess.run([sys.executable, *setup], cwd=folders[0], check=True)
    monkeypatch.syspath_prepend(folders[0])
    found = find_driver(_NAMES["i2c"])
    assert (found.origin, found.bus) == ("byteport-sketchi2c", "i2c")


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["BME999"], "'BME999' is no name: 2 to 16 of a-z and 0-9"),
        (["my_chip"], "is no name"),
        (["bme280"], "there is a driver 'bme280' already"),
        (["gpio"], "there is a driver 'gpio' already"),
        (["hdc1080", "--bus", "can"], "argument --bus: invalid choice: 'can'"),
    ],
)
def test_mistakes(command: Command, words: list[str], text: str) -> None:
    made = command("new-driver", *words)
    assert (made.returncode, made.stdout) == (2, "")
    assert text in made.stderr


def test_nothing_is_written_over(command: Command, tmp_path: Path) -> None:
    where = ("--directory", str(tmp_path))
    (tmp_path / "byteport-hdc1080").mkdir()
    taken = tmp_path / "byteport-hdc1080/hdc1080_driver.py"
    taken.write_text("mine")
    made = command("new-driver", "hdc1080", *where)
    assert made.returncode == 2
    assert f"{taken} is there already" in made.stderr
    assert [path.name for path in (tmp_path / "byteport-hdc1080").iterdir()] == [taken.name]
    taken.unlink()
    (tmp_path / "byteport-hdc1080").rmdir()
    (tmp_path / "byteport-hdc1080").write_text("a file")
    made = command("new-driver", "hdc1080", *where)
    assert (made.returncode, made.stderr.count("\n")) == (1, 1)


def test_the_walk_quotes_the_code_that_is_there() -> None:
    rooms = ("drivers/byteport_drivers", "hw_mocks/byteport_mocks/chips", "tests/drivers")
    names = ("mcp9808.py", "mcp9808.py", "test_mcp9808.py")
    texts = [(PROJECT / room / name).read_text() for room, name in zip(rooms, names, strict=True)]
    texts.append((PROJECT / "tests/oracles/test_mcp9808.py").read_text())
    blocks = findall(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), DOTALL)
    assert len(blocks) >= 8
    for block in blocks:
        for piece in block.split("    ...\n"):
            assert any(piece.strip("\n") in text for text in texts), piece
        assert ast.parse(block) if not block.startswith(" ") else True
