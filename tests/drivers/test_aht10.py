"""AHT10: initialised first, six bytes and no checksum; else as the AHT20."""

from byteport.errors import BadReading, NotReady
from byteport_drivers.aht10 import AHT10
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.aht10 import SimulatedAHT10
from byteport_mocks.chips.aht20 import SimulatedAHT20
from byteport_mocks.faults import FlipBit
from chip_checks import bus_cost, check_near, sweep, take
from fault_checks import take_in_power_cut
from portable import raises

WANTED = {"temperature": 21.5, "humidity": 45.0}
NEAR = {"temperature": 0.01, "humidity": 0.01}


def new(address=0x38):
    """Return a chip that has been initialised, which costs the first reading."""
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedAHT10(address))
    driver = AHT10(bus, address)
    raises(NotReady, take, driver, bus.clock)
    return bus, chip, driver


def test_sweep():
    bus, chip, driver = new(0x39)
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_the_aht20s_without_the_checksum():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (2, 11)


def test_an_initialised_chip_is_read_at_once():
    bus, _, _ = new()
    driver = AHT10(bus)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_an_aht20_gives_right_values():
    bus = SimulatedI2C()
    bus.attach(SimulatedAHT20())
    driver = AHT10(bus)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_flipped_bits_that_a_chip_without_checksum_can_notice():
    bus, _, driver = new()
    for byte, bit, error in ((0, 7, NotReady), (0, 3, BadReading), (3, 3, BadReading)):
        bus.clock.sleep_ms(driver.start())
        bus.inject(FlipBit(byte, bit))
        raises(error, driver.read)
        bus.clear()
        if error is BadReading and byte == 0:
            raises(NotReady, take, driver, bus.clock)
        check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_power_lost_while_measuring():
    bus, chip, driver = new()
    raises(BadReading, take_in_power_cut, driver, chip, bus.clock)
    raises(NotReady, take, driver, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)
