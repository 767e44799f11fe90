"""A simulated SPI bus with one chip on it: `machine.SPI`'s methods, each of which selects the chip.

    spi = SimulatedSPI(SimulatedMAX31855())
    spi.chip.set(temperature=-0.25)
    spi.readinto(buffer)

SPI has no acknowledge: a missing chip reads as AllZeros or AllOnes (see `faults`).
"""

# ruff: noqa: ARG002 (hooks)

from byteport_mocks.clock import VirtualClock
from byteport_mocks.device import Device
from byteport_mocks.fault_list import FaultList
from byteport_mocks.lock import Lock

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.faults import Fault

    Readable = bytes | bytearray | memoryview
    Writable = bytearray | memoryview


class SPIChip(Device):
    """One SPI chip: selected, then a byte each way at a time, then deselected."""

    def select(self) -> None:
        """React to chip select going low."""

    def exchange(self, byte: int) -> int:
        """Take the byte on MOSI and return the one on MISO that goes out in the same clocks."""
        return 0xFF

    def deselect(self) -> None:
        """React to chip select going high."""


class SPIMethods:
    """The shorter methods of `machine.SPI`, by the one that exchanges bytes."""

    def read(self, nbytes: int, write: int = 0) -> bytes:
        buffer = bytearray(nbytes)
        self.readinto(buffer, write)
        return bytes(buffer)

    def readinto(self, buffer: "Writable", write: int = 0) -> None:
        self.write_readinto(bytes((write,)) * len(buffer), buffer)

    def write(self, data: "Readable") -> None:
        self.write_readinto(data, bytearray(len(data)))

    def write_readinto(self, data: "Readable", buffer: "Writable") -> None:
        """Send the data while as many bytes are received (override)."""


class SimulatedSPI(SPIMethods):
    """A bus that a driver is given; counts selections as ``transactions`` and ``wire_bytes``."""

    def __init__(
        self, chip: SPIChip, clock: "VirtualClock | None" = None, freq: int = 1000000
    ) -> None:
        self.clock = VirtualClock() if clock is None else clock
        self.freq = freq
        self.chip = chip
        self.transactions = 0
        self.wire_bytes = 0
        self._faults = FaultList()
        self._lock = Lock()
        self._held = False
        self._index = 0
        chip.clock = self.clock
        chip.power_on()

    def inject(self, fault: "Fault") -> "Fault":
        """Let a fault happen from now on, by its schedule; return it."""
        self._faults.inject(fault)
        return fault

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def reset_counters(self) -> None:
        self.transactions = 0
        self.wire_bytes = 0

    def write_readinto(self, data: "Readable", buffer: "Writable") -> None:
        if len(data) != len(buffer):
            raise ValueError(f"{len(data)} bytes out and {len(buffer)} in cannot go together")
        with self._lock:
            alone = not self._held
            if alone:
                self._select()
            for place, byte in enumerate(bytes(data)):
                buffer[place] = self._exchange(byte)
            if alone:
                self.chip.deselect()

    # Chip select by hand, for code that drives the pin itself

    def select(self) -> None:
        """Select the chip for the calls that follow, until `deselect`."""
        self._held = True
        self._select()

    def deselect(self) -> None:
        if self._held:
            self._held = False
            self.chip.deselect()

    def selected(self) -> bool:
        """Tell whether the chip is selected by hand."""
        return self._held

    def _select(self) -> None:
        self.transactions += 1
        self._index = 0
        self._faults.begin(None, self.chip, self.clock.ticks_ms())
        self.chip.settle()
        self.chip.select()

    def _exchange(self, byte: int) -> int:
        arrives = self._faults.on_read(self._index, self.chip.exchange(byte))
        self._index += 1
        self.wire_bytes += 1
        self.clock.sleep_us(8000000 // self.freq)
        return 0xFF if arrives is None else arrives
