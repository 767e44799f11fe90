"""`byteport-agent send`: stores values once, from a shell or a script."""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from re import ASCII, fullmatch
from urllib.parse import urlsplit

from byteport import Client
from byteport.digits import ms_text
from byteport.encoder import timestamp_text
from byteport.errors import InvalidData, SendError
from byteport.name_advice import advice as name_advice
from byteport.names import check
from byteport_agent.arguments import KEY_FLAGS, KEY_REFUSED, RefuseKey, checked
from byteport_agent.cli import tell
from byteport_agent.clock import unix_ms
from byteport_agent.command_errors import CommandError, UsageError
from byteport_agent.durations import duration_ms
from byteport_agent.keys import Secret, find_key
from byteport_agent.printable import printable
from byteport_agent.send_advice import failure_text

EXAMPLE = (
    "byteport-agent send --namespace myownspace --device greenhouse-1 "
    '--key-file byteport.key temp=21.5 info="hello"'
)
_URL = "https://api.byteport.se"
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")

Fields = list[tuple[str, str]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("fields", nargs="*", metavar="FIELD=VALUE", help="values to store; none is a heartbeat")
    add("--namespace", required=True, help="the namespace, as in Byteport")
    add("--device", required=True, metavar="UID", help="the device's uid in the namespace")
    add(
        "--key-file",
        metavar="FILE",
        help="file with the API key; default $CREDENTIALS_DIRECTORY/byteport.key, else the "
        "environment variable BYTEPORT_KEY",
    )
    add(*KEY_FLAGS, dest="key", nargs="?", action=RefuseKey, help=argparse.SUPPRESS)
    add(
        "--timestamp",
        type=checked(_timestamp),
        metavar="TIME",
        help="when it was measured: seconds since 1970 or 2026-01-31T12:00:00Z; default now",
    )
    _add_service_arguments(parser)


def _add_service_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--url", type=checked(_url), default=_URL, help=f"the service; default {_URL}")
    add(
        "--method",
        choices=("POST", "GET", "auto"),
        default="POST",
        help="POST (default); GET puts the key into the URL, which servers log; auto: GET if short",
    )
    add(
        "--timeout",
        type=checked(duration_ms),
        default="20s",
        metavar="DURATION",
        help="default 20s",
    )


def run(arguments: argparse.Namespace) -> int:
    """Store once; CommandError tells why not."""
    fields = parse_fields(arguments.fields)
    key = find_key(arguments.key_file)
    timestamp = arguments.timestamp or ms_text(unix_ms())
    try:
        with closing(_client(arguments, key.secret)) as client:
            for warning in (key.warning, *_warnings(arguments)):
                if warning:
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


def _client(arguments: argparse.Namespace, key: Secret) -> Client:
    return Client(
        arguments.namespace,
        key.reveal(),
        arguments.device,
        arguments.url,
        arguments.method,
        arguments.timeout / 1000,
    )


def _warnings(arguments: argparse.Namespace) -> Iterator[str]:
    yield name_advice(arguments.namespace, "namespace")
    yield name_advice(arguments.device, "device")
    url = urlsplit(arguments.url)
    if url.scheme == "http" and url.hostname not in _LOCAL_HOSTS:
        yield f"the key travels unencrypted to {url.hostname}: use https://"


def _report(arguments: argparse.Namespace, fields: Fields, timestamp: str) -> None:
    texts = " ".join(f"{name}={printable(value)}" for name, value in fields) or "a heartbeat"
    place = f"{arguments.namespace}.{arguments.device}"
    host = urlsplit(arguments.url).netloc
    print(f"stored {texts} in {place} at {_time_text(timestamp)}")
    print(f"next: see device {arguments.device!r} in namespace {arguments.namespace!r} on {host}")


def _url(text: str) -> str:
    """Return a service's URL; another is not repeated in the error, it may hold a password."""
    url = urlsplit(text)
    try:
        right = url.scheme in ("http", "https") and url.hostname and url.port != 0
    except ValueError:
        right = False
    if not right or "@" in url.netloc or "?" in text or "#" in text:
        raise ValueError("write https://host or http://host:8080")
    return text


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
