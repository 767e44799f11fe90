"""What systemd hears, on a socket as it opens one: by path and by abstract name."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic_ns

import pytest

from byteport_agent.systemd.notify import Notify


class Manager:
    """The end of the socket that systemd reads."""

    def __init__(self, address: str) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(address)
        self._socket.settimeout(20)
        self.environ = {"NOTIFY_SOCKET": address.replace("\0", "@")}

    def heard(self) -> str:
        return self._socket.recv(65536).decode()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    abstract = f"\0byteport-test-{os.getpid()}"
    manager = Manager(abstract if request.param == "abstract" else str(tmp_path / "notify"))
    yield manager
    manager.close()


def test_each_call_is_one_datagram(manager: Manager) -> None:
    notify = Notify(manager.environ)
    notify.ready("20 sensors")
    notify.ready()
    notify.watchdog()
    notify.status("3 readings wait")
    notify.stopping()
    assert [manager.heard() for _ in range(5)] == [
        "READY=1\nSTATUS=20 sensors",
        "READY=1",
        "WATCHDOG=1",
        "STATUS=3 readings wait",
        "STOPPING=1",
    ]


def test_a_reload_tells_when_it_began(manager: Manager) -> None:
    before_us = monotonic_ns() // 1000
    Notify(manager.environ).reloading()
    first, second = manager.heard().split("\n")
    assert first == "RELOADING=1"
    name, _, text = second.partition("=")
    assert name == "MONOTONIC_USEC"
    assert before_us <= int(text) <= monotonic_ns() // 1000


def test_X11_a_status_is_one_assignment(manager: Manager) -> None:
    notify = Notify(manager.environ)
    notify.status("a\nWATCHDOG=trigger\x1b[2J å \udc80")
    assert manager.heard() == "STATUS=a\\nWATCHDOG=trigger\\x1b[2J å \\udc80"
    notify.status("")
    notify.watchdog()
    assert manager.heard() == "WATCHDOG=1"  # an empty status said nothing


@pytest.mark.parametrize("name", ["", "@", "relative", "vsock:2:1234"])
def test_without_a_socket_nothing_happens(name: str) -> None:
    notify = Notify({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "60000000"})
    notify.ready("all is well")
    notify.watchdog()
    assert notify.watchdog_interval_ms() is None
    Notify({}).stopping()


def test_a_manager_that_is_gone_stops_nobody(manager: Manager, tmp_path: Path) -> None:
    manager.close()
    Notify(manager.environ).watchdog()
    Notify({"NOTIFY_SOCKET": str(tmp_path / ("x" * 200))}).watchdog()  # longer than a socket's


@pytest.mark.parametrize(
    ("settings", "interval_ms"),
    [
        ({"WATCHDOG_USEC": "60000000"}, 30_000),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, 30_000),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": ""}, None),
        ({"WATCHDOG_USEC": "1500"}, 1),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "-1"}, None),
        ({"WATCHDOG_USEC": "²"}, None),
        ({}, None),
    ],
)
def test_how_often_the_watchdog_is_fed(settings: dict[str, str], interval_ms: int | None) -> None:
    notify = Notify({"NOTIFY_SOCKET": "/run/systemd/notify", **settings})
    assert notify.watchdog_interval_ms() == interval_ms


def test_it_comes_from_the_environment_of_the_process(manager: Manager) -> None:
    code = "from byteport_agent.systemd.notify import Notify; Notify().ready()"
    subprocess.run([sys.executable, "-c", code], env={**os.environ, **manager.environ}, check=True)
    assert manager.heard() == "READY=1"
