"""A simulated bus with the calls of smbus2's `SMBus`, for code that is given its bus.

    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808())
    SimulatedSMBus(bus).read_i2c_block_data(0x18, 0x05, 2)

Code that opens `SMBus(1)` by itself runs on `i2c_dev.simulated_i2c_dev` instead.
"""

# ruff: noqa: ARG002 (another library's signatures)

from collections.abc import Iterable
from typing import Protocol

from byteport_mocks.fronts import smbus_access as smbus
from byteport_mocks.i2c import SimulatedI2C

_READ = 0x0001  # I2C_M_RD
MOST_BYTES = 32  # I2C_SMBUS_BLOCK_MAX


class I2CMessage(Protocol):
    """What smbus2's i2c_msg has; ``buf`` is a ctypes pointer to char."""

    addr: int
    flags: int
    len: int
    buf: "CharPointer"


class CharPointer(Protocol):
    def __getitem__(self, place: int) -> bytes: ...
    def __setitem__(self, place: int, byte: bytes) -> None: ...


class SimulatedSMBus:
    """smbus2.SMBus on a simulated bus; ``force`` and ``pec`` are accepted and mean nothing."""

    def __init__(self, bus: SimulatedI2C, functions: int = smbus.PI_FUNCTIONS) -> None:
        self._bus = bus
        self.funcs = functions
        self.pec = 0

    def __enter__(self) -> "SimulatedSMBus":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        pass

    def write_quick(self, i2c_addr: int, force: object = None) -> None:
        self._write(i2c_addr, smbus.QUICK, 0, b"")

    def read_byte(self, i2c_addr: int, force: object = None) -> int:
        return self._read(i2c_addr, smbus.BYTE, 0, 1)[0]

    def write_byte(self, i2c_addr: int, value: int, force: object = None) -> None:
        self._write(i2c_addr, smbus.BYTE, value, b"")

    def read_byte_data(self, i2c_addr: int, register: int, force: object = None) -> int:
        return self._read(i2c_addr, smbus.BYTE_DATA, register, 1)[0]

    def write_byte_data(
        self, i2c_addr: int, register: int, value: int, force: object = None
    ) -> None:
        self._write(i2c_addr, smbus.BYTE_DATA, register, bytes((value,)))

    def read_word_data(self, i2c_addr: int, register: int, force: object = None) -> int:
        return int.from_bytes(self._read(i2c_addr, smbus.WORD_DATA, register, 2), "little")

    def write_word_data(
        self, i2c_addr: int, register: int, value: int, force: object = None
    ) -> None:
        self._write(i2c_addr, smbus.WORD_DATA, register, value.to_bytes(2, "little"))

    def process_call(self, i2c_addr: int, register: int, value: int, force: object = None) -> int:
        data = value.to_bytes(2, "little")
        answer = smbus.smbus_access(
            self._bus, i2c_addr, smbus.PROC_CALL, register, write=data, read=2, functions=self.funcs
        )
        return int.from_bytes(answer, "little")

    def read_block_data(self, i2c_addr: int, register: int, force: object = None) -> "list[int]":
        return list(self._read(i2c_addr, smbus.BLOCK_DATA, register, MOST_BYTES))

    def write_block_data(
        self, i2c_addr: int, register: int, data: Iterable[int], force: object = None
    ) -> None:
        self._write(i2c_addr, smbus.BLOCK_DATA, register, _block(data))

    def read_i2c_block_data(
        self, i2c_addr: int, register: int, length: int, force: object = None
    ) -> "list[int]":
        if length > MOST_BYTES:
            raise ValueError(f"Desired block length over {MOST_BYTES} bytes")
        return list(self._read(i2c_addr, smbus.I2C_BLOCK_DATA, register, length))

    def write_i2c_block_data(
        self, i2c_addr: int, register: int, data: Iterable[int], force: object = None
    ) -> None:
        self._write(i2c_addr, smbus.I2C_BLOCK_DATA, register, _block(data))

    def i2c_rdwr(self, *i2c_msgs: I2CMessage) -> None:
        """Do smbus2 messages in one transaction, with a repeated START between them."""
        transfer_messages(self._bus, i2c_msgs)

    def _read(self, address: int, size: int, command: int, length: int) -> bytes:
        return smbus.smbus_access(
            self._bus, address, size, command, read=length, functions=self.funcs
        )

    def _write(self, address: int, size: int, command: int, data: bytes) -> None:
        smbus.smbus_access(self._bus, address, size, command, write=data, functions=self.funcs)


def transfer_messages(bus: SimulatedI2C, messages: Iterable[I2CMessage]) -> None:
    """Do messages with ``addr``, ``flags``, ``len`` and ``buf``; fill those that read."""
    parts = []
    for message in messages:
        content = bytearray(b"".join(message.buf[place] for place in range(message.len)))
        parts.append((message, content))
    bus.transfer(
        [(message.addr, bool(message.flags & _READ), content) for message, content in parts]
    )
    for message, content in parts:
        if message.flags & _READ:
            for place, byte in enumerate(content):
                message.buf[place] = bytes((byte,))


def _block(data: Iterable[int]) -> bytes:
    block = bytes(data)
    if len(block) > MOST_BYTES:
        raise ValueError(f"Data length cannot exceed {MOST_BYTES} bytes")
    return block
