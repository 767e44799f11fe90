"""MH-Z19: answers whole, torn, late and damaged; a sensor that boots."""

from byteport.errors import BadReading, NotReady
from byteport_drivers.mhz19 import MHZ19, checksum
from byteport_mocks import SimulatedUART
from byteport_mocks.chips.mhz19 import SimulatedMHZ19
from byteport_mocks.faults import DropByte, FlipBit, nth
from chip_checks import sweep, take
from fault_checks import survive
from portable import raises
from uart_line import Line

COMMAND = bytes.fromhex("ff0186000000000079")  # the manual's
ANSWER = bytes.fromhex("ff8602303e400000ca")  # 560 ppm, 22 Cel


def new(**options):
    uart = SimulatedUART(SimulatedMHZ19(**options))
    return MHZ19(uart), uart


def reading_of(data, most=256):
    return MHZ19(Line(data, most)).read()


def test_the_manuals_command_and_checksum():
    line = Line(b"old bytes" * 9)
    assert MHZ19(line).start() == 100
    assert (line.data, line.written) == (b"", COMMAND)
    assert checksum(COMMAND, 0) == 0x79
    assert checksum(bytes.fromhex("ff87000000000000"), 0) == 0x79
    assert checksum(bytes.fromhex("ff01790000000000"), 0) == 0x86
    assert checksum(bytes.fromhex("ff0179a000000000"), 0) == 0xE6


def test_an_answer():
    assert reading_of(ANSWER) == (560, 22)
    assert SimulatedMHZ19().answer() == ANSWER


def test_range():
    driver, uart = new()
    sweep(driver, uart.device, uart.clock)


def test_torn_answers_in_every_place():
    for cut in range(1, 9):
        assert reading_of(ANSWER[cut:] + ANSWER) == (560, 22)
        assert reading_of(ANSWER[:cut] + ANSWER) == (560, 22)
        assert reading_of(ANSWER + ANSWER[:cut]) == (560, 22)
        raises(NotReady, reading_of, ANSWER[cut:])
        raises(NotReady, reading_of, ANSWER[:cut])
    assert reading_of(COMMAND + ANSWER) == (560, 22)  # a line that echoes
    assert reading_of(b"\x55" * 100 + ANSWER) == (560, 22)


def test_an_answer_that_comes_in_pieces():
    for size in (1, 4, 8):
        line = Line()
        driver = MHZ19(line)
        for at in range(0, 9, size):
            raises(NotReady, driver.read)
            line.data = ANSWER[at : at + size]
        assert driver.read() == (560, 22)
        raises(NotReady, driver.read)
        assert reading_of(b"\x55" * 100 + ANSWER, most=size) == (560, 22)


def test_a_late_answer_is_not_taken_for_the_next():
    driver, uart = new()
    driver.start()
    uart.clock.sleep_ms(5)
    raises(NotReady, driver.read)
    uart.clock.sleep_ms(1000)
    uart.device.set(co2=700)
    assert take(driver, uart.clock)[0] == 700


def test_every_flipped_bit_is_seen():
    for place in range(9):
        for bit in range(8):
            data = bytearray(ANSWER)
            data[place] ^= 1 << bit
            error = raises((BadReading, NotReady), reading_of, bytes(data))
            assert "MHZ19" in str(error)
            assert isinstance(error, BadReading) or place < 2


def test_values_that_are_no_sample():
    for co2 in (0, 10001, 65535):
        driver, uart = new()
        uart.device.set(co2=co2)
        raises((BadReading, NotReady), take, driver, uart.clock)


def test_nothing_while_it_boots():
    driver, uart = new(warm=False)
    assert "booting" in str(raises(NotReady, take, driver, uart.clock))
    uart.clock.sleep_ms(61000)
    assert take(driver, uart.clock) == (560, 22)
    uart.device.power_cut()
    raises(NotReady, take, driver, uart.clock)


def test_a_sensor_without_temperature():
    driver, uart = new(has_temperature=False)
    assert "temperature" in str(raises(BadReading, take, driver, uart.clock))
    driver = MHZ19(uart, temperature=False)
    assert driver.CHANNELS == (("co2", "ppm", 0),)
    assert take(driver, uart.clock) == (560,)
    assert len(MHZ19.CHANNELS) == 2


def test_nothing_on_the_line():
    for data in (b"", b"\x00" * 300, b"\xff" * 300):
        raises(NotReady, reading_of, data)


def test_survives_faults():
    driver, uart = new()
    faults = []
    for place in range(9):
        faults += [DropByte(place), DropByte(place, when=nth(1)), FlipBit(place, place % 8)]
    wanted = {"co2": 560, "temperature": 22}
    survive(driver, uart, faults, uart.clock, wanted, dict.fromkeys(wanted, 0))
