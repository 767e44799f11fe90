"""MAX31855: the datasheet's tables, the fault bits, and a data line that lies."""

from byteport.errors import BadReading
from byteport_drivers.max31855 import MAX31855, decode
from byteport_mocks import SimulatedSPI
from byteport_mocks.chips.max31855 import OPEN, SHORT_TO_GND, SHORT_TO_VCC, SimulatedMAX31855
from byteport_mocks.faults import FlipBit
from chip_checks import bus_cost, names, sweep, take
from fault_checks import survive
from portable import raises

TABLES_4_AND_5 = (
    ("64001900", 1600, 25),
    ("3e801900", 1000, 25),
    ("064c6490", 100.75, 100.5625),
    ("01907f00", 25, 127),
    ("0000fff0", 0, -0.0625),
    ("fffcfff0", -0.25, -0.0625),
    ("fffcec00", -0.25, -20),
    ("fff0fff0", -1, -0.0625),
    ("fff0ff00", -1, -1),
    ("f060c900", -250, -55),
)


class Words:
    """A bus that sends one answer."""

    def __init__(self, answer):
        self.answer = bytes.fromhex(answer)

    def readinto(self, buffer, write=0):
        buffer[:] = self.answer


def new():
    spi = SimulatedSPI(SimulatedMAX31855())
    spi.clock.sleep_ms(400)
    return MAX31855(spi), spi


def test_datasheet_tables_4_and_5():
    for word, thermocouple, chip in TABLES_4_AND_5:
        assert decode(bytes.fromhex(word)) == (thermocouple * 4, chip * 16)
        assert MAX31855(Words(word)).read() == (thermocouple, chip)


def test_the_chip_sends_the_same_words():
    spi = SimulatedSPI(SimulatedMAX31855())
    for word, thermocouple, chip in TABLES_4_AND_5:
        spi.chip.set(temperature=thermocouple, internal_temperature=chip)
        spi.clock.sleep_ms(300)
        assert spi.read(4) == bytes.fromhex(word)


def test_range():
    driver, spi = new()
    sweep(driver, spi.chip, spi.clock)


def test_cost():
    driver, spi = new()
    assert bus_cost(driver, spi) == (1, 4)


def test_faults_are_named():
    driver, spi = new()
    for fault, words in ((OPEN, "open"), (SHORT_TO_GND, "GND"), (SHORT_TO_VCC, "VCC")):
        spi.chip.fault = fault
        assert words in str(raises(BadReading, take, driver, spi.clock))
    spi.chip.fault = 0
    spi.chip.set(temperature=None)
    assert "MAX31855: open" in str(raises(BadReading, take, driver, spi.clock))
    spi.chip.set(temperature=20)
    assert take(driver, spi.clock) == (20, 25)


def test_words_that_no_chip_sends():
    for word in (
        "00000000",
        "ffffffff",
        "01911900",
        "01921900",
        "01901908",
        "7ffc1900",
        "80001900",
    ):
        assert "MAX31855" in str(raises(BadReading, MAX31855(Words(word)).read))
    raises(BadReading, MAX31855(Words("01908000")).read)


def test_zero_at_one_end_is_a_temperature():
    assert MAX31855(Words("00001900")).read() == (0, 25)


def test_no_sample_before_the_first_conversion():
    spi = SimulatedSPI(SimulatedMAX31855())
    driver = MAX31855(spi)
    raises(BadReading, take, driver, spi.clock)
    assert take(driver, spi.clock) == (21.5, 25)


def test_every_sample_is_new():
    driver, spi = new()
    for degrees in range(20):
        spi.chip.set(temperature=degrees)
        assert take(driver, spi.clock)[0] == degrees


def test_survives_faults():
    driver, spi = new()
    faults = [FlipBit(1, 1), FlipBit(1, 0)] + [FlipBit(3, bit) for bit in range(4)]
    wanted = {"temperature": 21.5, "internal_temperature": 25.0}
    survive(driver, spi, faults, spi.clock, wanted, dict.fromkeys(names(driver), 0))
