"""How long it takes until something runs: the command line and the import of the core."""

import sys
from pathlib import Path

from figures import Figure, command_ms, extra_ms


def figures() -> list[Figure]:
    program = str(Path(sys.executable).parent / "byteport-agent")
    bare = [sys.executable, "-c", "pass"]
    core = [sys.executable, "-c", "import byteport"]
    return [
        Figure("byteport-agent --version", command_ms([program, "--version"]), "ms", 150, True),
        Figure("import byteport, beyond a bare interpreter", extra_ms(core, bare), "ms", 30, True),
    ]
