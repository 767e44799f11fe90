"""The I2C chip as its bus sees it: START, bytes one by one, STOP.

`Chip` has the bare hooks. `MessageChip` is for parts that take a command and give an answer
(AHT20, BH1750); `registers.RegisterChip` and `sensirion.SensirionChip` serve most others.
"""

# ruff: noqa: ARG002 (hooks)

from byteport_mocks.device import Device

FOREVER_US = 1 << 40  # a stretch of the clock line that no bus waits for


class Chip(Device):
    """One I2C chip; every hook is called by the bus, byte by byte."""

    ADDRESSES: "tuple[int, ...]" = ()

    def __init__(self, address: "int | None" = None) -> None:
        self.address = self.ADDRESSES[0] if address is None else address
        self.stretch_us = 0  # set by a hook: hold the clock line for so long after this byte
        if self.ADDRESSES and self.address not in self.ADDRESSES:
            places = ", ".join(f"0x{place:02x}" for place in self.ADDRESSES)
            raise ValueError(f"{type(self).__name__} answers at {places}, not 0x{self.address:02x}")
        super().__init__()

    def answering(self, address: int) -> "Chip | None":
        """Return the chip that answers at this address: itself, or one behind a multiplexer."""
        return self if address == self.address else None

    def start(self, read: bool) -> bool:
        """Take a START or repeated START with this chip's address; return whether to ACK it."""
        return True

    def write_byte(self, byte: int) -> bool:
        """Take one byte; return whether to ACK it."""
        return True

    def read_byte(self) -> int:
        """Give one byte; a chip with nothing to say leaves the line high."""
        return 0xFF

    def stop(self) -> None:
        """Take the STOP that ends a transaction in which this chip took part."""


class MessageChip(Chip):
    """A chip without registers: a written message is a command, a read gets its answer."""

    def power_on(self) -> None:
        self._message: "bytearray | None" = None
        self._reply = b""
        self._sent = 0
        super().power_on()

    def start(self, read: bool) -> bool:
        self._deliver()
        if not read:
            self._message = bytearray()
            return self.listens()
        reply = self.reply()
        self._reply = b"" if reply is None else reply
        self._sent = 0
        return reply is not None

    def write_byte(self, byte: int) -> bool:
        message = self._message
        if message is None or not self.accepts(message, byte):
            self._message = None  # a message that was not acknowledged has no effect
            return False
        message.append(byte)
        return True

    def read_byte(self) -> int:
        self._sent += 1
        return self._reply[self._sent - 1] if self._sent <= len(self._reply) else 0xFF

    def stop(self) -> None:
        self._deliver()

    def _deliver(self) -> None:
        message, self._message = self._message, None
        if message:
            self.on_message(bytes(message))

    # For subclasses

    def listens(self) -> bool:
        """Tell whether the chip ACKs its address for a write (override)."""
        return True

    def accepts(self, message: bytearray, byte: int) -> bool:
        """Tell whether the chip ACKs this byte after those of the message so far (override)."""
        return True

    def on_message(self, message: bytes) -> None:
        """Act on a whole message, at its STOP or repeated START (override)."""

    def reply(self) -> "bytes | None":
        """Return the bytes for a read that starts now, None to NACK it (override)."""
        return b""
