"""SCD4x: the datasheet's example, the whole range, a running chip found, one that stops."""

from byteport.errors import BadReading, DriverError, NotReady
from byteport_drivers.scd4x import SCD4X, compensate
from byteport_drivers.sensirion import crc8
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.scd4x import SimulatedSCD4X
from byteport_mocks.faults import FlipBit, PowerOnReset, StuckBus, nth
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from fault_checks import take_in_power_cut, take_under
from portable import raises

WANTED = {"co2": 612, "temperature": 21.5, "humidity": 45.0}
NEAR = {"co2": 0, "temperature": 0.01, "humidity": 0.1}


class Canned:
    """A bus that gives the datasheet's bytes."""

    def __init__(self, *answers):
        self.answers = list(answers)

    def writeto(self, address, data):
        return len(data)

    def readfrom_into(self, address, buffer):
        buffer[:] = self.answers.pop(0)


def new(**options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSCD4X(**options))
    return bus, chip, SCD4X(bus)


def test_the_checksums_of_the_datasheet():
    pairs = ((0x8006, 0x04), (0x8000, 0xA2), (0x07E6, 0x48), (0x0912, 0x63), (0x079E, 0x09))
    pairs += ((0x044C, 0x42), (0x03DB, 0x42), (0x01E0, 0xB4), (0x7FCE, 0x7B), (0x01F4, 0x33))
    for word, crc in pairs:
        assert crc8(bytes((word >> 8, word & 0xFF)), 0, 2) == crc, hex(word)


def test_the_example_of_the_datasheet():
    ready = b"\x80\x06\x04"
    driver = SCD4X(Canned(b"\x80\0\xa2", ready, b"\x01\xf4\x33\x66\x67\xa2\x5e\xb9\x3c"))
    driver.start()
    wanted = {"co2": 500, "temperature": 25.0, "humidity": 37.0}
    check_near(driver, driver.read(), wanted, {"co2": 0, "temperature": 0.005, "humidity": 0.005})
    assert compensate(0, 0, 0xFFFF) == (0, -45, 100)


def test_sweep():
    bus, chip, driver = new()
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    take(driver, bus.clock)
    assert bus_cost(driver, bus) == (4, 20)


def test_a_chip_that_takes_its_millisecond_is_asked_until_it_answers():
    bus, _, driver = new(answer_us=1000)
    bus.reset_counters()
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)
    answered = [transaction for transaction in bus.log if not transaction.failure]
    assert len(answered) == 5  # one of them started the chip
    assert bus.transactions < 30


def test_readings_follow_each_other():
    bus, chip, driver = new()
    for co2 in (450, 900, 1800, 3600, 600):
        chip.set(co2=co2)
        assert take(driver, bus.clock)[0] == co2


def test_a_running_chip_is_found_and_read():
    bus, chip, driver = new()
    take(driver, bus.clock)
    again = SCD4X(bus)
    check_near(again, take(again, bus.clock), WANTED, NEAR)
    assert chip.measuring


def test_a_chip_that_is_gone_is_told_at_once():
    bus, chip, driver = new()
    bus.detach(chip)
    assert raises(OSError, driver.start).errno == 121


def test_an_invalid_sample_is_no_reading():
    bus, chip, driver = new()
    changes = [{"co2": None}, {"co2": 60000}, {"temperature": -45}, {"temperature": 130}]
    check_refused(driver, chip, bus.clock, changes, "SCD4x at 0x62")


def test_too_early_is_not_ready():
    bus, _, driver = new()
    take(driver, bus.clock)
    driver.start()
    assert "SCD4x at 0x62" in str(raises(NotReady, driver.read))


def test_a_chip_that_stops_measuring_gives_nothing_old():
    bus, chip, driver = new()
    take(driver, bus.clock)
    bus.clock.sleep_ms(driver.start())
    driver.read()
    chip.stall(True)
    raises(NotReady, take, driver, bus.clock)
    chip.stall(False)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_each_flipped_bit_is_noticed():
    bus, _, driver = new()
    for transaction, bits in ((2, 24), (4, 72)):
        for place in range(bits):
            take(driver, bus.clock)
            bus.clock.sleep_ms(driver.start())
            bus.inject(FlipBit(place // 8, place % 8, when=nth(transaction)))
            raises(BadReading, driver.read)
            bus.clear()


def test_power_lost_sets_the_chip_going_again():
    bus, chip, driver = new()
    take(driver, bus.clock)
    raises(NotReady, take_in_power_cut, driver, chip, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_power_lost_between_the_two_questions():
    bus, _, driver = new()
    raises(DriverError, take_under, driver, bus, PowerOnReset(when=nth(4)))
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_a_stuck_bus_is_not_asked_for_long():
    bus, _, driver = new()
    bus.inject(StuckBus())
    before_ms = bus.clock.ticks_ms()
    raises(OSError, take, driver, bus.clock)
    raises(OSError, SCD4X, bus)
    assert bus.clock.ticks_ms() - before_ms < 6000
