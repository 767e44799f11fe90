"""How a running agent is asked for its status: a UNIX socket beside the outbox, one answer each.

Only its own user and root can connect, and what it answers holds no key. Answered in the main
thread, so a status that comes shows that this thread is alive too.
"""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

_TIMEOUT_S = 5
_SEND_TIMEOUT_S = 0.5
_MOST_BYTES = 16 << 20
_START = "'byteport-agent run' or 'systemctl start byteport-agent' starts one"


def socket_path(outbox_path: str) -> str:
    """Return where an agent with this outbox is asked."""
    return f"{outbox_path}.sock"


class NoAgentError(Exception):
    """No agent answers there; the text says what to do."""


class StatusSocket:
    """The agent's end; the caller holds the outbox's lock, so a socket left behind is nobody's."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with suppress(FileNotFoundError):
                os.unlink(path)
            with _short(path) as name:
                before = os.umask(0o177)
                try:
                    self._socket.bind(name)
                finally:
                    os.umask(before)
            self._socket.listen(8)
            self._socket.setblocking(False)
        except BaseException:
            self._socket.close()
            raise

    def fileno(self) -> int:
        return self._socket.fileno()

    def answer(self, status: object) -> None:
        """Send the status to whoever asks now."""
        with suppress(OSError):  # one that went away, or takes nothing
            asker, _ = self._socket.accept()
            with asker:
                asker.settimeout(_SEND_TIMEOUT_S)
                asker.sendall(json.dumps(status, ensure_ascii=False).encode())

    def close(self) -> None:
        self._socket.close()
        with suppress(OSError):
            os.unlink(self._path)


def ask(path: str) -> dict[str, Any]:
    """Return the status of the agent that listens there; raises NoAgentError."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking, _short(path) as name:
            asking.settimeout(_TIMEOUT_S)
            asking.connect(name)
            answer = b""
            while data := asking.recv(1 << 16):
                answer += data
                if len(answer) > _MOST_BYTES:
                    raise NoAgentError(f"{path} answers with too much")
        status: dict[str, Any] = json.loads(answer)
    except PermissionError:
        raise NoAgentError(f"{path} is another user's: use sudo") from None
    except TimeoutError:
        raise NoAgentError(f"the agent at {path} gives no answer: does it stand still?") from None
    except (OSError, ValueError):
        text = f"no agent runs with the outbox {path.removesuffix('.sock')}; {_START}"
        raise NoAgentError(text) from None
    return status


@contextmanager
def _short(path: str) -> Iterator[str]:
    """Give a name for the path that fits a socket's address, 107 bytes (unix(7))."""
    if len(os.fsencode(path)) < 100:
        yield path
        return
    folder = os.open(os.path.dirname(path) or ".", os.O_RDONLY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{os.path.basename(path)}"
    finally:
        os.close(folder)
