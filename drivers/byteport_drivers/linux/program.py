"""Runs a program to its end or its deadline and leaves nothing of it behind.

The program gets a session of its own, no input, and of the environment only what programs need to
find their files and their language. Source: killpg(2), pidfd_open(2).
"""

import os
import select
import signal
import subprocess
import time
from shutil import which

from byteport.errors import BadReading, ChipNotFound, NotReady

MOST_BYTES = 65536
_KEPT = ("PATH", "HOME", "USER", "LOGNAME", "LANG", "LANGUAGE", "TZ", "TMPDIR")
_DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin"


class Program:
    """A program with its arguments, found on PATH when this is made."""

    def __init__(
        self, words: list[str], timeout_s: float, env: dict[str, str], directory: str
    ) -> None:
        self._words = words
        self._timeout_s = timeout_s
        self._env = {**environment(), **env}
        self._directory = directory
        self._name = f"command {words[0]!r}"
        if which(words[0], path=self._env["PATH"]) is None:
            raise ChipNotFound(f"{self._name} is not there or may not be executed")

    def output(self) -> bytes:
        """Run and return what was printed; a program that fails or is late gives no reading."""
        try:
            process = subprocess.Popen(  # noqa: S603 (the user's own program)
                self._words,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=self._env,
                cwd=self._directory,
                start_new_session=True,
            )
        except OSError as error:
            raise ChipNotFound(f"{self._name} cannot be run: {error.strerror}") from None
        with process:
            try:
                output, complaint = self._collected(process)
            finally:
                _kill_session(process)
        if process.returncode:
            raise BadReading(f"{self._name} {_ending(process.returncode)}{_last_line(complaint)}")
        return output

    def _collected(self, process: "subprocess.Popen[bytes]") -> tuple[bytes, bytes]:
        """Return both outputs when the program has ended, whoever still holds them open."""
        assert process.stdout is not None
        assert process.stderr is not None
        outputs = _Output(process.stdout.fileno()), _Output(process.stderr.fileno())
        deadline_s = time.monotonic() + self._timeout_s
        ended = os.pidfd_open(process.pid)
        try:
            while True:
                waiting = [ended, *(output.fd for output in outputs if output.open)]
                ready = _ready(waiting, max(0.0, deadline_s - time.monotonic()))
                for output in outputs:
                    output.take()
                    if len(output.data) > MOST_BYTES:
                        raise BadReading(f"{self._name} printed more than {MOST_BYTES} bytes")
                if ended in ready:
                    return bytes(outputs[0].data), bytes(outputs[1].data)
                if not ready:
                    raise NotReady(f"{self._name} took longer than {self._timeout_s:g} s: killed")
        finally:
            os.close(ended)


class _Output:
    """What a program has printed on one pipe so far."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.data = bytearray()
        self.open = True
        os.set_blocking(fd, False)

    def take(self) -> None:
        """Take what waits, up to somewhat above the limit."""
        while self.open and len(self.data) <= MOST_BYTES:
            try:
                data = os.read(self.fd, MOST_BYTES)
            except BlockingIOError:
                return
            self.data += data
            self.open = bool(data)


def _ready(fds: list[int], timeout_s: float) -> list[int]:
    """Return those that can be read, by poll: select takes no number above 1023."""
    poll = select.poll()
    for fd in fds:
        poll.register(fd, select.POLLIN)
    return [fd for fd, _ in poll.poll(timeout_s * 1000)]


def environment() -> dict[str, str]:
    """Return what a program may know of this process's environment: no key is in it."""
    kept = {
        name: value for name, value in os.environ.items() if name in _KEPT or name.startswith("LC_")
    }
    return {"PATH": _DEFAULT_PATH, **kept}


def _kill_session(process: "subprocess.Popen[bytes]") -> None:
    """Kill the program, if it still runs, and all that it started; it is not yet waited for."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass  # nobody left, or one that changed its user


def _ending(code: int) -> str:
    return f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"


def _last_line(complaint: bytes) -> str:
    lines = complaint.decode("utf-8", "replace").strip().splitlines()
    return f": {lines[-1].strip()[:200]}" if lines else ""
