"""SHT3x: Sensirion's example words, the whole range, and its checksum."""

from byteport.errors import NotReady
from byteport_drivers.sensirion import crc8
from byteport_drivers.sht3x import SHT3X, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sht3x import SimulatedSHT3X
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from fault_checks import check_flipped_bits, take_in_power_cut
from portable import raises

WANTED = {"temperature": 21.5, "humidity": 45.0}
NEAR = {"temperature": 0.01, "humidity": 0.01}


def new(address=0x44):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSHT3X(address))
    return bus, chip, SHT3X(bus, address)


def test_the_checksums_of_the_datasheet():
    for data, crc in ((b"\xbe\xef", 0x92), (b"\0\0", 0x81), (b"\x80\0", 0xA2), (b"ff", 0x93)):
        assert crc8(data, 0, 2) == crc


def test_the_formula_of_the_datasheet():
    temperature, humidity = compensate(0x6666, 0x8000)
    assert abs(temperature - 25.0) < 1e-5
    assert abs(humidity - 50.0008) < 1e-4
    assert compensate(0, 0) == (-45, 0)
    assert compensate(0xFFFF, 0xFFFF) == (130, 100)


def test_sweep():
    bus, chip, driver = new(0x45)
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (2, 10)


def test_a_chip_that_measures_by_itself_is_stopped():
    bus, chip, _ = new()
    chip.set(**WANTED)
    bus.writeto(0x44, b"\x21\x30")
    assert chip.periodic
    driver = SHT3X(bus)
    raises(OSError, driver.start)
    raises(NotReady, driver.read)
    bus.clock.sleep_ms(1)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_a_heater_left_on_is_switched_off():
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSHT3X())
    bus.writeto(0x44, b"\x30\x6d")
    assert chip.status & 0x2000
    SHT3X(bus)
    assert not chip.status & 0x2000


def test_a_temperature_outside_the_range_is_no_reading():
    bus, chip, driver = new()
    changes = [{"temperature": -45.0}, {"temperature": 130.0}]
    check_refused(driver, chip, bus.clock, changes, "SHT3x at 0x44")


def test_each_flipped_bit_is_noticed():
    bus, _, driver = new()
    check_flipped_bits(driver, bus, 48)


def test_power_lost_while_measuring():
    bus, chip, driver = new()
    raises(OSError, take_in_power_cut, driver, chip, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)
