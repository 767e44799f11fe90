"""SHT4x: Sensirion's example words, the whole range, and its checksum."""

from byteport.errors import ChipNotFound
from byteport_drivers.sht4x import SHT4X, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sht3x import SimulatedSHT3X
from byteport_mocks.chips.sht4x import SimulatedSHT4X
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from fault_checks import check_flipped_bits, take_in_power_cut
from portable import raises

WANTED = {"temperature": 21.5, "humidity": 45.0}
NEAR = {"temperature": 0.01, "humidity": 0.01}


def new(address=0x44):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSHT4X(address))
    return bus, chip, SHT4X(bus, address)


def test_the_formula_of_the_datasheet():
    temperature, humidity = compensate(0x6666, 0x8000)
    assert abs(temperature - 25.0) < 1e-5
    assert abs(humidity - 56.5010) < 1e-4
    assert compensate(0, 0) == (-45, 0)  # not -6 %
    assert compensate(0xFFFF, 0xFFFF) == (130, 100)


def test_sweep():
    bus, chip, driver = new(0x46)
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (2, 9)


def test_an_sht3x_is_not_taken_for_one():
    bus = SimulatedI2C()
    bus.attach(SimulatedSHT3X())
    assert "no SHT4x: SHT4x at 0x44" in str(raises(ChipNotFound, SHT4X, bus, 0x44))


def test_humidity_beyond_its_limits_is_cut_off():
    bus, chip, driver = new()
    for humidity, wanted in ((-3.0, 0.0), (105.0, 100.0)):
        chip.set(humidity=humidity)
        assert take(driver, bus.clock)[1] == wanted


def test_a_temperature_outside_the_range_is_no_reading():
    bus, chip, driver = new()
    changes = [{"temperature": -45.0}, {"temperature": 130.0}]
    check_refused(driver, chip, bus.clock, changes, "SHT4x at 0x44")


def test_each_flipped_bit_is_noticed():
    bus, _, driver = new()
    check_flipped_bits(driver, bus, 48)


def test_power_lost_while_measuring():
    bus, chip, driver = new()
    raises(OSError, take_in_power_cut, driver, chip, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)
