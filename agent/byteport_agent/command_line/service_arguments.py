"""What every command that sends by itself is told: where to, with which key, to which service."""

import argparse
from collections.abc import Iterator
from urllib.parse import urlsplit

from byteport import Client
from byteport.name_advice import advice as name_advice
from byteport_agent.command_line.arguments import KEY_FLAGS, RefuseKey, checked
from byteport_agent.durations import duration_ms
from byteport_agent.keys import FoundKey, Secret

_URL = "https://api.byteport.se"
_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


def add_place_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the namespace, the device and the key."""
    add = parser.add_argument
    add("--namespace", required=True, help="the namespace, as in Byteport")
    add("--device", required=True, metavar="UID", help="the device's uid in the namespace")
    add(
        "--key-file",
        metavar="FILE",
        help="file with the API key; default $CREDENTIALS_DIRECTORY/byteport.key, else the "
        "environment variable BYTEPORT_KEY",
    )
    add(*KEY_FLAGS, dest="key", nargs="?", action=RefuseKey, help=argparse.SUPPRESS)


def add_service_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the service and the way of calling it."""
    parser.add_argument(
        "--method",
        choices=("POST", "GET", "auto"),
        default="POST",
        help="POST (default); GET puts the key into the URL, which servers log; auto: GET if short",
    )
    add_url_arguments(parser)


def add_url_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the service and how long a call may take."""
    add = parser.add_argument
    add("--url", type=checked(_url), default=_URL, help=f"the service; default {_URL}")
    add(
        "--timeout",
        type=checked(duration_ms),
        default="20s",
        metavar="DURATION",
        help="default 20s",
    )


def new_client(arguments: argparse.Namespace, key: Secret) -> Client:
    """Return the client that the arguments ask for; InvalidData where a name breaks a rule."""
    return Client(
        arguments.namespace,
        key.reveal(),
        arguments.device,
        arguments.url,
        arguments.method,
        arguments.timeout / 1000,
    )


def warnings(arguments: argparse.Namespace, key: FoundKey) -> Iterator[str]:
    """Yield what is allowed but makes trouble."""
    names = name_advice(arguments.namespace, "namespace"), name_advice(arguments.device, "device")
    yield from filter(None, (key.warning, *names))
    if travels_open(arguments.url):
        yield f"the key travels unencrypted to {urlsplit(arguments.url).hostname}: use https://"


def travels_open(url: str) -> bool:
    """Tell whether others on the way to a service can read what it is sent."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname not in _LOCAL_HOSTS


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
