"""DS18B20 and DS1822: any number of probes on one wire, by MicroPython's `onewire`.

Datasheet: Maxim 19-7487, figure 9 (scratchpad), tables 1 (temperature) and 2 (conversion times). A
probe that lost its power reads 85.00 with a right checksum. So that a true 85.00 is told from that
one, the two bytes free for the user are given a mark that only a power cut removes; it is not kept
in the probe's EEPROM. Witness: the datasheet's table with its checksums. It takes 1.6 KB of `.mpy`,
as it finds, names and marks many probes where other drivers have one chip.
"""

from byteport.compat import const
from byteport.errors import BadReading, ChipNotFound, NotReady

TYPE_CHECKING = const(0)
if TYPE_CHECKING:
    from typing import Protocol

    class OneWire(Protocol):
        """What is used of `onewire.OneWire`."""

        def reset(self) -> bool: ...
        def scan(self) -> "list[bytearray]": ...
        def writebyte(self, value: int) -> None: ...
        def write(self, buf: "bytes | bytearray") -> None: ...
        def readbyte(self) -> int: ...
        def readinto(self, buf: bytearray) -> None: ...
        def crc8(self, data: "bytes | bytearray") -> int: ...


_MATCH_ROM = const(0x55)
_SKIP_ROM = const(0xCC)
_CONVERT = const(0x44)
_READ = const(0xBE)
_WRITE = const(0x4E)
_FAMILIES = b"\x22\x28"
_ATTEMPTS = const(3)


class DS18X20:
    """Probes on a `onewire.OneWire`; all of them convert at once.

    ``addresses`` are names as Linux has them ("28-00000a1b2c3d"), which then name the channels;
    without them every probe found is read, and a single one is called "temperature".
    """

    BUS = "w1"
    ADDRESSES: "tuple[int, ...]" = ()
    CHANNELS: "tuple[tuple[str, str, int], ...]" = (("temperature", "Cel", 3),)

    def __init__(
        self, onewire: "OneWire", addresses: "tuple[str, ...]" = (), *, bits: int = 12
    ) -> None:
        if bits not in (9, 10, 11, 12):
            raise ValueError("bits: 9 to 12")
        self._onewire = onewire
        self._conversion_ms = 94 << bits - 9
        self._mark = bytes((0x55, 0xAA, bits - 9 << 5 | 0x1F))
        self._scratchpad = bytearray(9)
        found = {address_of(rom): bytes(rom) for rom in onewire.scan() if rom[0] in _FAMILIES}
        names = list(addresses) or sorted(found)
        missing = [name for name in names if name not in found]
        if missing or not names:
            raise ChipNotFound(f"DS18X20: not found: {', '.join(missing) or 'any probe'}")
        self._roms = [found[name] for name in names]
        self._unmarked = set(self._roms)
        self._values = [0.0] * len(names)
        if addresses or len(names) > 1:
            self.CHANNELS = tuple([(name, "Cel", 3) for name in names])

    def start(self) -> int:
        """Begin a conversion in all probes; return how long the slowest takes."""
        for rom in self._unmarked:
            self._command(rom, _WRITE)
            self._onewire.write(self._mark)
        self._unmarked.clear()
        self._command(b"", _CONVERT)
        return self._conversion_ms

    def read(self) -> "tuple[float, ...]":
        """Return the temperatures of all probes."""
        if self._onewire.readbyte() != 0xFF:  # a probe that converts answers with zeros
            raise NotReady("DS18X20: still converting")
        for place in range(len(self._roms)):
            self._values[place] = self._temperature(self._roms[place])
        return tuple(self._values)

    def _temperature(self, rom: bytes) -> float:
        scratchpad = self._scratchpad
        for _ in range(_ATTEMPTS):  # a wrong checksum is mostly the wire's, and costs 10 ms
            self._command(rom, _READ)
            self._onewire.readinto(scratchpad)
            if not self._onewire.crc8(scratchpad) and scratchpad[4]:  # zeros pass it
                break
        else:
            raise bad(rom, "wrong checksum, or not there")
        for place in range(3):
            if scratchpad[2 + place] != self._mark[place]:
                self._unmarked.add(rom)
                raise bad(rom, "lost its power")
        degrees = decode(scratchpad)
        if not -55 <= degrees <= 125:
            raise bad(rom, "out of range")
        return degrees

    def _command(self, rom: bytes, command: int) -> None:
        """Give a command to one probe, or to all where the ROM is empty."""
        onewire = self._onewire
        if not onewire.reset():
            raise ChipNotFound("DS18X20: no answer")
        onewire.writebyte(_MATCH_ROM if rom else _SKIP_ROM)
        onewire.write(rom)
        onewire.writebyte(command)


def address_of(rom: "bytes | bytearray") -> str:
    """Return a probe's name as Linux has it: family, then serial number from its high byte."""
    return f"{rom[0]:02x}-" + "".join([f"{rom[place]:02x}" for place in range(6, 0, -1)])


def bad(rom: bytes, what: str) -> BadReading:
    """Return an error that names the probe."""
    return BadReading(f"DS18X20 {address_of(rom)}: {what}")


def decode(scratchpad: "bytes | bytearray") -> float:
    """Return degrees; bits that the resolution leaves undefined count as 0."""
    raw = scratchpad[1] << 8 | scratchpad[0]
    undefined = 3 - (scratchpad[4] >> 5 & 3)
    return ((raw ^ 0x8000) - 0x8000 >> undefined << undefined) / 16
