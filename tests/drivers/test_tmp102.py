"""TMP102: TI's table in 12 and 13 bits, its whole range, and a 0 that is no temperature."""

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.tmp102 import TMP102, celsius
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ads1115 import SimulatedADS1115
from byteport_mocks.chips.tmp102 import SimulatedTMP102
from byteport_mocks.faults import AllOnes, AllZeros, FlipBit
from chip_checks import bus_cost, check_exact, check_refused, sweep, take
from fault_checks import check_no_sample_is_not_zero, every_fault, survive, take_under
from portable import raises
from published_codes import TI_12_BITS

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
    for code, degrees in TI_12_BITS:
        assert celsius(code << 4) == degrees
    for code, degrees in EXTENDED_TABLE:
        assert celsius(code << 3 | 1) == degrees


def test_the_chip_sends_the_published_codes():
    bus, chip, driver = new()
    for code, degrees in TI_12_BITS[1:]:
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
    check_exact(driver, chip, bus.clock, [sixteenths / 16 for sixteenths in range(-20, 21)])


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new()
    assert bus_cost(driver, bus) == (1, 5)
    chip.set(temperature=0)  # looks like no sample: asked for the mark, read again
    assert bus_cost(driver, bus) == (3, 15)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedADS1115())
    error = raises(ChipNotFound, TMP102, bus)
    assert str(error) == "found an ADS1115 at 0x48 where a TMP102 was expected"
    for fault, found in ((AllZeros(), "0x0000"), (AllOnes(), "0xffff")):
        bus.inject(fault)
        assert found + " at 0x48" in str(raises(ChipNotFound, TMP102, bus))
        bus.clear()


def test_a_chip_found_asleep_is_woken():
    bus, chip, _ = new()
    bus.writeto_mem(0x48, 1, b"\x61\x00")
    driver = TMP102(bus)
    check_exact(driver, chip, bus.clock, (-7.5,))


def test_power_lost_is_not_zero_degrees():
    bus, chip, driver = new(extended=True)
    check_no_sample_is_not_zero(driver, chip, bus, 140.0, "TMP102 at 0x48")


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
    chip.set(temperature=25.25)
    changes = [{"temperature": 130.0}, {"temperature": -60.0}]
    check_refused(driver, chip, bus.clock, changes, "TMP102 at 0x48")
    for bit in (1, 2, 3):
        raises(BadReading, take_under, driver, bus, FlipBit(byte=1, bit=bit))
    assert take(driver, bus.clock) == (25.25,)


def test_faults_at_zero_degrees_which_look_like_no_sample():
    bus, chip, driver = new()
    chip.set(temperature=0.0)
    faults = every_fault(driver, bus, lambda: take(driver, bus.clock))
    survive(driver, bus, faults, bus.clock, {"temperature": 0}, {"temperature": 0})
