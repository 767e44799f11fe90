"""`machine.SPI`: one bus, whose chips are selected by pins that the program drives."""

# ruff: noqa: A002, ARG002 (machine's signatures)

from byteport_mocks.board.current import current
from byteport_mocks.spi import SPIMethods

TYPE_CHECKING = False
if TYPE_CHECKING:
    Readable = bytes | bytearray | memoryview
    Writable = bytearray | memoryview


class SPI(SPIMethods):
    """Talks to the chip whose select pin is low; where there is none, reads 0xFF."""

    MSB = 0
    LSB = 1

    def __init__(self, id: int = 1, baudrate: int = 1000000, **options: object) -> None:
        self._number = id
        self._board = current()

    def init(self, baudrate: int = 1000000, **options: object) -> None:
        pass

    def deinit(self) -> None:
        pass

    def write_readinto(self, data: "Readable", buffer: "Writable") -> None:
        for spi in self._board.spi_chips.get(self._number, ()):
            if spi.selected():
                spi.write_readinto(data, buffer)
                return
        for place in range(len(buffer)):
            buffer[place] = 0xFF
