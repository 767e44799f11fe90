"""`byteport-agent import-mqtt-io`: makes a configuration of mqtt-io's, and lists what is left."""

import argparse
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import checked
from byteport_agent.command_line.own_pip import with_own_pip
from byteport_agent.printable import printable

if TYPE_CHECKING:
    from byteport_agent.mqtt_io import Conversion

EXAMPLE = "byteport-agent import-mqtt-io mqtt-io.yml --namespace myownspace -o agent.toml"
_NAMESPACE = "myownspace"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    from byteport.names import check

    add = parser.add_argument
    add("file", metavar="FILE", help="mqtt-io's configuration, in YAML")
    add("-o", "--output", metavar="FILE", help="the file to write, which must not be there yet")
    namespace = checked(lambda text: check(text, "namespace"))
    add("--namespace", type=namespace, help="the namespace, as in Byteport")
    uid = "the device's uid; default the end of mqtt-io's topic_prefix, else this machine's name"
    add("--device", type=checked(lambda text: check(text, "device")), metavar="UID", help=uid)


def run(arguments: argparse.Namespace) -> int:
    """Print the configuration, or write it; all that is not taken over is told on stderr."""
    from byteport_agent.mqtt_io import convert
    from byteport_agent.mqtt_io.yaml_tables import read_yaml

    found = convert(read_yaml(Path(arguments.file)))
    for line in _left_lines(arguments.file, found):
        print(printable(line), file=sys.stderr)
    if not found.sensors:
        raise CommandError(f"{arguments.file}: there is nothing in it that can be taken over")
    text = "\n".join(_file_lines(arguments, found)) + "\n"
    if arguments.output:
        _write(Path(arguments.output), text)
    else:
        print(text, end="")
    for line in _next_lines(arguments, found):
        print(printable(with_own_pip(line)), file=sys.stderr)
    return 0


def _left_lines(file: str, found: "Conversion") -> Iterator[str]:
    from byteport_agent.mqtt_io.conversion import together

    for left, others in together(found.left):
        more = f" (also line{'s' * (len(others) > 1)} {', '.join(map(str, others))})"
        kind = "note: " if left.is_note else "not taken over: "
        yield f"{file}:{left.line}: {kind}{left.text}{more if others else ''}"


def _file_lines(arguments: argparse.Namespace, found: "Conversion") -> Iterator[str]:
    from byteport_agent.mqtt_io.sensor_table import toml

    yield f"# Made of {printable(Path(arguments.file).name)} by 'byteport-agent import-mqtt-io'."
    yield "# Each key is explained in docs/configuration.md."
    yield ""
    yield "[device]"
    unset = "" if arguments.namespace else "  # write yours, as in Byteport"
    yield f"namespace = {toml(arguments.namespace or _NAMESPACE)}{unset}"
    yield f"uid = {toml(arguments.device or _uid(found.uid))}"
    yield 'key_file = "byteport.key"  # a file beside this one, with the API key and nothing else'
    for sensor in found.sensors:
        yield ""
        yield from sensor.text()
    yield ""
    yield "[[output]]"
    yield 'type = "byteport"'
    if found.broker:
        yield ""
        yield from found.broker


def _uid(prefix: str) -> str:
    from byteport_agent.mqtt_io.sensor_table import Names

    return Names().fitting(prefix or socket.gethostname().partition(".")[0])


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise UsageError(f"{path} is there already: give -o another name, or move it") from None
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from None


def _next_lines(arguments: argparse.Namespace, found: "Conversion") -> Iterator[str]:
    yield ""
    sensors = f"{len(found.sensors)} sensor{'s' * (len(found.sensors) > 1)}"
    yield f"{found.taken} of {found.inputs} inputs are taken over, as {sensors}"
    target = arguments.output or "agent.toml"
    if not arguments.namespace:
        yield f"next: write your namespace into {target}"
    if found.broker:
        yield "next: pip install 'byteport-agent[mqtt]' for the broker, or take its [[output]] out"
    yield "next: put the API key into byteport.key beside it"
    yield f"next: 'byteport-agent check -c {target}' shows what it would run"
