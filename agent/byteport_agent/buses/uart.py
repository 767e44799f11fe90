"""`machine.UART`'s subset over pyserial: never waits for bytes, and no other program listens in."""

from typing import Any

from byteport_agent.buses.bus_errors import normalised_errno
from byteport_agent.buses.devices import open_error
from byteport_agent.buses.packages import needed

DEFAULT_BAUDRATE = 9600
_WRITE_TIMEOUT_S = 2


def open_uart(path: str, baudrate: int = DEFAULT_BAUDRATE) -> "LinuxUART":
    """Open a serial port with 8 data bits, no parity and 1 stop bit."""
    serial = needed("serial", path, "byteport-agent[serial]")
    try:
        port = serial.Serial(
            path, baudrate, timeout=0, write_timeout=_WRITE_TIMEOUT_S, exclusive=True
        )
    except OSError as error:  # serial.SerialException is one
        raise open_error(error, "uart", path, path) from None
    return LinuxUART(port)


class LinuxUART:
    """One serial port of this machine."""

    def __init__(self, port: Any) -> None:
        self._port = port

    def close(self) -> None:
        self._port.close()

    def any(self) -> int:
        """Return how many bytes wait."""
        with normalised_errno():
            count: int = self._port.in_waiting
        return count

    def readinto(self, buffer: bytearray) -> int | None:
        """Take what waits, as much as fits; return how many bytes, None for none."""
        with normalised_errno():
            data = self._port.read(len(buffer))
        buffer[: len(data)] = data
        return len(data) or None

    def write(self, data: bytes | bytearray) -> int | None:
        with normalised_errno():
            count: int = self._port.write(data)
        return count
