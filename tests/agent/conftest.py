"""What the agent's tests share: a gateway in this process, a scripted server, and the command."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from agent_rig import CONFIGURED, DEVICE, KEY, NAMESPACE, Answering, command_env
from browser_rig import Browser, needed
from dashboard_rig import DashboardRig
from gateway_rig import GatewayRig

from byteport import Client
from byteport_agent.cli import main
from byteport_agent.gateway import pages
from byteport_mocks.chaos_server import SimulatedByteport


@pytest.fixture(autouse=True)
def _environment_is_activated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a shell find this environment's pip, so that messages call it by its name alone."""
    monkeypatch.setenv("PATH", f"{sys.prefix}/bin:{os.environ['PATH']}")


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayRig]:
    rig = GatewayRig(tmp_path)
    yield rig
    rig.close()


@pytest.fixture
def server() -> Iterator[SimulatedByteport]:
    """What stands for Byteport where nothing of the agent's is to be what answers."""
    with SimulatedByteport(NAMESPACE, KEY) as server:
        yield server


@pytest.fixture
def new_client(gateway: GatewayRig) -> Iterator[Callable[..., Client]]:
    clients: list[Client] = []

    def new(key: str = KEY, namespace: str = NAMESPACE, **options: object) -> Client:
        options = {"device": DEVICE, "url": gateway.url, "timeout": 10, **options}
        clients.append(Client(namespace, key, **options))  # type: ignore[arg-type]
        return clients[-1]

    yield new
    for client in clients:
        client.close()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "byteport.key"
    path.write_text(KEY + "\n")
    path.chmod(0o600)
    return path


@pytest.fixture
def command() -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run byteport-agent with arguments, as a user does, and return what it said."""

    def run(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "byteport_agent", *words],
            env=command_env(**settings),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def command_here(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., "subprocess.CompletedProcess[str]"]:
    """Run byteport-agent as `command` does, but in this process, which starts no Python."""

    def run(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
        with monkeypatch.context() as patch:
            for name in CONFIGURED:
                patch.delenv(name, raising=False)
            for name, value in settings.items():
                patch.setenv(name, value)
            capsys.readouterr()
            code = main(words)
        out, errors = capsys.readouterr()
        return subprocess.CompletedProcess(words, code, out, errors)

    return run


@pytest.fixture
def scripted() -> Iterator[Answering]:
    with Answering() as server:
        yield server


@pytest.fixture(scope="session")
def _browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Start Chromium once; it is not part of what is tested."""
    needed()
    browser = Browser(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture
def new_dashboard(_browser: Browser, tmp_path: Path) -> Iterator[Callable[..., DashboardRig]]:
    """Start a gateway and look at it; nobody may have complained in the end."""
    rigs: list[DashboardRig] = []

    def new(more: str = "", sensors: str = "") -> DashboardRig:
        rigs.append(DashboardRig(tmp_path, _browser, more, sensors))
        return rigs[-1]

    _browser.begin()
    yield new
    complaints = [each for rig in rigs for each in rig.complaints()]
    _browser.open("about:blank")
    for rig in rigs:
        rig.close()
    assert complaints == []


@pytest.fixture
def without_plotly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have plain charts, as where plotly is not installed; a browser has them sooner."""
    monkeypatch.setattr(pages, "find_spec", lambda _: None)


@pytest.fixture
def dashboard(new_dashboard: Callable[..., DashboardRig]) -> DashboardRig:
    return new_dashboard()
