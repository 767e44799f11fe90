"""MCP9808: the datasheet's values, its whole range, and a chip without checksum or ready bit."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.mcp9808 import MCP9808, celsius
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
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
    WrongId,
    nth,
)
from chip_checks import read_allocates, survive, sweep, take
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
    for sixteenths in range(-20, 21):
        chip.set(temperature=sixteenths / 16)
        assert take(driver, bus.clock) == (sixteenths / 16,)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (1, 5)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedMCP9808())
    bus.inject(WrongId(0x1131))
    error = raises(ChipNotFound, MCP9808, bus)
    assert str(error) == ("found maker 0x1131, device 0x0400 at 0x18 where an MCP9808 was expected")
    for fault in (AllZeros(), AllOnes()):
        bus.clear()
        bus.inject(fault)
        raises(ChipNotFound, MCP9808, bus)


def test_absent():
    assert raises(OSError, MCP9808, SimulatedI2C(), 0x19).errno == 121


def test_a_chip_found_asleep_is_woken():
    bus, chip, _ = new()
    bus.writeto_mem(0x18, 0x01, b"\x01\x00")
    bus.writeto_mem(0x18, 0x04, b"\x05\x00")
    bus.writeto_mem(0x18, 0x08, b"\x00")
    driver = MCP9808(bus)
    for temperature in (-7.0625, 0.0, 31.4375):
        chip.set(temperature=temperature)
        assert take(driver, bus.clock) == (temperature,)


def test_an_old_sample_is_not_read_twice():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "MCP9808 at 0x18" in str(raises(NotReady, driver.read))


def test_no_sample_yet_is_not_zero_degrees():
    bus, chip, driver = new()
    chip.set(temperature=17.5)
    bus.inject(PowerOnReset(when=nth(1)))
    assert "MCP9808 at 0x18" in str(raises(NotReady, take, driver, bus.clock))
    bus.clear()
    assert take(driver, bus.clock) == (17.5,)


def test_impossible_samples():
    bus, chip, driver = new()
    for temperature in (130.0, -60.0):
        chip.set(temperature=temperature)
        assert "MCP9808 at 0x18" in str(raises(BadReading, take, driver, bus.clock))
    chip.set(temperature=25.25)
    for bit in (4, 5):  # the sign, and an alert that contradicts the other two
        bus.inject(FlipBit(byte=0, bit=bit))
        raises(BadReading, take, driver, bus.clock)
        bus.clear()
    bus.inject(AllOnes())
    raises(BadReading, take, driver, bus.clock)
    bus.clear()
    assert take(driver, bus.clock) == (25.25,)


def test_faults():
    bus, chip, driver = new()
    chip.set(temperature=-12.0625)
    faults = [
        NackAddress(),
        NackByte(0),
        AllZeros(),
        AllOnes(),
        Hang(),
        StuckBus(when=nth(1)),
        PowerOnReset(),
        PowerOnReset(when=nth(1)),
        NeverReady(),
        Stale(),
    ]
    survive(driver, bus, faults, bus.clock, {"temperature": -12.0625}, {"temperature": 0})


def test_a_read_takes_little_memory():
    bus, _, driver = new()
    used = read_allocates(driver, "_i2c", bus, bus.clock)
    assert used <= 200, used
