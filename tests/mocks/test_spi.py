"""The simulated SPI bus."""

from byteport_mocks import SimulatedSPI
from byteport_mocks.faults import AllZeros, FlipBit, PowerOnReset, nth
from byteport_mocks.spi import SPIChip
from portable import raises


class Counter(SPIChip):
    """Answers each byte with itself plus its number."""

    def reset(self):
        self.selections = 0
        self.place = None

    def select(self):
        self.selections += 1
        self.place = 0

    def exchange(self, byte):
        self.place += 1
        return byte + self.place & 0xFF

    def deselect(self):
        self.place = None


def test_each_call_selects_the_chip():
    spi = SimulatedSPI(Counter())
    buffer = bytearray(3)
    spi.write_readinto(b"\x10\x20\x30", buffer)
    assert buffer == b"\x11\x22\x33"
    spi.readinto(buffer, 5)
    assert buffer == b"\x06\x07\x08"
    spi.write(b"\x01")
    assert spi.read(2) == b"\x01\x02"
    assert spi.chip.selections == spi.transactions == 4
    assert spi.wire_bytes == 9
    assert spi.clock.ticks_us() == 72
    assert spi.chip.place is None
    spi.reset_counters()
    assert (spi.transactions, spi.wire_bytes) == (0, 0)


def test_selected_by_hand():
    spi = SimulatedSPI(Counter())
    spi.deselect()
    spi.select()
    spi.write(b"\x00")
    assert spi.read(1) == b"\x02"
    spi.deselect()
    assert spi.transactions == 1
    assert spi.chip.place is None


def test_sizes_must_agree():
    raises(ValueError, SimulatedSPI(Counter()).write_readinto, b"\x00", bytearray(2))


def test_faults():
    spi = SimulatedSPI(Counter())
    spi.inject(FlipBit(byte=1, bit=7, when=nth(1)))
    spi.inject(AllZeros(when=nth(2)))
    spi.inject(PowerOnReset(when=nth(3)))
    assert spi.read(2) == b"\x01\x82"
    assert spi.read(2) == b"\x00\x00"
    assert spi.read(2) == b"\x01\x02"
    assert spi.chip.selections == 1
    spi.clear()
    assert spi.read(1) == b"\x01"
