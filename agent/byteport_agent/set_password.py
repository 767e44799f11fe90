"""`byteport-agent set-password`: sets the password of the gateway's dashboard.

It is typed, or read as one line from a pipe; never given on the command line, which every user of a
machine sees. A running agent asks for it from the next request on.
"""

import argparse
import sys
from getpass import getpass

from byteport_agent.check import CONFIG_HELP, checked_configuration
from byteport_agent.command_errors import CommandError, ConfigurationError
from byteport_agent.gateway.passwords import LEAST_CHARACTERS, PasswordFile

EXAMPLE = "byteport-agent set-password -c agent.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-c", "--config", metavar="FILE", help=CONFIG_HELP)
    parser.add_argument("--remove", action="store_true", help="ask for none any more")


def run(arguments: argparse.Namespace) -> int:
    """Set or remove the password; 78 where there is no gateway."""
    gateway = checked_configuration(arguments.config).gateway
    if gateway is None:
        raise ConfigurationError("there is no [gateway] in the configuration: nothing to set")
    file = PasswordFile(gateway.password_file)
    try:
        if arguments.remove:
            file.remove()
            print(f"no password any more: {gateway.password_file} is removed")
            return 0
        file.set(asked_password())
    except OSError as error:
        raise CommandError(f"{gateway.password_file}: {error.strerror}: use sudo?") from None
    print(f"the password is set, its hash is in {gateway.password_file}")
    return 0


def asked_password() -> str:
    """Ask for a new password; raises CommandError where it is none."""
    if sys.stdin is None or not sys.stdin.isatty():
        return _checked(sys.stdin.readline().rstrip("\r\n") if sys.stdin else "")
    password = _checked(getpass("New password: "))
    if getpass("Again: ") != password:
        raise CommandError("the two are not the same: nothing is changed")
    return password


def _checked(password: str) -> str:
    if len(password) < LEAST_CHARACTERS:
        raise CommandError(f"at least {LEAST_CHARACTERS} characters: nothing is changed")
    return password
