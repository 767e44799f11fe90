"""SGP40: the datasheet's command, the whole range, and its checksum."""

from byteport.errors import ChipNotFound
from byteport_drivers.sensirion import crc8
from byteport_drivers.sgp40 import SGP40
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sgp40 import SimulatedSGP40
from byteport_mocks.faults import WrongId
from chip_checks import bus_cost, check_near, sweep, take
from fault_checks import check_flipped_bits, take_in_power_cut
from portable import raises

WANTED = {"voc_raw": 30123}
NEAR = {"voc_raw": 0}


def new(**options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSGP40())
    return bus, chip, SGP40(bus, **options)


def test_the_command_of_the_datasheet():
    bus, _, driver = new()
    driver.start()
    assert bytes(bus.log[-1].messages[0][2]) == b"\x26\x0f\x80\x00\xa2\x66\x66\x93"
    assert crc8(b"\xd4\x00", 0, 2) == 0xC6


def test_compensation():
    bus, chip, driver = new(humidity=0, temperature=-45)
    take(driver, bus.clock)
    assert chip.compensation == (0, 0)
    table = ((100, 130, 0xFFFF, 0xFFFF), (50, 25, 0x8000, 0x6666), (120, -60, 0xFFFF, 0))
    for humidity, temperature, humidity_word, temperature_word in table:
        driver.compensate_for(humidity, temperature)
        take(driver, bus.clock)
        assert chip.compensation == (humidity_word, temperature_word)


def test_sweep():
    bus, chip, driver = new()
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (2, 13)


def test_another_chip_is_named():
    bus, _, _ = new()
    for chip_id, name in ((0x3240, "SGP41"), (0x0022, "0x0022")):
        bus.inject(WrongId(chip_id))
        error = str(raises(ChipNotFound, SGP40, bus))
        assert name in error
        assert "SGP40 at 0x59" in error
        bus.clear()


def test_each_flipped_bit_is_noticed():
    bus, _, driver = new()
    check_flipped_bits(driver, bus, 24)


def test_power_lost_while_measuring():
    bus, chip, driver = new()
    raises(OSError, take_in_power_cut, driver, chip, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)
