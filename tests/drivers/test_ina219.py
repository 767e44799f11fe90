"""INA219: TI's worked example, both directions of current, and what a brown-out leaves behind."""

from byteport.errors import ChipNotFound, NotReady
from byteport_drivers.ina219 import INA219, compute
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ina219 import SimulatedINA219
from byteport_mocks.faults import AllOnes, AllZeros, NeverReady, PowerOnReset, nth
from byteport_mocks.registers import RegisterChip
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from conversion_checks import check_endless
from fault_checks import take_under
from portable import raises

NEAR = {"voltage": 0.0021, "current": 0.000051, "power": 0.002, "shunt_voltage": 0.0051}


class INA226(RegisterChip):
    """No more than what is seen of one here: three bits of its configuration are fixed."""

    ADDRESSES = (0x40,)
    WIDTH = 2
    AUTO_INCREMENT = False
    POWER_ON = {0: 0x4127, 0xFE: 0x5449, 0xFF: 0x2260}

    def on_write(self, register, value):
        self.put(register, 0x4000 | value & 0x8FFF if register == 0 else value)


def new(address=0x40, shunt_ohms=0.1, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedINA219(address, shunt_ohms))
    return bus, chip, INA219(bus, address, shunt_ohms=shunt_ohms, **options)


def close(reading, wanted):
    for value, expected in zip(reading, wanted):
        assert abs(value - expected) <= abs(expected) * 2e-7, (value, expected)


def test_the_worked_example():
    close(compute(0x07D0, 0x5D98 >> 3, 0.002), (11.98, 10.0, 119.8, 20.0))
    close(compute(-32000, 8000, 0.1), (32.0, -3.2, -102.4, -320.0))
    close(compute(1, 1, 0.1), (0.004, 0.0001, 0.0000004, 0.01))


def test_the_worked_example_on_the_chip():
    bus, chip, driver = new(0x45, 0.002)
    chip.set(voltage=11.98, current=10.0)
    close(take(driver, bus.clock), (11.98, 10.0, 119.8, 20.0))
    assert bus.readfrom_mem(0x45, 0x01, 2) == b"\x07\xd0"
    assert bus.readfrom_mem(0x45, 0x02, 2) == b"\x5d\x9a"  # the ready bit as well
    bus.writeto_mem(0x45, 0x05, b"\x50\x00")
    assert bus.readfrom_mem(0x45, 0x04, 2) == b"\x27\x10"
    assert bus.readfrom_mem(0x45, 0x03, 2) == b"\x17\x66"


def test_sweep():
    bus, chip, driver = new(0x4F)
    sweep(driver, chip, bus.clock)


def test_every_average_is_waited_for():
    for samples in (1, 2, 4, 8, 16, 32, 64, 128):
        bus, chip, driver = new(samples=samples)
        for current in (0.5, -0.25):
            chip.set(current=current)
            check_near(driver, take(driver, bus.clock), {"current": current}, NEAR)
    raises(ValueError, new, samples=3)


def test_no_current():
    bus, chip, driver = new()
    for current in (0.0, -0.0001):
        chip.set(current=current)
        check_near(driver, take(driver, bus.clock), {"voltage": 12.0, "current": current}, NEAR)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new()
    take(driver, bus.clock)
    chip.set(voltage=12.5)
    assert bus_cost(driver, bus) == (2, 10)
    chip.set(current=0.0)  # a shunt voltage of 0 is read again
    assert bus_cost(driver, bus) == (3, 15)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(INA226())
    error = raises(ChipNotFound, INA219, bus)
    assert str(error) == "found configuration 0x499f at 0x40 where an INA219 was expected"
    for fault, found in ((AllZeros(), "0x0000"), (AllOnes(), "0xffff")):
        bus.inject(fault)
        assert found + " at 0x40" in str(raises(ChipNotFound, INA219, bus))
        bus.clear()


def test_a_chip_found_in_another_mode_is_set_up():
    bus, chip, _ = new()
    bus.writeto_mem(0x40, 0x00, b"\x01\x98")  # 16 V, 40 mV, power-down
    driver = INA219(bus)
    chip.set(voltage=24.0, current=2.5)
    check_near(driver, take(driver, bus.clock), {"voltage": 24.0, "current": 2.5}, NEAR)


def test_beyond_the_range_is_no_reading():
    bus, chip, driver = new()
    changes = [{"current": 3.3}, {"current": -3.3}, {"voltage": 33.0}]
    check_refused(driver, chip, bus.clock, changes, "INA219 at 0x40")


def test_power_lost_between_the_two_voltages():
    for number in (1, 2):
        bus, _, driver = new()
        take(driver, bus.clock)
        driver.start()
        bus.clock.sleep_ms(3)
        bus.inject(PowerOnReset(when=nth(number)))
        assert "INA219 at 0x40" in str(raises(NotReady, driver.read))
        bus.clear()
        check_near(driver, take(driver, bus.clock), {"current": 0.75, "voltage": 12.0}, NEAR)


def test_a_brown_out_does_not_change_the_current():
    bus, chip, driver = new(samples=16)
    chip.power_on()
    chip.set(current=1.5)
    check_near(driver, take(driver, bus.clock), {"current": 1.5, "voltage": 12.0}, NEAR)


def test_a_chip_that_stopped_is_noticed():
    bus, chip, driver = new()
    take(driver, bus.clock)
    take_under(driver, bus, NeverReady())  # the sample that was under way until then
    check_endless(driver, chip, bus, {"current": 2.0}, NEAR, "INA219 at 0x40")
