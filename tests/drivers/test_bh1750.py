"""BH1750: the datasheet's example, its whole range, and a chip that cannot say what is wrong."""

from byteport.errors import BadReading, NotReady
from byteport_drivers.bh1750 import BH1750, lux
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bh1750 import SimulatedBH1750
from byteport_mocks.faults import AllZeros, NackAddress, PowerOnReset, nth
from chip_checks import bus_cost, check_near, sweep, take
from fault_checks import survive, take_in_power_cut
from portable import raises

NEAR = {"illuminance": 0.84}


def new(address=0x23, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBH1750(address))
    return bus, chip, BH1750(bus, address, **options)


def test_the_datasheet_example():
    assert abs(lux(0x8390) - 28067) < 0.5
    assert abs(lux(0x8390, True) - 28067 / 2) < 0.5
    assert lux(0) == 0


def test_sweep():
    bus, chip, driver = new(0x5C)
    sweep(driver, chip, bus.clock)


def test_half_lux_sees_finer_steps():
    bus, chip, driver = new(half_lux=True)
    for value in (0.5, 10.5, 250.3, 27300.0):
        chip.set(illuminance=value)
        check_near(driver, take(driver, bus.clock), {"illuminance": value}, {"illuminance": 0.42})


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (2, 5)


def test_too_bright_is_no_reading():
    bus, chip, driver = new()
    chip.set(illuminance=90000.0)
    error = raises(BadReading, take, driver, bus.clock)
    assert "BH1750 at 0x23" in str(error)


def test_a_failed_start_leaves_nothing_to_read():
    bus, _, driver = new()
    driver.start()
    bus.inject(NackAddress(when=nth(1)))
    raises(OSError, driver.start)
    raises(NotReady, driver.read)


def test_a_sudden_zero_is_believed_the_second_time():
    bus, chip, driver = new()
    take(driver, bus.clock)
    chip.set(illuminance=0.0)
    raises(BadReading, take, driver, bus.clock)
    assert take(driver, bus.clock) == (0.0,)
    assert take(driver, bus.clock) == (0.0,)


def test_power_lost_in_a_conversion_is_not_darkness():
    bus, chip, driver = new()
    take(driver, bus.clock)
    raises(BadReading, take_in_power_cut, driver, chip, bus.clock)
    check_near(driver, take(driver, bus.clock), {"illuminance": 250.0}, NEAR)


def test_survives():
    bus, _, driver = new()
    faults = [AllZeros(when=nth(2)), PowerOnReset(when=nth(1)), PowerOnReset(when=nth(2))]
    survive(driver, bus, faults, bus.clock, {"illuminance": 250.0}, NEAR)
