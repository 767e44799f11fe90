"""A simulated I2C bus with the methods of `machine.I2C`, which counts and can fail.

    from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
    from byteport_mocks.faults import NackAddress, nth
    from byteport_mocks.i2c import SimulatedI2C

    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMCP9808(0x18))
    chip.set(temperature=-10.25)
    bus.clock.sleep_ms(250)                     # costs no time
    bus.readfrom_mem(0x18, 0x05, 2)             # 3f 5c, alert bits included
    bus.transactions, bus.wire_bytes            # (1, 5)
    bus.inject(NackAddress(when=nth(1)))
    bus.readfrom_mem(0x18, 0x05, 2)             # OSError: [Errno 121] …

Bytes go to the chips one by one, so a fault or a chip may refuse any of them, and they take their
time on the clock: a loop that polls a chip ends. A transaction is START to STOP, however many
repeated STARTs are in it; ``wire_bytes`` counts the payload and one address byte for each START.
"""

import errno

from byteport_mocks.clock import VirtualClock
from byteport_mocks.fault_list import FaultList
from byteport_mocks.faults import ACK, HANG, NACK
from byteport_mocks.i2c_log import Transaction, bus_time_ms
from byteport_mocks.lock import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    from byteport_mocks.chip import Chip
    from byteport_mocks.faults import Fault

    AnyChip = TypeVar("AnyChip", bound=Chip)
    Readable = bytes | bytearray | memoryview
    Writable = bytearray | memoryview
    Message = tuple[int, bool, Readable]  # address, whether to read, buffer

NACK_ERRNO = {"pi": 121, "rp2": 5, "esp32": 19}  # EREMOTEIO, EIO, ENODEV
LOG_LIMIT = 1000


class SimulatedI2C:
    """One bus: chips are attached to it, a driver is given it.

    ``errno_profile`` says whose errno a missing acknowledge raises: "pi", "rp2" or "esp32".
    """

    def __init__(
        self,
        clock: "VirtualClock | None" = None,
        errno_profile: str = "pi",
        freq: int = 100000,
        timeout_us: int = 50000,
    ) -> None:
        self.clock = VirtualClock() if clock is None else clock
        self.freq = freq
        self.timeout_us = timeout_us
        self.nack_errno = NACK_ERRNO[errno_profile]
        self.log: "list[Transaction]" = []  # the last ones
        self.log_limit = LOG_LIMIT
        self._chips: "list[Chip]" = []
        self._faults = FaultList()
        self._lock = Lock()
        self._fraction = 0  # of a microsecond, in 1/freq
        self._open: "Transaction | None" = None
        self._taking_part: "list[Chip]" = []
        self.reset_counters()

    # For tests

    def attach(self, chip: "AnyChip") -> "AnyChip":
        """Connect a chip and power it on; return it."""
        if isinstance(chip, type):
            raise TypeError(f"attach a chip, {chip.__name__}(), not its class")
        if self._find(chip.address) is not None:
            raise ValueError(f"there is a chip at 0x{chip.address:02x} already")
        chip.clock = self.clock
        chip.power_on()
        self._chips.append(chip)
        return chip

    def detach(self, chip: "Chip") -> None:
        """Pull a chip off the bus."""
        self._chips.remove(chip)

    def inject(self, fault: "Fault") -> "Fault":
        """Let a fault happen from now on, by its schedule; return it."""
        self._faults.inject(fault)
        return fault

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def recover(self) -> None:
        """Send nine clocks and a STOP, which frees a stuck bus."""
        self._pass(10)
        self._faults.recover()

    def reset_counters(self) -> None:
        self.transactions = 0
        self.wire_bytes = 0
        self.starts = 0
        self.log.clear()

    def bus_time_ms(self, freq: "int | None" = None) -> float:
        """Return how long everything counted would take on an ideal bus of this frequency."""
        return bus_time_ms(self.wire_bytes, self.starts + self.transactions, freq or self.freq)

    # machine.I2C

    def scan(self) -> "list[int]":
        """Return the addresses that acknowledge, asked one by one from 0x08 to 0x77."""
        found = []
        for address in range(0x08, 0x78):
            try:
                self.writeto(address, b"")
                found.append(address)
            except OSError:
                pass
        return found

    def readfrom(self, address: int, size: int, stop: bool = True) -> bytes:
        buffer = bytearray(size)
        self.transfer(((address, True, buffer),), stop)
        return bytes(buffer)

    def readfrom_into(self, address: int, buffer: "Writable", stop: bool = True) -> None:
        self.transfer(((address, True, buffer),), stop)

    def writeto(self, address: int, data: "Readable", stop: bool = True) -> int:
        """Write and return the bytes acknowledged, which are all or OSError is raised."""
        self.transfer(((address, False, data),), stop)
        return len(data)

    def writevto(self, address: int, vector: "Sequence[Readable]", stop: bool = True) -> int:
        return self.writeto(address, b"".join([bytes(part) for part in vector]), stop)

    def readfrom_mem(self, address: int, register: int, size: int, *, addrsize: int = 8) -> bytes:
        buffer = bytearray(size)
        self.readfrom_mem_into(address, register, buffer, addrsize=addrsize)
        return bytes(buffer)

    def readfrom_mem_into(
        self, address: int, register: int, buffer: "Writable", *, addrsize: int = 8
    ) -> None:
        pointer = register.to_bytes(addrsize // 8, "big")
        self.transfer(((address, False, pointer), (address, True, buffer)))

    def writeto_mem(
        self, address: int, register: int, data: "Readable", *, addrsize: int = 8
    ) -> None:
        pointer = register.to_bytes(addrsize // 8, "big")
        self.transfer(((address, False, pointer + bytes(data)),))

    # What all of them, and the other fronts, are made of

    def transfer(self, messages: "Sequence[Message]", stop: bool = True) -> None:
        """Do messages in one transaction, with a repeated START between; fill buffers to read."""
        with self._lock:
            try:
                for address, read, buffer in messages:
                    chip = self._start(address, read)
                    if read:
                        self._read(chip, buffer)  # type: ignore[arg-type]
                    else:
                        self._write(chip, buffer)
                if stop:
                    self._stop()
            except OSError:
                raise
            except BaseException:  # the host was reset in the middle
                self._open = None
                self._taking_part.clear()
                raise

    def _find(self, address: int) -> "Chip | None":
        for chip in self._chips:
            answering = chip.answering(address)
            if answering is not None:
                return answering
        return None

    def _start(self, address: int, read: bool) -> "Chip":
        chip = self._find(address)
        transaction = self._open
        if transaction is None:
            transaction = self._open = Transaction(address, self.clock.ticks_ms())
            self._faults.begin(address, chip, transaction.started_ms)
        transaction.start(address, read)
        outcome = self._faults.on_start(read)
        self._pass(10)
        if outcome == ACK:
            outcome = NACK if chip is None else self._address(chip, read)
        self._check(outcome)
        assert chip is not None
        return chip

    def _address(self, chip: "Chip", read: bool) -> int:
        chip.settle()
        if not chip.start(read):
            return NACK
        if chip not in self._taking_part:
            self._taking_part.append(chip)
        return self._stretch(chip)

    def _write(self, chip: "Chip", data: "Readable") -> None:
        transaction = self._open
        assert transaction is not None
        for byte in bytes(data):
            outcome = self._faults.on_write(transaction.written)
            transaction.write(byte)
            self._pass(9)
            if outcome == ACK and not chip.write_byte(byte):
                outcome = NACK
            if outcome == ACK:
                outcome = self._stretch(chip)
            self._check(outcome)

    def _read(self, chip: "Chip", buffer: "Writable") -> None:
        transaction = self._open
        assert transaction is not None
        for place in range(len(buffer)):
            byte = self._faults.on_read(transaction.read, chip.read_byte())
            byte = 0xFF if byte is None else byte
            transaction.receive(byte)
            self._pass(9)
            self._check(self._stretch(chip))
            buffer[place] = byte

    def _stretch(self, chip: "Chip") -> int:
        stretch_us, chip.stretch_us = chip.stretch_us, 0
        if stretch_us > self.timeout_us:
            return HANG
        self.clock.sleep_us(stretch_us)
        return ACK

    def _check(self, outcome: int) -> None:
        if outcome == NACK:
            self._stop("nack")
            raise OSError(self.nack_errno, "no acknowledge")
        if outcome == HANG:
            self.clock.sleep_us(self.timeout_us)
            self._stop("timeout")
            raise OSError(errno.ETIMEDOUT, "timed out")

    def _stop(self, failure: str = "") -> None:
        transaction, self._open = self._open, None
        if transaction is None:
            return
        self._pass(1)
        for chip in self._taking_part:
            chip.stop()
        self._taking_part.clear()
        transaction.failure = failure
        self.transactions += 1
        self.wire_bytes += transaction.wire_bytes()
        self.starts += transaction.starts
        if self.log_limit:
            if len(self.log) >= self.log_limit:
                self.log.pop(0)
            self.log.append(transaction)

    def _pass(self, bits: int) -> None:
        elapsed = bits * 1000000 + self._fraction
        self._fraction = elapsed % self.freq
        self.clock.sleep_us(elapsed // self.freq)
