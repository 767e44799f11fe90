"""`machine.I2C`'s subset on an adapter that speaks SMBus alone, such as a PC's chipset.

What SMBus cannot say is refused with EOPNOTSUPP before a byte is sent: to read without a register
more than one byte, and more than 32 bytes at once (to split those would be wrong for a FIFO).
"""

import errno
from threading import Lock
from typing import Any

from byteport_agent.buses.bus_errors import normalised_errno
from byteport_agent.buses.i2c_scan import responding

_MOST_BYTES = 32
_READ_BLOCK = 0x04000000  # I2C_FUNC_SMBUS_READ_I2C_BLOCK
_WRITE_BLOCK = 0x08000000


class SMBusOnly:
    """One SMBus of this machine; threads take turns."""

    def __init__(self, smbus: Any) -> None:
        self._smbus = smbus
        self._lock = Lock()

    def close(self) -> None:
        self._smbus.close()

    def scan(self) -> list[int]:
        """Return the addresses that answer and that no kernel driver has, asked as i2cdetect."""
        return [address for address, free in self.responding().items() if free]

    def responding(self) -> dict[int, bool]:
        """Return the addresses that answer, False for those that a kernel driver has."""
        with self._lock:
            return responding(self._smbus)

    def readfrom(self, address: int, size: int) -> bytes:
        if size != 1:
            raise _refused(f"read {size} bytes without a register")
        with self._lock, normalised_errno():
            return bytes((self._smbus.read_byte(address),))

    def readfrom_into(self, address: int, buffer: bytearray) -> None:
        buffer[:] = self.readfrom(address, len(buffer))

    def writeto(self, address: int, data: bytes | bytearray) -> int:
        if data:
            self.writeto_mem(address, data[0], data[1:])
        else:
            with self._lock, normalised_errno():
                self._smbus.write_quick(address)
        return len(data)

    def readfrom_mem(self, address: int, register: int, size: int) -> bytes:
        smbus = self._smbus
        if not 0 < size <= _MOST_BYTES:
            raise _refused(f"read {size} bytes at once")
        with self._lock, normalised_errno():
            if size == 1:
                return bytes((smbus.read_byte_data(address, register),))
            if smbus.funcs & _READ_BLOCK:
                return bytes(smbus.read_i2c_block_data(address, register, size))
            if size == 2:
                word: int = smbus.read_word_data(address, register)
                return word.to_bytes(2, "little")  # as the bytes came
        raise _refused(f"read {size} bytes at once")

    def readfrom_mem_into(self, address: int, register: int, buffer: bytearray) -> None:
        buffer[:] = self.readfrom_mem(address, register, len(buffer))

    def writeto_mem(self, address: int, register: int, data: bytes | bytearray) -> None:
        smbus = self._smbus
        with self._lock, normalised_errno():
            if not data:
                smbus.write_byte(address, register)
            elif len(data) == 1:
                smbus.write_byte_data(address, register, data[0])
            elif len(data) <= _MOST_BYTES and smbus.funcs & _WRITE_BLOCK:
                smbus.write_i2c_block_data(address, register, list(data))
            elif len(data) == 2:
                smbus.write_word_data(address, register, int.from_bytes(data, "little"))
            else:
                raise _refused(f"write {len(data)} bytes at once")

    def write_then_read(
        self, address: int, data: bytes | bytearray | tuple[int, ...], size: int
    ) -> bytes:
        """Read from a register; SMBus has no longer pointers."""
        if len(data) != 1:
            raise _refused(f"read after {len(data)} bytes")
        return self.readfrom_mem(address, data[0], size)


def _refused(what: str) -> OSError:
    return OSError(errno.EOPNOTSUPP, f"an SMBus-only adapter cannot {what}")
