"""`byteport-agent set-password`: sets the password of the gateway's dashboard.

It is typed, or read as one line from a pipe; never given on the command line, which every user of a
machine sees. A running agent asks for it from the next request on.
"""

import argparse

from byteport_agent.command_errors import CommandError, ConfigurationError
from byteport_agent.command_line.configuration import CONFIG_HELP, checked_configuration
from byteport_agent.command_line.passwords import new_password
from byteport_agent.gateway.passwords import PasswordFile

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
        file.set(new_password())
    except OSError as error:
        raise CommandError(f"{gateway.password_file}: {error.strerror}: use sudo?") from None
    print(f"the password is set, its hash is in {gateway.password_file}")
    return 0
