"""MicroPython on this machine: which one it is, and the modules that a board would have."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from byteport_agent.boards.board_files import needed_for
from byteport_agent.command_errors import CommandError, ConfigurationError
from byteport_agent.config.board.sections import BoardConfiguration

_MICROPYTHON = "micropython"
_OLDEST = (1, 22)
_ASK = "import sys; print(sys.implementation[0], *sys.implementation[1][:2])"
_INSTALL = (
    "install MicroPython's unix port ('sudo apt install micropython' on Debian 13 and "
    "Raspberry Pi OS 13, 'tests/install/get-micropython FOLDER' in a clone on an older one), or "
    "give --micropython FILE"
)
_HEAP = "2M"  # the simulated parts need more than a board's program


def interpreter(given: str | None) -> str:
    """Return MicroPython's path; raise ConfigurationError saying how to get it."""
    path = given or shutil.which(_MICROPYTHON)
    if path is None:
        raise ConfigurationError(f"there is no {_MICROPYTHON} on the PATH: {_INSTALL}")
    try:
        told = subprocess.run(  # noqa: S603 (which interpreter is the user's choice)
            [path, "-c", _ASK], capture_output=True, text=True, timeout=30, check=False
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired) as error:
        why = error.strerror if isinstance(error, OSError) else "it does not answer"
        raise ConfigurationError(f"{path} cannot be run: {why}: {_INSTALL}") from None
    if told[:1] != [_MICROPYTHON]:
        raise ConfigurationError(f"{path} is no MicroPython: {_INSTALL}")
    if tuple(map(int, told[1:])) < _OLDEST:
        wanted = ".".join(map(str, _OLDEST))
        raise ConfigurationError(f"{path} is MicroPython {'.'.join(told[1:])}, older than {wanted}")
    return path


def mocks_folder() -> Path:
    """Return the folder of the simulated hardware; raise ConfigurationError where it is missing."""
    spec = find_spec("byteport_mocks")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigurationError("simulate needs byteport_mocks: pip install 'byteport-agent'")
    return Path(next(iter(spec.submodule_search_locations)))


def fill_library(folder: Path, configuration: BoardConfiguration) -> None:
    """Give a folder the modules that `flash` would bring, and the simulated hardware."""
    for module in needed_for(configuration).modules:
        target = folder / Path(module.target).relative_to("/lib").with_suffix(".py")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(module.source.resolve())
    (folder / "byteport_mocks").symlink_to(mocks_folder().resolve())


@contextmanager
def running(path: str, library: Path, program: str) -> Iterator[Iterator[str]]:
    """Run a program's text with a library; give the lines that it prints."""
    process = subprocess.Popen(  # noqa: S603
        [path, "-X", f"heapsize={_HEAP}", "-c", program],
        env={**os.environ, "MICROPYPATH": f"{library}:.frozen"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    assert process.stderr is not None
    with process:
        try:
            yield (line.rstrip("\n") for line in process.stdout)
            words = process.stderr.read().strip().splitlines()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise CommandError(f"the simulation ended early: {words[-1] if words else 'no word'}")
