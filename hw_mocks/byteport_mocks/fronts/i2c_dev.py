"""Linux's /dev/i2c-1 without Linux's hardware: the real smbus2 runs on simulated buses.

    with simulated_i2c_dev({1: bus}):
        with smbus2.SMBus(1) as smbus:
            smbus.read_word_data(0x18, 0x05)

smbus2's `os.open`, `os.close` and `ioctl` are replaced in its own module, all else is its own code:
I2C_RDWR, I2C_SMBUS, I2C_FUNCS and I2C_SLAVE arrive here as the kernel would get them.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from byteport_mocks.fronts import smbus_access as smbus
from byteport_mocks.fronts.smbus2 import MOST_BYTES, transfer_messages
from byteport_mocks.i2c import SimulatedI2C

_SLAVE = 0x0703
_FUNCS = 0x0705
_SLAVE_FORCE = 0x0706
_RDWR = 0x0707
_PEC = 0x0708
_SMBUS = 0x0720

_MOST_MESSAGES = 42
_MOST_MESSAGE_BYTES = 8192
_FIRST_FD = 10000  # far from real ones


class I2CDev:
    """The kernel's side of /dev/i2c-N; ``functions`` says what the adapters can do."""

    def __init__(
        self, buses: "dict[int, SimulatedI2C]", functions: int = smbus.PI_FUNCTIONS
    ) -> None:
        self.buses = buses
        self.functions = functions
        self.opened: "dict[int, SimulatedI2C]" = {}
        self._addresses: "dict[int, int]" = {}

    def open(self, path: str, flags: int, *more: int) -> int:
        """Open a bus; any other path goes to the real `os.open`."""
        head, _, number = str(path).partition("/dev/i2c-")
        if head or not number.isdigit():
            return os.open(path, flags, *more)
        if int(number) not in self.buses:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        fd = max(self.opened, default=_FIRST_FD) + 1
        self.opened[fd] = self.buses[int(number)]
        return fd

    def close(self, fd: int) -> None:
        if self.opened.pop(fd, None) is None:
            os.close(fd)

    def ioctl(self, fd: int, request: int, argument: Any = 0) -> int:
        bus = self.opened.get(fd)
        if bus is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        if request in (_SLAVE, _SLAVE_FORCE):
            self._addresses[fd] = argument
        elif request == _FUNCS:
            argument.value = self.functions
        elif request == _RDWR:
            self._transfer(bus, argument)
        elif request == _SMBUS:
            self._smbus(bus, self._addresses[fd], argument)
        elif request != _PEC or argument:
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
        return 0

    def _transfer(self, bus: SimulatedI2C, argument: Any) -> None:
        if not self.functions & smbus.FUNC_I2C:
            raise OSError(errno.EOPNOTSUPP, os.strerror(errno.EOPNOTSUPP))
        messages = [argument.msgs[place] for place in range(argument.nmsgs)]
        sizes = [message.len for message in messages]
        if len(sizes) > _MOST_MESSAGES or max(sizes, default=0) > _MOST_MESSAGE_BYTES:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        transfer_messages(bus, messages)

    def _smbus(self, bus: SimulatedI2C, address: int, argument: Any) -> None:
        size = argument.size
        reads = bool(argument.read_write)
        fixed = {smbus.BYTE: 1, smbus.BYTE_DATA: 1, smbus.WORD_DATA: 2, smbus.PROC_CALL: 2}
        blocks = size in (smbus.BLOCK_DATA, smbus.I2C_BLOCK_DATA)
        block: Any = argument.data.contents.block
        length = block[0] if blocks else fixed.get(size, 0)
        if length > MOST_BYTES:
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        first = 1 if blocks else 0
        write = None if reads else bytes(block[first : first + length])
        answer = smbus.smbus_access(
            bus,
            address,
            size,
            argument.command,
            write=write,
            read=length if reads or size == smbus.PROC_CALL else 0,
            functions=self.functions,
        )
        for place, byte in enumerate(answer):
            block[first + place] = byte


class _Os:
    """`os` as smbus2 sees it."""

    def __init__(self, dev: I2CDev) -> None:
        self.open = dev.open
        self.close = dev.close

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)


@contextmanager
def simulated_i2c_dev(
    buses: "dict[int, SimulatedI2C]", functions: int = smbus.PI_FUNCTIONS
) -> "Iterator[I2CDev]":
    """Let smbus2.SMBus(n) open simulated buses by number, until the end of the with block."""
    import smbus2.smbus2

    module: Any = smbus2.smbus2
    dev = I2CDev(buses, functions)
    before = module.os, module.ioctl
    module.os, module.ioctl = _Os(dev), dev.ioctl
    try:
        yield dev
    finally:
        module.os, module.ioctl = before
