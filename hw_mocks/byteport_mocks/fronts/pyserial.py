"""pyserial without a port: `import serial` finds simulated UARTs.

    with simulated_serial({"/dev/serial0": uart}):
        port = serial.Serial("/dev/serial0", 9600, timeout=2)
        port.read(32)

Works whether or not the real pyserial is installed; modules that imported it before are not
changed. Waiting for bytes passes on the virtual clock.
"""

# ruff: noqa: ARG002, N818 (serial's names)

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from byteport_mocks.fronts.stand_in import stood_in
from byteport_mocks.uart import SimulatedUART

_FOREVER_US = 600 * 1000000
_POLL_US = 1000


class SerialException(OSError):
    """As pyserial's: a port that is not there, or not open."""


class Serial:
    """serial.Serial: a read returns what has come when its time-out is over."""

    _ports: "dict[str, SimulatedUART]" = {}

    def __init__(
        self,
        port: "str | None" = None,
        baudrate: int = 9600,
        timeout: "float | None" = None,
        **settings: object,
    ) -> None:
        self.port = port
        self.baudrate = baudrate
        self.timeout = timeout
        self._uart: "SimulatedUART | None" = None
        if port is not None:
            self.open()

    def __enter__(self) -> "Serial":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        if self.port not in self._ports:
            message = f"could not open port {self.port}: {os.strerror(errno.ENOENT)}"
            raise SerialException(errno.ENOENT, message)
        self._uart = self._ports[self.port]

    def close(self) -> None:
        self._uart = None

    @property
    def is_open(self) -> bool:
        return self._uart is not None

    @property
    def in_waiting(self) -> int:
        return self._opened().any()

    def read(self, size: int = 1) -> bytes:
        """Return so many bytes, fewer where the time-out ends first.

        Without a time-out pyserial waits for ever; here ten minutes end in a SerialException.
        """
        uart = self._opened()
        wait_us = _FOREVER_US if self.timeout is None else round(self.timeout * 1000000)
        end_us = uart.clock.ticks_us() + wait_us
        data = bytearray()
        while len(data) < size:
            if uart.any():
                data += uart.read(size - len(data)) or b""
            elif uart.clock.ticks_us() >= end_us:
                break
            else:
                uart.clock.sleep_us(min(_POLL_US, end_us - uart.clock.ticks_us()))
        if self.timeout is None and len(data) < size:
            raise SerialException(f"{len(data)} of {size} bytes in ten minutes, and no time-out")
        return bytes(data)

    def write(self, data: "bytes | bytearray") -> int:
        return self._opened().write(data)

    def flush(self) -> None:
        pass

    def reset_input_buffer(self) -> None:
        uart = self._opened()
        while uart.any():
            uart.read()

    def reset_output_buffer(self) -> None:
        pass

    def _opened(self) -> SimulatedUART:
        if self._uart is None:
            raise SerialException("Attempting to use a port that is not open")
        return self._uart


@contextmanager
def simulated_serial(ports: "dict[str, SimulatedUART]") -> "Iterator[ModuleType]":
    """Put a module `serial` with these ports, by path, where imports find it."""
    module = ModuleType("serial")
    module.Serial = type("Serial", (Serial,), {"_ports": ports})  # type: ignore[attr-defined]
    module.SerialException = SerialException  # type: ignore[attr-defined]
    with stood_in({"serial": module}):
        yield module
