"""A real server on loopback, in a folder of its own, ended with its `with` block."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

START_S = 60


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def program_at(name: str, package: str, *places: str) -> str:
    """Return a program's path; skip the test where it is not installed."""
    for place in places:
        if Path(place).exists():
            return place
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{package} is not installed: run tests/install/packages")
    return found


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Server:
    """A process that can be killed and started again; ``folder`` is where its files are."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"byteport-{type(self).__name__.lower()}-"))
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise AssertionError

    def ready(self) -> bool:
        raise AssertionError

    def environ(self) -> dict[str, str]:
        return dict(os.environ)

    def start(self) -> None:
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.folder,
                env=self.environ(),
                start_new_session=True,
            )
        wait_until(
            self.ready, lambda: self.process is None or self.process.poll() is not None, self
        )

    def kill(self) -> None:
        """End it as a power cut does, with all that it started."""
        process, self.process = self.process, None
        if process is not None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    @property
    def log_path(self) -> Path:
        return self.folder / "output.log"

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def __enter__(self):  # type: ignore[no-untyped-def]
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


def wait_until(ready: Callable[[], bool], ended: Callable[[], bool], server: Server) -> None:
    deadline = time.monotonic() + START_S
    while not ready():
        if ended() or time.monotonic() > deadline:
            raise AssertionError(f"{type(server).__name__} did not start:\n{server.log()}")
        time.sleep(0.02)
