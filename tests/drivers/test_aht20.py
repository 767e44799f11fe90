"""AHT20: a frame of a real part, the whole range, and its checksum."""

from byteport.errors import BadReading, NotReady
from byteport_drivers.aht20 import AHT20, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.aht10 import SimulatedAHT10
from byteport_mocks.chips.aht20 import SimulatedAHT20
from byteport_mocks.faults import NackAddress, nth
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from fault_checks import check_flipped_bits, take_in_power_cut
from portable import raises

WANTED = {"temperature": 21.5, "humidity": 45.0}
NEAR = {"temperature": 0.01, "humidity": 0.01}


class Canned:
    """A bus that gives one frame."""

    def __init__(self, frame):
        self.frame = frame

    def writeto(self, address, data):
        return len(data)

    def readfrom(self, address, size):
        return self.frame[:size]

    def readfrom_into(self, address, buffer):
        buffer[:] = self.frame


def new():
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedAHT20())
    return bus, chip, AHT20(bus)


def test_the_frame_of_a_real_part():
    driver = AHT20(Canned(b"\x1c\x3b\x5e\x86\x88\xb2\xd2"))
    driver.start()
    wanted = {"temperature": 31.674576, "humidity": 23.191071}
    check_near(driver, driver.read(), wanted, {"temperature": 5e-5, "humidity": 5e-6})


def test_the_formula_of_the_datasheet():
    assert compensate(0, 0) == (-50, 0)
    assert compensate(0x80000, 0x80000) == (50, 50)


def test_sweep():
    bus, chip, driver = new()
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (2, 12)


def test_an_aht10_has_no_checksum():
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedAHT10())
    chip.status = 0x18
    driver = AHT20(bus)
    for _ in range(3):
        assert "AHT10" in str(raises(BadReading, take, driver, bus.clock))


def test_a_part_without_calibration_is_initialised():
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedAHT20())
    chip.lose_calibration()
    driver = AHT20(bus)
    raises(NotReady, take, driver, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)
    chip.lose_calibration()
    assert "AHT20 at 0x38" in str(raises(BadReading, take, driver, bus.clock))
    raises(NotReady, take, driver, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_a_temperature_outside_the_range_is_no_reading():
    bus, chip, driver = new()
    changes = [{"temperature": value} for value in (-50.0, -41.0, 86.0, 150.0)]
    check_refused(driver, chip, bus.clock, changes, "AHT20 at 0x38")


def test_a_failed_start_leaves_nothing_to_read():
    bus, _, driver = new()
    bus.clock.sleep_ms(driver.start())
    bus.inject(NackAddress(when=nth(1)))
    raises(OSError, driver.start)
    raises(NotReady, driver.read)


def test_each_flipped_bit_is_noticed():
    bus, _, driver = new()
    check_flipped_bits(driver, bus, 56, (BadReading, NotReady))


def test_power_lost_while_measuring():
    bus, chip, driver = new()
    raises(BadReading, take_in_power_cut, driver, chip, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)
