"""MCP9808: the datasheet's values, its whole range, and a chip without checksum or ready bit."""

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.mcp9808 import MCP9808, celsius
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.faults import AllOnes, FlipBit, WrongId
from chip_checks import bus_cost, check_exact, check_refused, sweep, take
from fault_checks import check_no_sample_is_not_zero, take_under
from portable import raises


def new(address=0x18):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMCP9808(address))
    driver = MCP9808(bus, address)
    return bus, chip, driver


def test_published_values():
    assert celsius(0xC194) == 25.25
    assert celsius(0x1E74) == -24.75
    assert celsius(0x3FFF) == -0.0625
    assert celsius(0xC7D0) == 125
    assert celsius(0x3D80) == -40
    assert celsius(0x0FFF) == 255.9375
    assert celsius(0x1000) == -256


def test_sweep():
    bus, chip, driver = new(0x1F)
    sweep(driver, chip, bus.clock, steps=33)


def test_each_sixteenth_around_zero():
    bus, chip, driver = new()
    check_exact(driver, chip, bus.clock, [sixteenths / 16 for sixteenths in range(-20, 21)])


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (1, 5)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808())
    bus.inject(WrongId(0x1131))
    error = raises(ChipNotFound, MCP9808, bus)
    assert str(error) == "found maker 0x1131, device 0x0400 at 0x18 where an MCP9808 was expected"


def test_a_chip_found_asleep_is_woken():
    bus, chip, _ = new()
    bus.writeto_mem(0x18, 0x01, b"\x01\x00")
    bus.writeto_mem(0x18, 0x04, b"\x05\x00")
    bus.writeto_mem(0x18, 0x08, b"\x00")
    driver = MCP9808(bus)
    check_exact(driver, chip, bus.clock, (-7.0625, 0.0, 31.4375))


def test_no_sample_yet_is_not_zero_degrees():
    bus, chip, driver = new()
    check_no_sample_is_not_zero(driver, chip, bus, 17.5, "MCP9808 at 0x18")


def test_impossible_samples():
    bus, chip, driver = new()
    chip.set(temperature=25.25)
    changes = [{"temperature": 130.0}, {"temperature": -60.0}]
    check_refused(driver, chip, bus.clock, changes, "MCP9808 at 0x18")
    contradiction = FlipBit(byte=0, bit=5)  # an alert that the other two exclude
    for fault in (FlipBit(byte=0, bit=4), contradiction, AllOnes()):  # bit 4 is the sign
        raises(BadReading, take_under, driver, bus, fault)
    assert take(driver, bus.clock) == (25.25,)
