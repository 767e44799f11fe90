"""`byteport-agent demo`: the whole path on this machine, from real values to what is stored.

Reads the system driver, sends by HTTP to the gateway of an agent in the same process, and shows
what that has stored. Everything ends with the demo.
"""

import argparse
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from byteport import Client
from byteport.errors import DriverError
from byteport_agent.arguments import checked
from byteport_agent.clock import SystemClock
from byteport_agent.command_errors import CommandError
from byteport_agent.config import Configuration, Device, Gateway, History, Outbox
from byteport_agent.demo_store import DemoStore
from byteport_agent.demo_view import DemoView
from byteport_agent.durations import duration_ms
from byteport_agent.gateway.server import listening_socket
from byteport_agent.keys import FoundKey, Secret
from byteport_agent.listen_address import listen_address
from byteport_agent.loop import AgentLoop, Sampler
from byteport_agent.service.agent import Agent
from byteport_agent.service.logs import AgentLog
from byteport_agent.stopping import StopSignal
from byteport_agent.unsent import UnsentQueue
from byteport_drivers.linux.system import System

EXAMPLE = "byteport-agent demo --interval 500ms --count 20"

_NAMESPACE = "localdemo"
_DEVICE = "this-machine"
_GUEST = "my-sensor"
_DEFAULT_ADDRESS = ("127.0.0.1", 8080)
_TIMEOUT_S = 5
_REDRAW_MS = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--listen",
        type=checked(listen_address),
        metavar="HOST:PORT",
        help="the gateway's address; default 127.0.0.1:8080, or a free port where that is taken",
    )
    add(
        "--interval",
        type=checked(_interval_ms),
        default="1s",
        metavar="DURATION",
        help="time from one reading to the next, 10ms to 1d; default 1s",
    )
    add("--count", type=checked(_count), metavar="N", help="end after N readings; default: Ctrl-C")
    add(
        "--method",
        choices=("POST", "GET", "auto"),
        default="POST",
        help="how readings are sent; default POST",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run until the count is reached or a signal comes; 1 if a reading was lost."""
    key = Secret(secrets.token_urlsafe(24))
    address = _free_address(arguments.listen)
    with StopSignal() as stop, TemporaryDirectory(prefix="byteport-demo-") as directory:
        clock = SystemClock(stop)
        driver = _system()
        store = DemoStore(clock)
        view = DemoView(store, clock, driver.CHANNELS)
        with (
            _agent(directory, key, address, clock, store) as url,
            closing(_client(url, key, arguments.method)) as client,
        ):
            view.introduce(url, _try_lines(url, _key_file(directory, key)))
            unsent = UnsentQueue(client, clock, view.tell)
            sampler = Sampler(driver, _DEVICE, clock, unsent.put, view.tell)
            _measure(stop, clock, sampler, unsent, view, arguments)
            unsent.send(at_once=True)
        lost = unsent.lost + len(unsent)
        view.end(lost)
    return 1 if lost else 0


def _measure(
    stop: StopSignal,
    clock: SystemClock,
    sampler: Sampler,
    unsent: UnsentQueue,
    view: DemoView,
    arguments: argparse.Namespace,
) -> None:
    made = 0

    def measure() -> None:
        nonlocal made
        sampler()
        unsent.send()
        view.refresh()
        made += 1
        if made == arguments.count:
            stop.request()

    loop = AgentLoop(clock)
    loop.every(arguments.interval, measure)
    loop.every(_REDRAW_MS, view.refresh)  # ages grow, and others store here too
    loop.run()


def _free_address(address: tuple[str, int] | None) -> tuple[str, int]:
    """Return where to listen; CommandError where an address that was asked for cannot be had."""
    try:
        listening_socket(*(address or _DEFAULT_ADDRESS)).close()
    except CommandError:
        if address is not None:
            raise
        host, port = _DEFAULT_ADDRESS
        print(f"Port {port} is taken: the gateway uses a free one.")
        return host, 0
    return address or _DEFAULT_ADDRESS


@contextmanager
def _agent(
    directory: str, key: Secret, address: tuple[str, int], clock: SystemClock, store: DemoStore
) -> Iterator[str]:
    """Run an agent whose gateway takes what is stored with the key; give its URL."""
    log = AgentLog("text", "warning")
    log.hide([key])
    agent = Agent(_configuration(directory, key, address), clock, log.logger)
    try:
        agent.start()
        assert agent.gateway is not None
        agent.gateway.listen(store.heard)
        if not agent.gateway.is_open:
            raise CommandError(agent.gateway.status()["reason"])
        yield agent.gateway.url
    finally:
        agent.stop()


def _configuration(directory: str, key: Secret, address: tuple[str, int]) -> Configuration:
    found = FoundKey(key, "the demo's own")
    host, port = address
    return Configuration(
        path=Path(directory, "agent.toml"),
        device=Device(namespace=_NAMESPACE, uid=_DEVICE, key=found),
        sensors=(),
        outbox=Outbox(path=f"{directory}/outbox.db"),
        outputs=(),
        gateway=Gateway(
            listen=f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            password_file=f"{directory}/gateway.password",
            key=found,
        ),
        history=History(path=f"{directory}/history.db"),
    )


def _client(url: str, key: Secret, method: str) -> Client:
    return Client(_NAMESPACE, key.reveal(), _DEVICE, url, method, _TIMEOUT_S)


def _system() -> System:
    try:
        return System()
    except DriverError as error:
        raise CommandError(str(error)) from None


def _key_file(directory: str, key: Secret) -> Path:
    """Write the key where only this user can read it, for the calls that are proposed."""
    path = Path(directory, "key")
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(key.reveal())
    return path


def _try_lines(url: str, key_path: Path) -> tuple[str, str]:
    path = f"/api/v1/timeseries/{_NAMESPACE}/{_GUEST}/"
    place = f"--url {url} --namespace {_NAMESPACE} --device {_GUEST} --key-file {key_path}"
    return (
        f"curl -d temp=21.5 --data-urlencode _key@{key_path} {url}{path}",
        f"{_command()} send {place} temp=21.5",
    )


def _command() -> str:
    """Return this command as it was called, which works where it is not on the PATH."""
    return sys.argv[0] if Path(sys.argv[0]).name == "byteport-agent" else "byteport-agent"


def _interval_ms(text: str) -> int:
    ms = duration_ms(text)
    if not 10 <= ms <= 86_400_000:
        raise ValueError(f"{text!r} is not between 10ms and 1d")
    return ms


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError(f"{text!r} is no number from 1")
    return int(text)
