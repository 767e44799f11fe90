"""TMP102: TI's table in 12 and 13 bits, its whole range, and a 0 that is no temperature."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.tmp102 import TMP102, celsius
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ads1115 import SimulatedADS1115
from byteport_mocks.chips.tmp102 import SimulatedTMP102
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    FlipBit,
    Hang,
    NackAddress,
    NackByte,
    NeverReady,
    PowerOnReset,
    Stale,
    StuckBus,
    nth,
)
from chip_checks import read_allocates, survive, sweep, take
from portable import raises

TABLE = (  # TI: 12 bits, degrees
    (0x7FF, 127.9375),
    (0x640, 100),
    (0x500, 80),
    (0x4B0, 75),
    (0x320, 50),
    (0x190, 25),
    (0x004, 0.25),
    (0x000, 0),
    (0xFFC, -0.25),
    (0xE70, -25),
    (0xC90, -55),
)
EXTENDED_TABLE = (  # 13 bits
    (0x0960, 150),
    (0x0800, 128),
    (0x07FF, 127.9375),
    (0x0190, 25),
    (0x0004, 0.25),
    (0x1FFC, -0.25),
    (0x1E70, -25),
    (0x1C90, -55),
)


def new(address=0x48, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTMP102(address))
    return bus, chip, TMP102(bus, address, **options)


def test_published_codes():
    for code, degrees in TABLE:
        assert celsius(code << 4) == degrees
    for code, degrees in EXTENDED_TABLE:
        assert celsius(code << 3 | 1) == degrees


def test_the_chip_sends_the_published_codes():
    bus, chip, driver = new()
    for code, degrees in TABLE[1:]:
        chip.set(temperature=degrees)
        assert take(driver, bus.clock) == (degrees,)
        assert bus.readfrom_mem(0x48, 0, 2) == bytes((code >> 4, code << 4 & 0xFF))
    bus, chip, driver = new(extended=True)
    for code, degrees in EXTENDED_TABLE:
        chip.set(temperature=degrees)
        assert take(driver, bus.clock) == (degrees,)
        assert bus.readfrom_mem(0x48, 0, 2) == bytes((code >> 5, code << 3 & 0xFF | 1))


def test_sweep():
    for options in ({}, {"extended": True}):
        bus, chip, driver = new(0x4B, **options)
        sweep(driver, chip, bus.clock, steps=36)


def test_each_sixteenth_around_zero():
    bus, chip, driver = new()
    for sixteenths in range(-20, 21):
        chip.set(temperature=sixteenths / 16)
        assert take(driver, bus.clock) == (sixteenths / 16,)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new()
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (1, 5)
    chip.set(temperature=0)  # looks like no sample: asked for the mark, read again
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (3, 15)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedADS1115())
    error = raises(ChipNotFound, TMP102, bus)
    assert str(error) == "found an ADS1115 at 0x48 where a TMP102 was expected"
    for fault, found in ((AllZeros(), "0x0000"), (AllOnes(), "0xffff")):
        bus.inject(fault)
        assert found + " at 0x48" in str(raises(ChipNotFound, TMP102, bus))
        bus.clear()


def test_absent():
    assert raises(OSError, TMP102, SimulatedI2C(), 0x49).errno == 121


def test_a_chip_found_asleep_is_woken():
    bus, chip, _ = new()
    bus.writeto_mem(0x48, 1, b"\x61\x00")
    driver = TMP102(bus)
    chip.set(temperature=-7.5)
    assert take(driver, bus.clock) == (-7.5,)


def test_an_old_sample_is_not_read_twice():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "TMP102 at 0x48" in str(raises(NotReady, driver.read))


def test_power_lost_is_not_zero_degrees():
    bus, chip, driver = new(extended=True)
    chip.set(temperature=140.0)
    bus.inject(PowerOnReset(when=nth(1)))
    assert "TMP102 at 0x48" in str(raises(NotReady, take, driver, bus.clock))
    bus.clear()
    assert take(driver, bus.clock) == (140.0,)
    chip.set(temperature=0.0)
    assert take(driver, bus.clock) == (0.0,)


def test_a_brown_out_unnoticed_changes_no_value():
    bus, chip, driver = new(extended=True)
    chip.set(temperature=100.0)
    chip.power_on()
    bus.clock.sleep_ms(40)
    assert take(driver, bus.clock) == (100.0,)
    chip.set(temperature=140.0)  # clipped in 12 bits
    assert "TMP102 at 0x48" in str(raises(BadReading, take, driver, bus.clock))


def test_impossible_samples():
    bus, chip, driver = new()
    for temperature in (130.0, -60.0):
        chip.set(temperature=temperature)
        assert "TMP102 at 0x48" in str(raises(BadReading, take, driver, bus.clock))
    chip.set(temperature=25.25)
    for bit in (1, 2, 3):
        bus.inject(FlipBit(byte=1, bit=bit))
        raises(BadReading, take, driver, bus.clock)
        bus.clear()
    assert take(driver, bus.clock) == (25.25,)


def test_faults():
    for temperature in (-12.0625, 0.0):
        bus, chip, driver = new()
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
