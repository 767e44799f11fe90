"""`byteport-agent send`: stores values once, from a shell or a script."""

import argparse
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from re import ASCII, fullmatch
from urllib.parse import urlsplit

from byteport.digits import ms_text
from byteport.errors import InvalidData, SendError
from byteport.names import check
from byteport.timestamp import timestamp_text
from byteport_agent.cli import tell
from byteport_agent.clock import unix_ms
from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.command_line.arguments import KEY_REFUSED, checked
from byteport_agent.command_line.service_arguments import (
    add_place_arguments,
    add_service_arguments,
    new_client,
    warnings,
)
from byteport_agent.direct.advice import failure_text
from byteport_agent.keys import find_key
from byteport_agent.printable import printable

EXAMPLE = (
    "byteport-agent send --namespace myownspace --device greenhouse-1 "
    '--key-file byteport.key temp=21.5 info="hello"'
)

Fields = list[tuple[str, str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("fields", nargs="*", metavar="FIELD=VALUE", help="values to store; none is a heartbeat")
    add_place_arguments(parser)
    add(
        "--timestamp",
        type=checked(_timestamp),
        metavar="TIME",
        help="when it was measured: seconds since 1970 or 2026-01-31T12:00:00Z; default now",
    )
    add_service_arguments(parser)


def run(arguments: argparse.Namespace) -> int:
    """Store once; CommandError tells why not."""
    fields = parse_fields(arguments.fields)
    key = find_key(arguments.key_file)
    timestamp = arguments.timestamp or ms_text(unix_ms())
    try:
        with closing(new_client(arguments, key.secret)) as client:
            for warning in warnings(arguments, key):
                tell(f"warning: {warning}", "send")
            client.store(fields, timestamp)
    except InvalidData as error:
        raise UsageError(str(error)) from None
    except SendError as error:
        raise CommandError(failure_text(error, timestamp)) from None
    _report(arguments, fields, timestamp)
    return 0


def parse_fields(words: Sequence[str]) -> Fields:
    """Return the (field, value) pairs of FIELD=VALUE words, which may hold a key by mistake."""
    fields: Fields = []
    for number, word in enumerate(words, 1):
        name, separator, value = word.partition("=")
        if name == "_key":
            raise UsageError(KEY_REFUSED)
        if not separator:
            raise UsageError(f"value {number} has no '=': write FIELD=VALUE, such as temp=21.5")
        try:
            value.encode()
            check(name)
        except InvalidData as error:
            raise UsageError(f"{error}") from None
        except UnicodeEncodeError:
            raise UsageError(f"the value of {name!r} is not UTF-8") from None
        if name in dict(fields):
            raise UsageError(f"field {name!r} is given twice")
        fields.append((name, value))
    return fields


def _report(arguments: argparse.Namespace, fields: Fields, timestamp: str) -> None:
    texts = " ".join(f"{name}={printable(value)}" for name, value in fields) or "a heartbeat"
    place = f"{arguments.namespace}.{arguments.device}"
    host = urlsplit(arguments.url).netloc
    print(f"stored {texts} in {place} at {_time_text(timestamp)}")
    print(f"next: see device {arguments.device!r} in namespace {arguments.namespace!r} on {host}")


def _timestamp(text: str) -> str:
    """Return ``_ts`` text; a date and time must say its offset from UTC."""
    if fullmatch(r"\d{1,11}(\.\d{1,6})?", text, ASCII):
        return text
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(
            f"{text!r} is no time: write seconds since 1970, or such as 2026-01-31T12:00:00Z"
        ) from None
    if time.tzinfo is None:
        raise ValueError(f"{text!r} lacks its offset from UTC: end it with Z or such as +01:00")
    return timestamp_text(time)


def _time_text(timestamp: str) -> str:
    seconds, _, decimals = timestamp.partition(".")
    time = datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{time}.{decimals or '0'}Z ({timestamp})"
