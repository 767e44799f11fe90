"""Which serial ports there are, which of them are boards', and why one cannot be opened.

USB vendors: Espressif's own, and of the bridges that boards with an ESP have; Raspberry Pi's.
"""

import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from byteport_agent.boards.link_errors import PortError
from byteport_agent.boards.packages import serial_package
from byteport_agent.command_errors import UsageError

_ESP = {
    0x303A: "Espressif",
    0x10C4: "CP210x",
    0x1A86: "CH340/CH910x",
    0x0403: "FTDI",
    0x067B: "PL2303",
    0x239A: "Adafruit",
    0x2341: "Arduino",
    0x1209: "pid.codes",
}
_RP2 = {0x2E8A: "Raspberry Pi"}
_VENDORS = {"esp32": _ESP, "rp2": _RP2}


@dataclass(frozen=True)
class Port:
    """One port; ``vendor`` and what follows are of its USB device, None where it has none."""

    device: str
    vendor: int | None = None
    product: int | None = None
    number: str | None = None
    text: str = ""

    @property
    def shown(self) -> str:
        known = {**_ESP, **_RP2}.get(self.vendor or 0, "")
        return f"{self.device} ({self.text or known})" if self.text or known else self.device


def all_ports() -> list[Port]:
    """Return the ports of this machine."""
    serial_package()
    from serial.tools.list_ports import comports

    ports = [
        Port(each.device, each.vid, each.pid, each.serial_number, each.product or "")
        for each in comports()
    ]
    return sorted(ports, key=lambda port: port.device)


def found_port(family: str, ports: Sequence[Port]) -> str:
    """Return the only port of a board of MicroPython's port "esp32" or "rp2", or "" for any.

    Raises UsageError that lists what there is.
    """
    vendors = _VENDORS.get(family, {**_ESP, **_RP2})
    boards = [port for port in ports if port.vendor in vendors]
    if len(boards) == 1:
        return boards[0].device
    if boards:
        listed = ", ".join(port.shown for port in boards)
        raise UsageError(f"several boards: {listed}: which? Name the port")
    listed = ", ".join(port.shown for port in ports) or "none"
    new = "without MicroPython: hold BOOTSEL meanwhile, and --firmware FILE"
    hint = new if family == "rp2" else "some cables only charge; wake it by its reset button"
    raise UsageError(
        f"no board found; serial ports: {listed}. Plug it in ({hint}), or name the port"
    )


def port_again(port: Port, ports: Callable[[], Sequence[Port]] = all_ports) -> str:
    """Return where a device is after it was gone: a USB port may come back under another name."""
    if port.vendor is not None:
        same = (port.vendor, port.product, port.number)
        for each in ports():
            if (each.vendor, each.product, each.number) == same:
                return each.device
    return port.device


def identified(device: str) -> Port:
    """Return a port with what is known of its USB device."""
    for each in all_ports():
        if each.device == device:
            return each
    return Port(device)


def opened(device: str, **options: Any) -> Any:
    """Return an open serial port that no other program has; raise PortError saying why not."""
    serial = serial_package()
    try:
        return serial.Serial(device, 115200, exclusive=True, **options)
    except (OSError, ValueError) as error:  # serial.SerialException is an OSError
        raise PortError(_why_not(device, error)) from None


def _why_not(device: str, error: Exception) -> str:
    number = getattr(error, "errno", None)
    text = str(error)
    if number == errno.ENOENT or "No such file" in text:
        listed = ", ".join(port.shown for port in all_ports()) or "none"
        wake = "Plug the board in, or wake it by its reset button"
        return f"there is no port {device}; serial ports: {listed}. {wake}"
    if number in (errno.EACCES, errno.EPERM):
        return (
            f"{device} is closed to this user: 'sudo usermod -aG dialout $USER', then log in again"
        )
    if number in (errno.EBUSY, errno.EAGAIN) or "lock port" in text:
        return f"{device} is in use by another program (a monitor, an IDE?): end that first"
    if number == errno.ENOTTY or "termios" in text or "Inappropriate" in text:
        return f"{device} is no serial port"
    return f"{device} cannot be opened: {getattr(error, 'strerror', None) or text}"
