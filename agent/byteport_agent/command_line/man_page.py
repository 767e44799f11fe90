"""Writes the man page from the parsers, so that it knows every command and option.

python -m byteport_agent.command_line.man_page > agent/man/byteport-agent.1
"""

import argparse
from collections.abc import Iterator

from byteport_agent.cli import COMMANDS, command_module, command_parser
from byteport_agent.config.reader import SEARCHED

_EXIT_CODES = (
    ("0", "It is done."),
    ("1", "It did not work out; stderr says why and what to do."),
    ("2", "The command line is wrong."),
    ("75", "Another agent has what this one needs; it may be free later."),
    ("78", "A file, key or setting is wrong; it has to be changed first."),
    ("130", "It was ended by Ctrl-C."),
)
_VARIABLES = (
    ("BYTEPORT_KEY", "The API key, where no file is named."),
    ("CREDENTIALS_DIRECTORY", "Where systemd puts keys for a service."),
)
_DESCRIPTION = (
    "Reads sensors of a Raspberry Pi or another Linux machine as a configuration says, keeps the "
    "readings on the disk, and sends them to the IoT service Byteport until each is confirmed. "
    "Without a command it lists the commands; each has --help."
)


def man_page() -> str:
    """Return the page in man's macros."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield '.TH BYTEPORT-AGENT 1 "" byteport-agent "User Commands"'
    yield ".SH NAME"
    yield r"byteport-agent \- read sensors and store their values in Byteport"
    yield ".SH SYNOPSIS"
    yield r".B byteport-agent"
    yield r"\fICOMMAND\fR ..."
    yield ".SH DESCRIPTION"
    yield roff(_DESCRIPTION)
    yield ".SH COMMANDS"
    for command in COMMANDS:
        yield from _command_lines(command)
    yield ".SH EXIT STATUS"
    yield from _pairs(_EXIT_CODES)
    yield ".SH ENVIRONMENT"
    yield from _pairs(_VARIABLES)
    yield ".SH FILES"
    yield from _pairs((f"./{SEARCHED[0]}, else {SEARCHED[1]}", "The configuration.") for _ in "1")


def _command_lines(command: str) -> Iterator[str]:
    module = command_module(command)
    parser = command_parser(command, module)
    yield f".SS {roff(command)}"
    yield roff(COMMANDS[command])
    yield ".PP"
    yield roff(_usage(parser))
    for action in parser._actions:
        if action.help is not argparse.SUPPRESS and action.dest != "help":
            yield ".TP"
            yield _invocation(action)
            yield roff(_help_of(action, parser))
    yield ".PP"
    yield "Example:"
    yield f".B {roff(module.EXAMPLE)}"


def _usage(parser: argparse.ArgumentParser) -> str:
    usage = " ".join(parser.format_usage().removeprefix("usage: ").split())
    return usage.replace(" [-h]", "")


def _invocation(action: argparse.Action) -> str:
    """Return how an option is written, with what it takes."""
    metavar = action.metavar or ("|".join(map(str, action.choices)) if action.choices else "")
    value = str(metavar or action.dest.upper()) if action.nargs != 0 else ""
    if not action.option_strings:
        return rf"\fI{roff(str(action.metavar or value))}\fR"
    names = ", ".join(rf"\fB{roff(name)}\fR" for name in action.option_strings)
    return f"{names} " + rf"\fI{roff(value)}\fR" if value else names


def _help_of(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    return str(action.help) % {**vars(action), "prog": parser.prog}


def _pairs(rows: "Iterator[tuple[str, str]] | tuple[tuple[str, str], ...]") -> Iterator[str]:
    for name, meaning in rows:
        yield ".TP"
        yield f".B {roff(name)}"
        yield roff(meaning)


def roff(text: str) -> str:
    """Return text as roff writes it: no escape, no request, hyphens that can be copied."""
    escaped = text.replace("\\", r"\e").replace("-", r"\-").replace("'", r"\(aq")
    escaped = escaped.replace("…", "...").replace("°", r"\(de")
    return rf"\&{escaped}" if escaped.startswith(".") else escaped


if __name__ == "__main__":
    print(man_page(), end="")
