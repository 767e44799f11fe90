"""`onewire`: MicroPython's driver, on the simulated bus that is on the pin."""

from byteport_mocks.board.current import current
from byteport_mocks.board.pins import pin_number
from byteport_mocks.onewire import crc8

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.pin import SimulatedPin


class OneWireError(Exception):
    """Nothing answered the reset."""


class OneWire:
    """One bus."""

    SEARCH_ROM = 0xF0
    MATCH_ROM = 0x55
    SKIP_ROM = 0xCC

    def __init__(self, pin: "SimulatedPin") -> None:
        self.pin = pin
        self._bus = current().onewire(pin_number(pin))

    def reset(self, required: bool = False) -> bool:
        present = self._bus.reset()
        if required and not present:
            raise OneWireError
        return present

    def readbyte(self) -> int:
        return self._bus.read_byte()

    def readinto(self, buf: bytearray) -> None:
        for place in range(len(buf)):
            buf[place] = self._bus.read_byte()

    def writebyte(self, value: int) -> None:
        self._bus.write_byte(value)

    def write(self, buf: "bytes | bytearray") -> None:
        for byte in buf:
            self._bus.write_byte(byte)

    def select_rom(self, rom: "bytes | bytearray") -> None:
        self.reset()
        self.writebyte(self.MATCH_ROM)
        self.write(rom)

    def scan(self) -> "list[bytearray]":
        return self._bus.roms()

    def crc8(self, data: "bytes | bytearray") -> int:
        return crc8(data)
