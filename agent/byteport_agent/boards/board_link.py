"""A board with MicroPython on a cable: runs programs there and writes files, by mpremote.

mpremote's transport is used as a library: one connection for all, errors as exceptions, and nothing
in a process's arguments. What it raises ends here, in words.
"""

import ast
import io
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout, suppress
from typing import Any

from byteport_agent.boards.link_errors import (
    BoardFailedError,
    LinkLostError,
    NoMicroPythonError,
    PortError,
    silence_text,
)
from byteport_agent.boards.packages import flash_package
from byteport_agent.boards.serial_ports import Port, identified, opened, port_again

_READ_S = 5
PATIENCE_S = 15.0  # for an answer; a person may have to press a button
ATTEMPT_S = 3.0
_CHUNK = 2048  # bytes in one program: few of these, and small beside a board's memory
_RESET = "import machine\nmachine.reset()"


class BoardLink:
    """An open connection, at whose other end the raw REPL waits."""

    def __init__(self, device: str, is_pico: bool = False, patience_s: float | None = None) -> None:
        self.port: Port = identified(device)
        self._is_pico = is_pico
        self._patience_s = PATIENCE_S if patience_s is None else patience_s
        self._transport: Any = None
        flash_package("mpremote")
        self._open_and_enter()

    def __enter__(self) -> "BoardLink":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the port, whatever it says."""
        if self._transport is not None:
            with suppress(Exception):  # a port that is gone
                self._transport.close()
            with suppress(Exception):
                self._transport.serial.close()
            self._transport = None

    def run(self, source: str, doing: str) -> str:
        """Run a program on the board and return what it printed; ``doing`` names it in errors."""
        with self._in_words(doing):
            output: bytes = self._transport.exec(source)
        return output.decode("utf-8", "replace").replace("\r\n", "\n")

    def write(self, path: str, content: bytes, progress: Callable[[int], object]) -> None:
        """Write a file; ``progress`` is called with the bytes of each part that is there."""
        parts = [content[at : at + _CHUNK] for at in range(0, len(content), _CHUNK)] or [b""]
        with self._in_words(f"writing {path}"):
            for number, part in enumerate(parts):
                mode = "ab" if number else "wb"
                self._transport.exec(f"with open({path!r}, {mode!r}) as f: f.write({part!r})")
                progress(len(part))

    def restart(self) -> None:
        """Reset the board, without what a program had started, and come back to its REPL."""
        self.leave(_RESET)
        time.sleep(0.2)
        self._open_and_enter()

    def leave(self, source: str) -> None:
        """Start a program on the board that ends the connection, and close the port."""
        self._start(source)
        time.sleep(0.1)
        self.close()

    def restarted(self) -> Any:
        """Reset the board and return the serial port, on which its program is heard."""
        self._start(_RESET)
        serial = self._transport.serial
        self._transport = None
        return serial

    def _start(self, source: str) -> None:
        # the board may be gone before it acknowledges
        with suppress(Exception), redirect_stdout(io.StringIO()):
            self._transport.exec_raw_no_follow(source)

    # To the raw REPL

    def _open_and_enter(self) -> None:
        """Open the port, which a restart may have taken away, and enter the raw REPL."""
        end = time.monotonic() + self._patience_s
        heard = b""
        failure: PortError | None = None
        while True:
            try:
                self._open()
                failure = None
                heard += self._entered(min(ATTEMPT_S, self._patience_s))
                if self._transport.in_raw_repl:
                    return
                self._pull_reset()
            except OSError as error:
                failure = PortError(f"{self.port.device}: {error.strerror or error}")
                self.close()
            except PortError as error:
                failure = error
            if time.monotonic() >= end:
                device = self.port.device
                self.close()
                raise failure or NoMicroPythonError(silence_text(device, heard, self._is_pico))
            time.sleep(0.1)

    def _open(self) -> None:
        from mpremote.transport import TransportError
        from mpremote.transport_serial import SerialTransport

        if self._transport is not None:
            return
        device = port_again(self.port)
        try:
            self._transport = SerialTransport(device, timeout=_READ_S)
            self._transport.serial.write_timeout = _READ_S
        except (TransportError, ValueError):
            opened(device).close()  # tells why
            raise PortError(f"{device} cannot be opened") from None

    def _entered(self, limit_s: float) -> bytes:
        """Try to enter the raw REPL; return what was heard instead."""
        from mpremote.transport import TransportError

        said = io.StringIO()  # mpremote prints what it heard where it did not understand
        try:
            with redirect_stdout(said):
                self._transport.enter_raw_repl(timeout_overall=limit_s)
        except TransportError:
            pass
        return _bytes_in(said.getvalue())

    def _pull_reset(self) -> None:
        """Reset an ESP by the bridge's RTS line, which wakes one that sleeps."""
        if not self._is_pico:
            with suppress(OSError):
                self._transport.serial.dtr = False
                self._transport.serial.rts = True
                time.sleep(0.1)
                self._transport.serial.rts = False

    @contextmanager
    def _in_words(self, doing: str) -> Iterator[None]:
        from mpremote.transport import TransportError, TransportExecError

        try:
            with redirect_stdout(io.StringIO()):
                yield
        except TransportExecError as error:
            raise BoardFailedError(doing, error.error_output) from None
        except (TransportError, OSError, struct.error, ValueError) as error:
            raise LinkLostError(f"{doing}: {_brief(error)}") from None


def _brief(error: Exception) -> str:
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(text).partition(":")[0].partition("(")[0].strip()


def _bytes_in(text: str) -> bytes:
    """Return the bytes whose repr was printed."""
    heard = b""
    for line in text.splitlines():
        with suppress(ValueError, SyntaxError):
            value = ast.literal_eval(line)
            heard += value if isinstance(value, bytes) else b""
    return heard
