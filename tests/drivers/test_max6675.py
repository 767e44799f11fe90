"""MAX6675: its bits, conversions that are new, and a data line that lies."""

from byteport.errors import BadReading
from byteport_drivers.max6675 import MAX6675
from byteport_mocks import SimulatedSPI
from byteport_mocks.chips.max6675 import SimulatedMAX6675
from byteport_mocks.faults import FlipBit
from chip_checks import sweep, take
from fault_checks import survive
from portable import raises


class Words:
    """A bus that sends one answer."""

    def __init__(self, word):
        self.answer = bytes((word >> 8, word & 0xFF))

    def readinto(self, buffer, write=0):
        buffer[:] = self.answer[: len(buffer)]


def new(**options):
    spi = SimulatedSPI(SimulatedMAX6675(**options))
    return MAX6675(spi), spi


def read_word(word):
    driver = MAX6675(Words(word))
    driver.start()
    return driver.read()


def test_kernel_shift_scale_and_fault_bit():
    assert read_word(100 << 3) == (25.0,)
    assert read_word(4094 << 3) == (1023.5,)
    assert read_word(1 << 3) == (0.25,)
    assert read_word(100 << 3 | 1) == (25.0,)  # bit 0 is open
    assert "open" in str(raises(BadReading, read_word, 100 << 3 | 4))


def test_words_that_are_no_temperature():
    for word in (0x0000, 0xFFFF, 0x8320, 0x0322, 0x7FF8, 0x0001):
        assert "MAX6675" in str(raises(BadReading, read_word, word))


def test_range():
    for level in (0, 1):
        driver, spi = new(open_level=level)
        sweep(driver, spi.chip, spi.clock)


def test_cost_of_the_sample_and_of_beginning_it():
    driver, spi = new()
    spi.reset_counters()
    spi.clock.sleep_ms(driver.start())
    assert (spi.transactions, spi.wire_bytes) == (1, 1)
    spi.reset_counters()
    driver.read()
    assert (spi.transactions, spi.wire_bytes) == (1, 2)


def test_every_sample_is_new_however_long_the_pause():
    driver, spi = new()
    for degrees in range(1, 20):
        spi.chip.set(temperature=degrees)
        spi.clock.sleep_ms(60000 * (degrees % 2))
        assert take(driver, spi.clock)[0] == degrees


def test_limits():
    driver, spi = new()
    spi.chip.set(temperature=None)
    assert "MAX6675: open" in str(raises(BadReading, take, driver, spi.clock))
    spi.chip.set(temperature=-20)
    raises(BadReading, take, driver, spi.clock)
    spi.chip.set(temperature=1200)
    raises(BadReading, take, driver, spi.clock)


def test_survives_faults():
    driver, spi = new()
    faults = [FlipBit(0, 7)] + [FlipBit(1, bit) for bit in range(3)]
    survive(driver, spi, faults, spi.clock, {"temperature": 21.5}, {"temperature": 0})
