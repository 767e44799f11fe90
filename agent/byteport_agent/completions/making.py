"""Makes the completions of the parsers themselves, so that they know every command and option.

shtab, which writes them, is for who develops this; an installation has the files.
"""

import argparse
from pathlib import Path
from typing import Any

from byteport_agent.cli import COMMANDS, command_module
from byteport_agent.completions import FILES

_PATHS = {"FILE": "FILE", "DIR": "DIRECTORY"}  # what a metavar is to shtab


def made(shell: str) -> str:
    """Return a shell's text, in which shtab's word on where it is put is ours."""
    import shtab

    return "".join(
        line
        for line in shtab.complete(_whole_parser(shtab), shell).splitlines(keepends=True)
        if not line.startswith("# ") or "AUTOMATICALLY" in line
    )


def _whole_parser(shtab: Any) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("byteport-agent")
    parser.add_argument("--version", action="version", help="print the version")
    subparsers = parser.add_subparsers(dest="command")
    for command, summary in COMMANDS.items():
        subparser = subparsers.add_parser(command, help=summary, description=summary)
        command_module(command).add_arguments(subparser)
        for action in subparser._actions:
            if action.metavar in _PATHS:
                action.complete = getattr(shtab, _PATHS[str(action.metavar)])  # type: ignore[attr-defined]
    return parser


if __name__ == "__main__":
    for shell, name in FILES.items():
        Path(__file__).with_name(name).write_text(made(shell), encoding="utf-8")
