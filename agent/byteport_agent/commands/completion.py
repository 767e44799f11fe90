"""`byteport-agent completion`: what bash, zsh or fish complete this command line with."""

import argparse
import sys

from byteport_agent.completions import FILES, completion_text

EXAMPLE = "byteport-agent completion bash"
_PLACES = {
    "bash": "~/.local/share/bash-completion/completions/byteport-agent",
    "zsh": "'a directory of $fpath'/_byteport-agent",
    "fish": "~/.config/fish/completions/byteport-agent.fish",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=tuple(FILES), metavar="|".join(FILES), help="the shell")


def run(arguments: argparse.Namespace) -> int:
    """Print the text; to a terminal, say on stderr what it is for."""
    print(completion_text(arguments.shell), end="")
    if sys.stdout.isatty():
        place = _PLACES[arguments.shell]
        print(f"next: byteport-agent completion {arguments.shell} > {place}", file=sys.stderr)
    return 0
