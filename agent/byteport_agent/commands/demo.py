"""The demo's arguments, and its parts in the order in which they start and stop."""

import argparse
import os
import secrets
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from byteport_agent.clock import SystemClock
from byteport_agent.command_errors import CommandError
from byteport_agent.command_line.arguments import checked
from byteport_agent.command_line.passwords import new_password
from byteport_agent.config import Configuration, parse
from byteport_agent.config.gateway_reader import is_loopback
from byteport_agent.demo.board import INTERVAL_MS, PondBoard
from byteport_agent.demo.past import put_past
from byteport_agent.demo.service import DemoService
from byteport_agent.demo.station import NAMESPACE, Station, configuration_text
from byteport_agent.demo.terminal import Terminal
from byteport_agent.gateway.gateway import Gateway
from byteport_agent.gateway.mdns import seen_from_elsewhere
from byteport_agent.gateway.passwords import PasswordFile
from byteport_agent.gateway.server import listening_socket
from byteport_agent.keys import Secret
from byteport_agent.listen_address import listen_address
from byteport_agent.loop import AgentLoop
from byteport_agent.sampling.sampling import make_configured
from byteport_agent.service.agent import Agent
from byteport_agent.service.logs import AgentLog
from byteport_agent.stopping import StopSignal

EXAMPLE = "byteport-agent demo --listen 127.0.0.1:8080"

_GUEST = "my-sensor"
_DEFAULT_ADDRESS = ("127.0.0.1", 8080)
_REFRESH_MS = 500
_LOOK_MS = 30_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "--listen",
        type=checked(listen_address),
        metavar="HOST:PORT",
        help="the gateway's address; default 127.0.0.1:8080, or a free port where that is taken; "
        "for others than loopback a password is asked for",
    )
    add(
        "--count",
        type=checked(_count),
        metavar="N",
        help="end after N readings were stored; default: Ctrl-C",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run until the count is reached or a signal comes."""
    host, port = _free_address(arguments.listen)
    listen = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    password = None if is_loopback(listen) else new_password()
    key = Secret(secrets.token_urlsafe(24))
    with StopSignal() as stop, TemporaryDirectory(prefix="byteport-demo-") as directory:
        clock = SystemClock(stop)
        terminal = Terminal(clock)
        with DemoService() as service:
            text = configuration_text(key.reveal(), service.url, listen)
            configuration = parse(text, Path(directory, "agent.toml"), {})
            _prepare(configuration, password, clock)
            with _agent(configuration, clock, terminal) as agent:
                url = _gateway(agent).url
                terminal.introduce(seen_from_elsewhere(url, host), _try_line(url, directory, key))
                with closing(PondBoard(url, key, clock, terminal.tell)) as board:
                    _follow(stop, clock, agent, board, service, terminal, arguments.count)
        terminal.end()
    return 0


def _prepare(configuration: Configuration, password: str | None, clock: SystemClock) -> None:
    """Put into files what the agent is to find."""
    assert configuration.gateway is not None
    if password is not None:
        PasswordFile(configuration.gateway.password_file).set(password)
    put_past(configuration.history.path, clock.unix_ms())


@contextmanager
def _agent(configuration: Configuration, clock: SystemClock, terminal: Terminal) -> Iterator[Agent]:
    """Run an agent whose sensors are simulated; raises CommandError where it cannot listen."""
    log = AgentLog("text", "error")
    log.hide(configuration.secrets())
    buses = Station(clock).buses()
    agent = Agent(
        configuration, clock, log.logger, lambda sensor, _buses: make_configured(sensor, buses)
    )
    try:
        agent.start()
        gateway = _gateway(agent)
        gateway.listen(terminal.heard)
        if not gateway.is_open:
            raise CommandError(gateway.status()["reason"])
        yield agent
    finally:
        agent.stop()


def _follow(
    stop: StopSignal,
    clock: SystemClock,
    agent: Agent,
    board: PondBoard,
    service: DemoService,
    terminal: Terminal,
    count: int | None,
) -> None:
    gateway = _gateway(agent)

    def refresh() -> None:
        devices = gateway.devices.shown(agent.status()["sensors"], clock.unix_ms())
        terminal.refresh(devices, gateway.problems()["problems"])
        if count is not None and terminal.stored >= count:
            stop.request()

    def look() -> None:
        agent.tell_of_losses()
        service.forget()

    loop = AgentLoop(clock)
    loop.every(INTERVAL_MS, board.store)
    loop.every(_REFRESH_MS, refresh)
    loop.every(_LOOK_MS, look)
    loop.run()
    refresh()


def _gateway(agent: Agent) -> Gateway:
    assert agent.gateway is not None
    return agent.gateway


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


def _try_line(url: str, directory: str, key: Secret) -> str:
    path = _key_file(directory, key)
    target = f"{url}/api/v1/timeseries/{NAMESPACE}/{_GUEST}/"
    return f"curl -d temp=21.5 --data-urlencode _key@{path} {target}"


def _key_file(directory: str, key: Secret) -> Path:
    """Write the key where only this user can read it, for the call that is proposed."""
    path = Path(directory, "key")
    with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(key.reveal())
    return path


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError(f"{text!r} is no number from 1")
    return int(text)
