"""LM75 and LM75B: both makers' tables, the whole range, and a 0 that is no temperature."""

from byteport.errors import ChipNotFound
from byteport_drivers.lm75 import LM75, celsius
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ads1115 import SimulatedADS1115
from byteport_mocks.chips.lm75 import SimulatedLM75
from byteport_mocks.chips.tmp102 import SimulatedTMP102
from byteport_mocks.registers import RegisterChip
from chip_checks import bus_cost, check_exact, check_refused, sweep, take
from fault_checks import check_no_sample_is_not_zero, every_fault, survive
from portable import raises

NATIONAL = (  # LM75: 9 bits, degrees
    (0x0FA, 125),
    (0x032, 25),
    (0x001, 0.5),
    (0x000, 0),
    (0x1FF, -0.5),
    (0x1CE, -25),
    (0x192, -55),
)
NXP = (  # LM75B: 11 bits
    (0x3F8, 127),
    (0x3F7, 126.875),
    (0x3F1, 126.125),
    (0x3E8, 125),
    (0x0C8, 25),
    (0x001, 0.125),
    (0x000, 0),
    (0x7FF, -0.125),
    (0x738, -25),
    (0x649, -54.875),
    (0x648, -55),
)


class PlainMemory(RegisterChip):
    """An EEPROM's sort of chip: one byte to an address, none of them ours."""

    ADDRESSES = (0x48,)
    READ_ONLY = (1,)
    POWER_ON = {1: 0x13}


def new(address=0x48, bits=9):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedLM75(address, bits))
    return bus, chip, LM75(bus, address, bits=bits)


def test_published_codes():
    for code, degrees in NATIONAL:
        for undefined in (0, 0x55, 0x7F):
            assert celsius(code << 7 | undefined, 9) == degrees
    for code, degrees in NXP:
        assert celsius(code << 5, 11) == degrees


def test_the_chip_sends_the_published_codes():
    bus, chip, driver = new()
    for code, degrees in NATIONAL:
        chip.set(temperature=degrees)
        assert take(driver, bus.clock) == (degrees,)
        assert bus.readfrom_mem(0x48, 0, 2)[0] == code >> 1
    bus, chip, driver = new(0x4F, 11)
    for code, degrees in NXP[3:]:
        chip.set(temperature=degrees)
        assert take(driver, bus.clock) == (degrees,)
        assert bus.readfrom_mem(0x4F, 0, 2) == bytes((code >> 3, code << 5 & 0xFF))


def test_sweep():
    bus, chip, driver = new(0x4B)
    sweep(driver, chip, bus.clock, steps=36)
    bus, chip, driver = new(0x4C, 11)
    check_exact(driver, chip, bus.clock, [eighths / 8 for eighths in range(-440, 1001, 45)])


def test_options_are_checked():
    raises(ValueError, LM75, SimulatedI2C(), 0x48, bits=13)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new(bits=11)
    assert bus_cost(driver, bus) == (1, 5)
    chip.set(temperature=0)  # looks like no sample: asked for the mark, read again
    assert bus_cost(driver, bus) == (3, 15)


def test_another_chip_is_named():
    for other, found in (
        (SimulatedADS1115(), "found an ADS1115"),
        (SimulatedTMP102(), "found configuration 0x60"),
        (PlainMemory(), "found configuration 0x13"),
    ):
        bus = SimulatedI2C()
        bus.attach(other)
        error = raises(ChipNotFound, LM75, bus)
        assert str(error) == found + " at 0x48 where the LM75 was expected"


def test_a_chip_found_asleep_is_woken():
    bus, chip, _ = new()
    bus.writeto_mem(0x48, 1, b"\x01")
    driver = LM75(bus)
    check_exact(driver, chip, bus.clock, (-7.5,))


def test_power_lost_is_not_zero_degrees():
    for bits in (9, 11):
        bus, chip, driver = new(bits=bits)
        check_no_sample_is_not_zero(driver, chip, bus, 40.5, "LM75 at 0x48")


def test_impossible_samples():
    bus, chip, driver = new()
    changes = [{"temperature": 126.0}, {"temperature": -60.0}]
    check_refused(driver, chip, bus.clock, changes, "LM75 at 0x48")
    check_exact(driver, chip, bus.clock, (25.5,))


def test_faults_at_zero_degrees_which_look_like_no_sample():
    bus, chip, driver = new(bits=11)
    chip.set(temperature=0.0)
    faults = every_fault(driver, bus, lambda: take(driver, bus.clock))
    survive(driver, bus, faults, bus.clock, {"temperature": 0}, {"temperature": 0})
