"""PMS5003: frames whole, torn and damaged, always the newest."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.pms5003 import PMS5003
from byteport_mocks import SimulatedUART
from byteport_mocks.chips.pms5003 import SimulatedPMS5003
from byteport_mocks.faults import DropByte, FlipBit, every, nth
from chip_checks import names, sweep, take
from fault_checks import survive
from portable import raises
from uart_line import Line

FRAME = bytes.fromhex("424d001c0005000800090005000800090384012c003c000a000200009700026a")
SAMPLE = (5, 8, 9, 900, 300, 60, 10, 2, 0)


def new(**options):
    uart = SimulatedUART(SimulatedPMS5003(), rxbuf=256)
    return PMS5003(uart, **options), uart


def reading_of(data, most=256):
    return PMS5003(Line(data, most)).read()


def test_the_frame_that_both_python_packages_decode():
    assert reading_of(FRAME) == SAMPLE
    assert SimulatedPMS5003().frame() == FRAME


def test_factory_calibration_is_other_words():
    uart = SimulatedUART(SimulatedPMS5003())
    uart.device.set(pm1=40, pm25=80, pm10=100)
    assert take(PMS5003(uart), uart.clock)[:3] == (40, 80, 100)
    assert take(PMS5003(uart, factory=True), uart.clock)[:3] == (60, 120, 150)


def test_range():
    driver, uart = new()
    sweep(driver, uart.device, uart.clock, steps=5)


def test_a_frame_is_all_that_a_reading_costs():
    line = Line(FRAME + FRAME)
    driver = PMS5003(line)
    assert driver.start() == 2400
    assert line.data == b""
    line.data = FRAME
    assert driver.read() == SAMPLE


def test_the_slowest_frames_come_in_the_time_that_start_says():
    uart = SimulatedUART(SimulatedPMS5003(interval_ms=2300))
    driver = PMS5003(uart)
    for pause_ms in range(0, 4600, 190):
        uart.clock.sleep_ms(pause_ms)
        assert take(driver, uart.clock) == SAMPLE


def test_torn_frames_in_every_place():
    for cut in range(1, 32):
        assert reading_of(FRAME[cut:] + FRAME) == SAMPLE
        assert reading_of(FRAME + FRAME[:cut]) == SAMPLE
        assert reading_of(FRAME[:cut] + FRAME) == SAMPLE
        raises(NotReady, reading_of, FRAME[cut:])
        raises(NotReady, reading_of, FRAME[:cut])


def test_a_frame_that_comes_in_pieces():
    for size in (1, 7, 31):
        assert reading_of(FRAME[5:] + FRAME, most=size) == SAMPLE
        line = Line()
        driver = PMS5003(line)
        for at in range(0, 32, size):
            raises(NotReady, driver.read)
            line.data = FRAME[at : at + size]
        assert driver.read() == SAMPLE
        raises(NotReady, driver.read)


def test_the_newest_of_many_frames():
    chip = SimulatedPMS5003()
    for count in range(1, 9):
        data = b"\x4d\x42" * count
        for number in range(count):
            chip.set(pm1=number)
            data += chip.frame()
        for end in (b"", b"\x42", b"\x42\x4d\x00", FRAME[:31]):
            assert reading_of(data + end)[0] == count - 1


def test_an_old_sample_is_not_given_again():
    driver, uart = new()
    first = take(driver, uart.clock)
    uart.device.set(pm1=77)
    raises(NotReady, driver.read)
    uart.device.stall(True)
    uart.clock.sleep_ms(5000)
    raises(NotReady, driver.read)
    uart.device.stall(False)
    uart.clock.sleep_ms(1000)
    assert (first[0], driver.read()[0]) == (5, 77)


def test_what_came_before_start_is_forgotten():
    driver, uart = new()
    uart.clock.sleep_ms(60000)
    assert uart.any() == 256
    uart.device.set(pm1=33)
    assert take(driver, uart.clock)[0] == 33


def test_every_flipped_bit_is_seen():
    for place in range(32):
        for bit in range(8):
            data = bytearray(FRAME)
            data[place] ^= 1 << bit
            error = raises((BadReading, NotReady), reading_of, bytes(data))
            assert "PMS5003" in str(error)
            assert isinstance(error, BadReading) or place < 4
            assert reading_of(bytes(data) + FRAME) == SAMPLE


def test_a_sister_is_named():
    for size in (24, 40):
        head = b"\x42\x4d\x00" + bytes((size - 4,)) + bytes(range(size - 6))
        data = head + sum(head).to_bytes(2, "big")
        assert f"found {size}" in str(raises(ChipNotFound, reading_of, data))


def test_no_zeros_while_it_warms_up():
    uart = SimulatedUART(SimulatedPMS5003(warm=False))
    driver = PMS5003(uart)
    assert "warming up" in str(raises(NotReady, take, driver, uart.clock))
    assert take(driver, uart.clock) == SAMPLE
    uart.device.power_cut()
    raises(NotReady, take, driver, uart.clock)
    assert take(driver, uart.clock) == SAMPLE


def test_nothing_on_the_line():
    raises(NotReady, reading_of, b"")
    raises(NotReady, reading_of, b"\x00" * 300)
    raises(NotReady, reading_of, b"\xff" * 300)


def test_survives_faults():
    driver, uart = new()
    faults = []
    for place in range(32):
        faults += [DropByte(place), DropByte(place, when=every(2)), DropByte(place, when=nth(3))]
        faults.append(FlipBit(place, place % 8))
    wanted = {}
    for name, value in zip(names(driver), SAMPLE):
        wanted[name] = value
    survive(driver, uart, faults, uart.clock, wanted, dict.fromkeys(wanted, 0))


def test_the_simulated_sensor_obeys_the_manuals_commands():
    _, uart = new()
    uart.write(bytes.fromhex("424de100000170"))
    uart.clock.sleep_ms(100)
    assert uart.read() == bytes.fromhex("424d0004e1000174")
    uart.clock.sleep_ms(5000)
    assert not uart.any()
    uart.write(bytes.fromhex("424de200000171"))
    uart.clock.sleep_ms(100)
    assert uart.read() == FRAME
    uart.write(bytes.fromhex("424de100010171"))
    uart.clock.sleep_ms(1000)
    assert uart.read()[-32:] == FRAME
