"""SMBus's transfers as what they are on the wire: messages on a simulated I2C bus.

Sizes and functionality bits are those of Linux's uapi/linux/i2c.h.
"""

import errno

from byteport_mocks.i2c import SimulatedI2C

QUICK = 0
BYTE = 1
BYTE_DATA = 2
WORD_DATA = 3
PROC_CALL = 4
BLOCK_DATA = 5
I2C_BLOCK_DATA = 8

FUNC_I2C = 0x00000001  # combined transfers (I2C_RDWR)
FUNC_EMULATED = 0x0EFF0008  # what the kernel makes of plain I2C
FUNC_SMBUS_ONLY = 0x0FFF0000 & ~0x01000000  # an adapter with SMBus alone, as in a PC
PI_FUNCTIONS = FUNC_I2C | FUNC_EMULATED

_NEEDS = {  # functionality for (size, reads)
    (QUICK, False): 0x00010000,
    (QUICK, True): 0x00010000,
    (BYTE, True): 0x00020000,
    (BYTE, False): 0x00040000,
    (BYTE_DATA, True): 0x00080000,
    (BYTE_DATA, False): 0x00100000,
    (WORD_DATA, True): 0x00200000,
    (WORD_DATA, False): 0x00400000,
    (PROC_CALL, False): 0x00800000,
    (BLOCK_DATA, False): 0x02000000,
    (I2C_BLOCK_DATA, True): 0x04000000,
    (I2C_BLOCK_DATA, False): 0x08000000,
}


def smbus_access(
    bus: SimulatedI2C,
    address: int,
    size: int,
    command: int,
    *,
    write: "bytes | None" = None,
    read: int = 0,
    functions: int = PI_FUNCTIONS,
) -> bytes:
    """Do one SMBus transfer that writes these bytes, or reads so many, and return what was read.

    A block read whose length the chip gives is refused, as on a Raspberry Pi.
    """
    need = _NEEDS.get((size, write is None))
    if need is None or not functions & need:
        raise OSError(errno.EOPNOTSUPP, "the adapter has no such transfer")
    buffer = bytearray(read)
    bus.transfer(_messages(address, size, command, write, buffer))
    return bytes(buffer)


def _messages(
    address: int, size: int, command: int, write: "bytes | None", buffer: bytearray
) -> "list[tuple[int, bool, bytes | bytearray]]":
    reads = write is None
    if size == QUICK or (size == BYTE and reads):
        return [(address, reads, buffer)]
    data = b"" if write is None or size == BYTE else write  # a byte alone is the command
    length = bytes((len(data),)) if size == BLOCK_DATA else b""
    messages: "list[tuple[int, bool, bytes | bytearray]]"
    messages = [(address, False, bytes((command,)) + length + data)]
    if buffer:
        messages.append((address, True, buffer))
    return messages
