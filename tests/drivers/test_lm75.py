"""LM75 and LM75B: both makers' tables, the whole range, and a 0 that is no temperature."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.lm75 import LM75, celsius
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ads1115 import SimulatedADS1115
from byteport_mocks.chips.lm75 import SimulatedLM75
from byteport_mocks.chips.tmp102 import SimulatedTMP102
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    Hang,
    NackAddress,
    NackByte,
    NeverReady,
    PowerOnReset,
    Stale,
    StuckBus,
    nth,
)
from byteport_mocks.registers import RegisterChip
from chip_checks import check_near, read_allocates, survive, sweep, take
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
    for eighths in range(-440, 1001, 45):
        chip.set(temperature=eighths / 8)
        assert take(driver, bus.clock) == (eighths / 8,)


def test_options_are_checked():
    raises(ValueError, LM75, SimulatedI2C(), 0x48, bits=13)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new(bits=11)
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (1, 5)
    chip.set(temperature=0)  # looks like no sample: asked for the mark, read again
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (3, 15)


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
    bus, _, _ = new()
    for fault in (AllZeros(), AllOnes()):
        bus.inject(fault)
        raises(ChipNotFound, LM75, bus)
        bus.clear()


def test_absent():
    assert raises(OSError, LM75, SimulatedI2C(), 0x49).errno == 121


def test_a_chip_found_asleep_is_woken():
    bus, chip, _ = new()
    bus.writeto_mem(0x48, 1, b"\x01")
    driver = LM75(bus)
    chip.set(temperature=-7.5)
    assert take(driver, bus.clock) == (-7.5,)


def test_an_old_sample_is_not_read_twice():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "LM75 at 0x48" in str(raises(NotReady, driver.read))


def test_power_lost_is_not_zero_degrees():
    for bits in (9, 11):
        bus, chip, driver = new(bits=bits)
        chip.set(temperature=40.5)
        bus.inject(PowerOnReset(when=nth(1)))
        assert "LM75 at 0x48" in str(raises(NotReady, take, driver, bus.clock))
        bus.clear()
        assert take(driver, bus.clock) == (40.5,)
        chip.set(temperature=0.0)
        assert take(driver, bus.clock) == (0.0,)


def test_impossible_samples():
    bus, chip, driver = new()
    for temperature in (126.0, -60.0):
        chip.set(temperature=temperature)
        assert "LM75 at 0x48" in str(raises(BadReading, take, driver, bus.clock))
    chip.set(temperature=25.5)
    check_near(driver, take(driver, bus.clock), {"temperature": 25.5}, {"temperature": 0})


def test_faults():
    for temperature in (-12.5, 0.0):
        bus, chip, driver = new(bits=11)
        chip.set(temperature=temperature)
        faults = [
            NackAddress(),
            NackByte(0),
            AllZeros(),
            AllZeros(when=nth(1)),
            AllOnes(),
            AllOnes(when=nth(1)),
            Hang(),
            StuckBus(when=nth(1)),
            PowerOnReset(),
            PowerOnReset(when=nth(1)),
            PowerOnReset(when=nth(2)),
            NeverReady(),
            Stale(),
        ]
        survive(driver, bus, faults, bus.clock, {"temperature": temperature}, {"temperature": 0})


def test_a_read_takes_little_memory():
    bus, _, driver = new()
    used = read_allocates(driver, "_i2c", bus, bus.clock)
    assert used <= 200, used
