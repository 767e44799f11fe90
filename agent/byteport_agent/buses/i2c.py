"""`machine.I2C`'s subset over smbus2, on an adapter with plain I2C; `smbus_only` has the others.

A register is read in one transaction, with a repeated START between pointer and data: no other
process can come between. Sizes are not held to SMBus's 32 bytes, only to the kernel's 8192.
"""

from threading import Lock
from types import ModuleType
from typing import TYPE_CHECKING, Any

from byteport_agent.buses.bus_errors import normalised_errno
from byteport_agent.buses.devices import open_error
from byteport_agent.buses.i2c_scan import responding
from byteport_agent.buses.packages import needed

if TYPE_CHECKING:
    from byteport_agent.buses.smbus_only import SMBusOnly

_PLAIN_I2C = 0x00000001  # I2C_FUNC_I2C of uapi/linux/i2c.h


def open_i2c(number: int) -> "LinuxI2C | SMBusOnly":
    """Open /dev/i2c-N in the way that its adapter can."""
    smbus2 = needed("smbus2", f"i2c-{number}", "smbus2")
    try:
        smbus = smbus2.SMBus(number)
    except OSError as error:
        raise open_error(error, "i2c", f"i2c-{number}", f"/dev/i2c-{number}") from None
    if smbus.funcs & _PLAIN_I2C:
        return LinuxI2C(smbus2, smbus)
    from byteport_agent.buses.smbus_only import SMBusOnly

    return SMBusOnly(smbus)


class LinuxI2C:
    """One I2C bus of this machine, for drivers of one process; threads take turns."""

    def __init__(self, smbus2: ModuleType, smbus: Any) -> None:
        self._message = smbus2.i2c_msg
        self._smbus = smbus
        self._lock = Lock()

    def close(self) -> None:
        self._smbus.close()

    def scan(self) -> list[int]:
        """Return the addresses that answer and that no kernel driver has, asked as i2cdetect."""
        with self._lock:
            return [address for address, free in responding(self._smbus).items() if free]

    def responding(self) -> dict[int, bool]:
        """Return the addresses that answer, False for those that a kernel driver has."""
        with self._lock:
            return responding(self._smbus)

    def readfrom(self, address: int, size: int) -> bytes:
        answer = self._message.read(address, size)
        self._transfer(answer)
        return bytes(answer)

    def readfrom_into(self, address: int, buffer: bytearray) -> None:
        buffer[:] = self.readfrom(address, len(buffer))

    def writeto(self, address: int, data: bytes | bytearray) -> int:
        """Write; the bytes acknowledged are all, or OSError is raised."""
        self._transfer(self._message.write(address, data))
        return len(data)

    def readfrom_mem(self, address: int, register: int, size: int) -> bytes:
        return self.write_then_read(address, (register,), size)

    def readfrom_mem_into(self, address: int, register: int, buffer: bytearray) -> None:
        buffer[:] = self.write_then_read(address, (register,), len(buffer))

    def writeto_mem(self, address: int, register: int, data: bytes | bytearray) -> None:
        self._transfer(self._message.write(address, bytes((register,)) + data))

    def write_then_read(
        self, address: int, data: bytes | bytearray | tuple[int, ...], size: int
    ) -> bytes:
        """Write, then read after a repeated START, in one transaction."""
        answer = self._message.read(address, size)
        self._transfer(self._message.write(address, data), answer)
        return bytes(answer)

    def _transfer(self, *messages: Any) -> None:
        with self._lock, normalised_errno():
            self._smbus.i2c_rdwr(*messages)
