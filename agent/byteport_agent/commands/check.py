"""`byteport-agent check`: tells all that is wrong with a configuration, or what it would run."""

import argparse

from byteport_agent.command_line.configuration import checked, counted
from byteport_agent.command_line.summary import summary
from byteport_agent.config.reader import SEARCHED, find_file, load_any
from byteport_agent.config.sections import Configuration
from byteport_agent.printable import printable

EXAMPLE = "byteport-agent check -c agent.toml"
_BOARD_FILE = "station.toml"
_CONFIG_HELP = f"the configuration; default ./{SEARCHED[0]}, ./{_BOARD_FILE} or {SEARCHED[1]}"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", metavar="FILE", help=_CONFIG_HELP)


def run(arguments: argparse.Namespace) -> int:
    """Print what would run; each mistake and warning is a line on stderr."""
    configuration = checked(find_file(arguments.config, _BOARD_FILE), load_any)
    if isinstance(configuration, Configuration):
        lines = summary(configuration)
    else:
        from byteport_agent.command_line.board_summary import board_summary

        lines = board_summary(configuration)
    found = ", ".join(filter(None, ("no mistakes", counted(configuration.warnings))))
    lines += ["", f"{configuration.path}: {found}"]
    if not isinstance(configuration, Configuration):
        lines.append(f"next: 'byteport-agent flash -c {configuration.path}' puts it onto the board")
    for line in lines:
        print(printable(line))
    return 0
