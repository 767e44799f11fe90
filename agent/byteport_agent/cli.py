"""The command `byteport-agent`: imports the one subcommand that is asked for, and nothing else.

Whatever a person can get wrong ends as one line on stderr and an exit code, never as a traceback.
A subcommand's module has ``EXAMPLE``, ``add_arguments(parser)`` and ``run(arguments)``; it has the
command's name, with _ for -.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from io import TextIOWrapper
from types import ModuleType

from byteport_agent.command_errors import CommandError
from byteport_agent.command_line.arguments import Parser
from byteport_agent.command_line.own_pip import with_own_pip
from byteport_agent.printable import printable

COMMANDS = {
    "demo": "Show the dashboard, with simulated sensors and this machine: no account, no hardware.",
    "send": "Store values once.",
    "history": "Show a field's values of the last hours or years: table, CSV, plot.",
    "watch": "Store the files of a directory whenever they appear or change.",
    "once": "Take one reading of one sensor and print it with units.",
    "scan": "Look for sensors on this machine's buses and print a configuration for them.",
    "check": "Check a configuration: list every mistake, or what would run.",
    "doctor": "Look for what keeps this machine from measuring and sending, and say what to do.",
    "run": "Read the configured sensors and send their readings, as a service does.",
    "status": "Show how a running agent is: sensors, outputs, backlog.",
    "set-password": "Set the password of the gateway's dashboard.",
    "install-service": "Let systemd start the agent with the machine, and again after a failure.",
    "flash": "Put a configuration onto an ESP32 or Pico W, which then measures by itself.",
    "simulate": "Run a board's configuration here for weeks of virtual time, with troubles.",
    "monitor": "Show a board's readings and messages as they come.",
    "import-mqtt-io": "Make a configuration of mqtt-io's, and list what has no place in it.",
    "new-driver": "Write a driver with a simulated chip and tests, to begin with.",
    "completion": "Print what lets a shell complete this command line.",
    "sensors": "List every driver: bus, addresses, channels with units, hosts.",
}
_WIDTH = max(map(len, COMMANDS)) + 2
_COMMAND_LIST = "\n".join(f"  {name:<{_WIDTH}}{summary}" for name, summary in COMMANDS.items())
_EPILOG = f"commands:\n{_COMMAND_LIST}\n\nexample:\n  byteport-agent demo"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    command = words[0] if words and words[0] in COMMANDS else ""
    if sys.stdout is None:  # closed, as by >&-
        sys.stdout = open(os.open(os.devnull, os.O_WRONLY), "w", closefd=False)  # noqa: SIM115
    if isinstance(sys.stdout, TextIOWrapper):  # a terminal that knows no ° still gets the rest
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        return _run(command, words[1:]) if command else _run_without_command(words)
    except CommandError as error:
        tell(str(error), command)
        return error.exit_code
    except KeyboardInterrupt:
        return 130  # as a shell reports SIGINT
    except OSError as error:
        if not isinstance(error, BrokenPipeError):  # such as a full disk
            tell(f"{error}: can the output be written?", command)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # its flush at exit is quiet
        return 1


def tell(text: str, command: str = "") -> None:
    """Print one line about the command itself, on stderr."""
    text = printable(with_own_pip(text))
    print(f"byteport-agent{' ' * bool(command)}{command}: {text}", file=sys.stderr)


def command_module(command: str) -> ModuleType:
    """Return a subcommand's module, imported now."""
    return import_module(f"byteport_agent.commands.{command.replace('-', '_')}")


def command_parser(command: str, module: ModuleType) -> Parser:
    """Return the parser of a subcommand's words."""
    epilog = f"example:\n  {module.EXAMPLE}"
    parser = Parser(f"byteport-agent {command}", COMMANDS[command], epilog)
    module.add_arguments(parser)
    return parser


def _run(command: str, words: Sequence[str]) -> int:
    module = command_module(command)
    code: int = module.run(command_parser(command, module).parse(words))
    sys.stdout.flush()  # here, where a closed pipe is caught
    return code


def _run_without_command(words: Sequence[str]) -> int:
    from byteport import __version__

    parser = Parser(
        "byteport-agent",
        "Read sensors and store their values in Byteport.",
        _EPILOG,
        usage="byteport-agent [--help] [--version] COMMAND ...",
    )
    parser.add_argument("--version", action="version", version=f"byteport-agent {__version__}")
    parser.add_argument("command", nargs="?", help="one of the commands below; each has --help")
    command = parser.parse(words[:1]).command
    if command is None:
        parser.error(f"which command? One of {', '.join(COMMANDS)}")
    from difflib import get_close_matches

    near = get_close_matches(command, COMMANDS, 1)
    hint = f": did you mean {near[0]}?" if near else f": one of {', '.join(COMMANDS)}"
    parser.error(f"unknown command {command!r}{hint}")
