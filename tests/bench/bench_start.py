"""How long it takes until something runs: the command line and the import of the core."""

import sys
from pathlib import Path

from figures import Figure, command_ms


def figures() -> list[Figure]:
    program = str(Path(sys.executable).parent / "byteport-agent")
    bare = command_ms([sys.executable, "-c", "pass"])
    core = command_ms([sys.executable, "-c", "import byteport"])
    return [
        Figure("byteport-agent --version", command_ms([program, "--version"]), "ms", 150, True),
        Figure("import byteport, beyond a bare interpreter", core - bare, "ms", 30, True),
        Figure("a bare interpreter, to compare", bare, "ms"),
    ]
