"""PCF8574: every state of eight inputs, chosen pins, and pins that another program pulled low."""

from byteport_drivers.pcf8574 import PCF8574
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.pcf8574 import SimulatedPCF8574
from byteport_mocks.faults import NackAddress, PowerOnReset, Stale, nth
from chip_checks import bus_cost, sweep, take
from fault_checks import survive
from portable import raises


def new(address=0x20, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedPCF8574(address))
    return bus, chip, PCF8574(bus, address, **options)


def set_pins(chip, levels):
    for pin in range(8):
        chip.set(**{f"p{pin}": levels >> pin & 1})


def test_every_state():
    bus, chip, driver = new(0x3F)
    for levels in range(256):
        set_pins(chip, levels)
        reading = take(driver, bus.clock)
        assert sum([level << pin for pin, level in enumerate(reading)]) == levels


def test_sweep():
    bus, chip, driver = new()
    sweep(driver, chip, bus.clock, steps=1, slack=0)


def test_chosen_pins_and_contacts_to_ground():
    bus, chip, driver = new(pins=(6, 0), active_low=True)
    assert driver.CHANNELS == (("p6", "/", 0), ("p0", "/", 0))
    set_pins(chip, 0b10111111)
    assert take(driver, bus.clock) == (1, 0)
    raises(ValueError, new, pins=(8,))


def test_pins_found_low_become_inputs():
    bus, _, _ = new()
    bus.writeto(0x20, b"\x00")
    assert bus.readfrom(0x20, 1) == b"\x00"
    assert take(PCF8574(bus), bus.clock) == (1,) * 8


def test_bus_cost_is_one_byte_read():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (1, 2)


def test_a_refused_write_is_told():
    bus, _, _ = new()
    bus.inject(NackAddress(when=nth(1)))
    raises(OSError, PCF8574, bus)


def test_faults_that_a_mixture_of_levels_shows():
    bus, chip, driver = new()
    set_pins(chip, 0b01011010)
    wanted = {f"p{pin}": 0b01011010 >> pin & 1 for pin in range(8)}
    faults = [PowerOnReset(), PowerOnReset(when=nth(1)), Stale(), NackAddress(when=nth(1))]
    survive(driver, bus, faults, bus.clock, wanted, dict.fromkeys(wanted, 0))
