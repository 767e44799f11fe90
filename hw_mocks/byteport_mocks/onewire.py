"""A simulated 1-Wire bus: presence, ROM commands, and bytes to the selected parts.

    bus = SimulatedOneWire()
    probe = bus.attach(SimulatedDS18B20())
    probe.set(temperature=-10.125)

Maxim's application note 937 (Book of iButton Standards), ROM functions. A search for ROMs is done
as a whole (`roms`), not bit by bit.
"""

from byteport_mocks.clock import VirtualClock
from byteport_mocks.device import Device
from byteport_mocks.fault_list import FaultList
from byteport_mocks.faults import ACK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    from byteport_mocks.faults import Fault

    AnyPart = TypeVar("AnyPart", bound="OneWirePart")

_MATCH_ROM = 0x55
_SKIP_ROM = 0xCC
_BYTE_US = 8 * 65
_RESET_US = 960


def crc8(data: "bytes | bytearray") -> int:
    """1-Wire's checksum: polynomial 0x31, reflected (0x8C), started with 0."""
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ 0x8C if crc & 1 else crc >> 1
    return crc


class OneWirePart(Device):
    """One part on the wire, known by its ROM: family, serial number, checksum."""

    FAMILY = 0x00

    def __init__(self, serial: int = 1) -> None:
        head = bytes((self.FAMILY,)) + serial.to_bytes(6, "little")
        self.rom = head + bytes((crc8(head),))
        super().__init__()

    def start(self) -> None:
        """React to a reset of the bus, after which a command comes."""

    def write_byte(self, byte: int) -> None:
        """Take a byte: a command first."""

    def read_byte(self) -> int:
        """Give a byte."""
        return 0xFF


class SimulatedOneWire:
    """A bus for `board.onewire`; faults count resets, and know no addresses."""

    def __init__(self, clock: "VirtualClock | None" = None) -> None:
        self.clock = VirtualClock() if clock is None else clock
        self._parts: "list[OneWirePart]" = []
        self._selected: "list[OneWirePart]" = []
        self._rom: "bytearray | None" = None
        self._awaits_rom_command = False
        self._index = 0
        self._faults = FaultList()

    def attach(self, part: "AnyPart") -> "AnyPart":
        """Connect a part and power it on; return it."""
        part.clock = self.clock
        part.power_on()
        self._parts.append(part)
        return part

    def detach(self, part: OneWirePart) -> None:
        self._parts.remove(part)

    def inject(self, fault: "Fault") -> "Fault":
        """Let a fault happen from now on, by its schedule; return it."""
        self._faults.inject(fault)
        return fault

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def roms(self) -> "list[bytearray]":
        """Return the ROMs that a search finds."""
        return [bytearray(part.rom) for part in self._parts] if self.reset() else []

    def reset(self) -> bool:
        """Reset the bus and return whether anything is present."""
        self.clock.sleep_us(_RESET_US)
        self._index = 0
        self._faults.begin(None, None, self.clock.ticks_ms())
        for part in self._parts:
            self._faults.apply(part)
            part.settle()
            part.start()
        self._selected = []
        self._rom = None
        self._awaits_rom_command = True
        return bool(self._parts) and self._faults.on_start(False) == ACK

    def write_byte(self, byte: int) -> None:
        self.clock.sleep_us(_BYTE_US)
        if self._awaits_rom_command:
            self._awaits_rom_command = False
            self._rom = bytearray() if byte == _MATCH_ROM else None
            self._selected = list(self._parts) if byte == _SKIP_ROM else []
        elif self._rom is not None:
            self._rom.append(byte)
            if len(self._rom) == 8:
                self._selected = [part for part in self._parts if part.rom == self._rom]
                self._rom = None
        else:
            for part in self._selected:
                part.write_byte(byte)

    def read_byte(self) -> int:
        """Return a byte from all selected parts at once: a zero from any of them wins."""
        self.clock.sleep_us(_BYTE_US)
        wire = 0xFF
        for part in self._selected:
            part.settle()
            wire &= part.read_byte()
        arrives = self._faults.on_read(self._index, wire)
        self._index += 1
        return 0xFF if arrives is None else arrives
