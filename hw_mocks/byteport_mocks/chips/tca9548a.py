"""TI TCA9548A, an I2C multiplexer: one register, whose bits connect eight channels to the bus.

Datasheet SCPS207, 8.5 and 8.6: the last byte written takes effect at the STOP; 0 after power-on.

    mux = bus.attach(SimulatedTCA9548A())
    indoors = mux.attach(0, SimulatedMCP9808())
    outdoors = mux.attach(1, SimulatedMCP9808())     # the same address

Chips with one address behind two open channels answer together, as on a real bus: each hears all,
and a bit read is 0 where any of them sends 0.
"""

from byteport_mocks.chip import Chip

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    AnyChip = TypeVar("AnyChip", bound=Chip)


class SimulatedTCA9548A(Chip):
    """Chips are attached to its channels; it keeps no other quantity."""

    ADDRESSES = (0x70, 0x71, 0x72, 0x73, 0x74, 0x75, 0x76, 0x77)

    def __init__(self, address: "int | None" = None) -> None:
        self._behind: "list[tuple[int, Chip]]" = []
        self._together: "list[Together]" = []
        super().__init__(address)

    def attach(self, channel: int, chip: "AnyChip") -> "AnyChip":
        """Connect a chip to a channel, 0 to 7, and power it on; return it."""
        for number, other in self._behind:
            if number == channel and other.answering(chip.address) is not None:
                raise ValueError(f"there is a chip at 0x{chip.address:02x} already")
        chip.clock = self.clock
        chip.power_on()
        self._behind.append((channel, chip))
        return chip

    def reset(self) -> None:
        self.selected = 0
        self._written = 0
        for _, chip in self._behind:
            if chip.clock is not self.clock:  # attached before its multiplexer was
                chip.clock = self.clock
                chip.power_on()

    def answering(self, address: int) -> "Chip | None":
        if address == self.address:
            return self
        found = []
        for channel, chip in self._behind:
            answer = chip.answering(address) if self.selected >> channel & 1 else None
            if answer is not None:
                found.append(answer)
        if len(found) < 2:
            return found[0] if found else None
        return self._both(found)

    def _both(self, chips: "list[Chip]") -> Chip:
        for known in self._together:
            if known.chips == chips:
                return known
        self._together.append(Together(chips))
        return self._together[-1]

    def write_byte(self, byte: int) -> bool:
        self._written = byte
        return True

    def read_byte(self) -> int:
        return self.selected

    def stop(self) -> None:
        self.selected = self._written


class Together(Chip):
    """Chips that answer at one address at the same time."""

    def __init__(self, chips: "list[Chip]") -> None:
        self.chips: "list[Chip]" = []
        super().__init__(chips[0].address)
        self.chips = chips

    def power_on(self) -> None:
        super().power_on()
        for chip in self.chips:
            chip.power_on()

    def settle(self) -> None:
        for chip in self.chips:
            chip.settle()

    def start(self, read: bool) -> bool:
        return True in [chip.start(read) for chip in self.chips]

    def write_byte(self, byte: int) -> bool:
        return True in [chip.write_byte(byte) for chip in self.chips]

    def read_byte(self) -> int:
        byte = 0xFF
        for chip in self.chips:
            byte &= chip.read_byte()
        return byte

    def stop(self) -> None:
        for chip in self.chips:
            chip.stop()
