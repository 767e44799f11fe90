"""What several files of tests share: a SOCKS proxy, and the core as a board has it."""

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compiled_core import compile_core


class SocksProxy:
    """A real SOCKS5 server (microsocks) on loopback, and how often it was used."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self._process = subprocess.Popen(
            ["microsocks", "-i", "127.0.0.1", "-p", str(self.port)],
            stderr=subprocess.PIPE,
            text=True,
        )
        self._wait_until_it_listens()
        self._log = ""

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.01)
        raise AssertionError("microsocks does not listen")

    @property
    def connections(self) -> int:
        self.stop()
        return self._log.count("connected to")

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._log = self._process.communicate(timeout=10)[1]


@pytest.fixture
def socks_proxy() -> Iterator[SocksProxy]:
    if shutil.which("microsocks") is None:
        pytest.skip("microsocks is not installed: run tests/install/packages")
    proxy = SocksProxy()
    yield proxy
    proxy.stop()


@pytest.fixture(scope="session")
def core() -> Iterator[Path]:
    """The folder with the core in .mpy files."""
    # as short as a board's /lib, because MicroPython keeps the path of every module
    with tempfile.TemporaryDirectory(prefix="b-") as folder:
        yield compile_core(Path(folder))
