"""Tells systemd how the service is, by datagrams to the socket that it names in the environment.

Without that variable every call does nothing, so the same code runs in a terminal. A manager that
does not listen any more stops no agent. Source: sd_notify(3), sd_watchdog_enabled(3).
"""

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic_ns

from byteport_agent.printable import printable

_TIMEOUT_S = 1


class Notify:
    """The way to the manager that ``environ`` names; may be used from any thread."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._watchdog_us = _watchdog_us(environ) if self._address else 0

    def ready(self, status: str = "") -> None:
        """Say that the service has started, or has read its configuration again."""
        self._send("READY=1", *_status_line(status))

    def reloading(self) -> None:
        """Say that the configuration is read again; `ready` ends it, whatever became of it."""
        self._send("RELOADING=1", f"MONOTONIC_USEC={monotonic_ns() // 1000}")

    def stopping(self) -> None:
        """Say that the service ends by itself or because it was told to."""
        self._send("STOPPING=1")

    def watchdog(self) -> None:
        """Say that all is well; without it for WATCHDOG_USEC the service is killed."""
        self._send("WATCHDOG=1")

    def status(self, text: str) -> None:
        """Show one line in `systemctl status`."""
        self._send(*_status_line(text))

    def watchdog_interval_ms(self) -> int | None:
        """Return how often to call `watchdog`, half the limit; None where nobody watches."""
        return max(self._watchdog_us // 2000, 1) if self._watchdog_us else None

    def _send(self, *lines: str) -> None:
        if not self._address or not lines:
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.settimeout(_TIMEOUT_S)
            sock.sendto("\n".join(lines).encode(), self._address)


def _address(name: str) -> str:
    """Return the socket's address: a path, or an abstract name, which is written with an @."""
    if name.startswith("@") and len(name) > 1:
        return "\0" + name[1:]
    return name if name.startswith("/") else ""


def _watchdog_us(environ: Mapping[str, str]) -> int:
    """Return the limit in microseconds, 0 for none and for one that is another process's."""
    limit, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID")
    if not (limit.isascii() and limit.isdigit()) or pid not in (None, str(os.getpid())):
        return 0
    return int(limit)


def _status_line(text: str) -> tuple[str, ...]:
    """Return a text as one assignment, which no line break in it can turn into two."""
    return (f"STATUS={printable(text)}",) if text else ()
