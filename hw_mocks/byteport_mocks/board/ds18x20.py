"""`ds18x20`: what MicroPython's driver does, on `onewire`: a wrong checksum is a bare Exception."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from byteport_mocks.board.onewire import OneWire

_CONVERT = 0x44
_READ_SCRATCHPAD = 0xBE
_WRITE_SCRATCHPAD = 0x4E
_FAMILIES = (0x10, 0x22, 0x28)


class DS18X20:
    """All probes of one bus."""

    def __init__(self, onewire: "OneWire") -> None:
        self.ow = onewire
        self.buf = bytearray(9)

    def scan(self) -> "list[bytearray]":
        return [rom for rom in self.ow.scan() if rom[0] in _FAMILIES]

    def convert_temp(self) -> None:
        self.ow.reset(True)
        self.ow.writebyte(self.ow.SKIP_ROM)
        self.ow.writebyte(_CONVERT)

    def read_scratch(self, rom: "bytes | bytearray") -> bytearray:
        self._select(rom, _READ_SCRATCHPAD)
        self.ow.readinto(self.buf)
        if self.ow.crc8(self.buf):
            raise Exception("CRC error")
        return self.buf

    def write_scratch(self, rom: "bytes | bytearray", buf: "bytes | bytearray") -> None:
        self._select(rom, _WRITE_SCRATCHPAD)
        self.ow.write(buf)

    def read_temp(self, rom: "bytes | bytearray") -> float:
        scratchpad = self.read_scratch(rom)
        raw = scratchpad[1] << 8 | scratchpad[0]
        return (raw - 0x10000 if raw & 0x8000 else raw) / 16

    def _select(self, rom: "bytes | bytearray", command: int) -> None:
        self.ow.reset(True)
        self.ow.select_rom(rom)
        self.ow.writebyte(command)
