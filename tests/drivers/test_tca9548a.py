"""TCA9548A: equal chips behind it never meet, whatever fails in between."""

from byteport.errors import ChipNotFound
from byteport_drivers.ads1115 import ADS1115
from byteport_drivers.mcp9808 import MCP9808
from byteport_drivers.tca9548a import TCA9548A
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ads1115 import SimulatedADS1115
from byteport_mocks.chips.mcp9808 import SimulatedMCP9808
from byteport_mocks.chips.tca9548a import SimulatedTCA9548A
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    Hang,
    NackAddress,
    NackByte,
    PowerOnReset,
    StuckBus,
    nth,
)
from chip_checks import bus_cost, sweep, take
from fault_checks import survive
from portable import raises
from read_memory import read_allocates


def new(address=0x70):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTCA9548A(address))
    return bus, chip, TCA9548A(bus, address)


def twins():
    """Return a bus, both chips and both drivers: one address, channels 0 and 5."""
    bus, chip, mux = new()
    indoors = chip.attach(0, SimulatedMCP9808())
    outdoors = chip.attach(5, SimulatedMCP9808())
    indoors.set(temperature=21.5)
    outdoors.set(temperature=-3.25)
    return bus, (indoors, outdoors), (MCP9808(mux.channel(0)), MCP9808(mux.channel(5)))


def test_two_equal_chips_behind_two_channels():
    bus, chips, drivers = twins()
    for _ in range(3):
        assert take(drivers[0], bus.clock) == (21.5,)
        assert take(drivers[1], bus.clock) == (-3.25,)
    wait_ms = max(drivers[0].start(), drivers[1].start())
    bus.clock.sleep_ms(wait_ms)
    assert drivers[1].read() == (-3.25,)
    assert drivers[0].read() == (21.5,)
    chips[1].set(temperature=40.0)
    assert take(drivers[0], bus.clock) == (21.5,)
    assert take(drivers[1], bus.clock) == (40.0,)


def test_sweep_behind_every_channel():
    bus, chip, mux = new(0x77)
    for number in range(8):
        behind = chip.attach(number, SimulatedMCP9808())
        sweep(MCP9808(mux.channel(number)), behind, bus.clock, steps=6)


def test_a_chip_on_the_bus_itself_does_not_hear_those_behind():
    bus, _, drivers = twins()
    take(drivers[0], bus.clock)
    beside = bus.attach(SimulatedMCP9808())
    beside.set(temperature=99.0)
    direct = MCP9808(bus)
    assert take(direct, bus.clock) == (99.0,)
    assert bus.readfrom(0x70, 1) == b"\x00"


def test_two_multiplexers_with_equal_chips():
    bus, _, drivers = twins()
    second = bus.attach(SimulatedTCA9548A(0x71))
    second.attach(0, SimulatedMCP9808()).set(temperature=60.0)
    third = MCP9808(TCA9548A(bus, 0x71).channel(0))
    for _ in range(2):
        assert take(third, bus.clock) == (60.0,)
        assert take(drivers[0], bus.clock) == (21.5,)
        assert take(drivers[1], bus.clock) == (-3.25,)


def test_a_multiplexer_behind_another():
    bus, chip, mux = new()
    inner = chip.attach(3, SimulatedTCA9548A(0x71))
    for number in range(2):
        inner.attach(number, SimulatedMCP9808()).set(temperature=10.0 + number)
    inner_mux = TCA9548A(mux.channel(3), 0x71)
    drivers = [MCP9808(inner_mux.channel(number)) for number in range(2)]
    assert take(drivers[0], bus.clock) == (10.0,)
    assert take(drivers[1], bus.clock) == (11.0,)
    assert take(drivers[0], bus.clock) == (10.0,)


def test_every_method_of_a_bus():
    bus, chip, mux = new()
    chip.attach(2, SimulatedADS1115()).set(ch0=2.5)
    channel = mux.channel(2)
    assert channel.scan() == [0x48]
    assert mux.channel(1).scan() == []
    channel.writeto_mem(0x48, 1, b"\xc3\x83")
    bus.clock.sleep_ms(10)
    assert channel.readfrom_mem(0x48, 0, 2) == b"\x4e\x20"
    assert channel.writeto(0x48, b"\x00") == 1
    assert channel.readfrom(0x48, 2) == b"\x4e\x20"
    buffer = bytearray(2)
    channel.readfrom_into(0x48, buffer)
    assert bytes(buffer) == b"\x4e\x20"
    (volts,) = take(ADS1115(channel), bus.clock)
    assert abs(volts - 2.5) < 0.0002


def test_cost_is_two_bytes_before_and_two_after():
    bus, _, drivers = twins()
    assert bus_cost(drivers[0], bus) == (1 + 2, 5 + 4)


def test_there_are_eight_channels():
    _, _, mux = new()
    for number in (-1, 8):
        raises(ValueError, mux.channel, number)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedTCA9548A())
    for fault, found in ((AllZeros(), "0x00"), (AllOnes(), "0xff")):
        bus.inject(fault)
        error = raises(ChipNotFound, TCA9548A, bus)
        assert str(error) == (
            f"found {found} for channels 0x01 at 0x70 where a TCA9548A was expected"
        )
        bus.clear()


def test_absent():
    assert raises(OSError, TCA9548A, SimulatedI2C(), 0x71).errno == 121
    bus, _, mux = new()
    assert raises(OSError, MCP9808, mux.channel(0)).errno == 121
    assert bus.readfrom(0x70, 1) == b"\x00"


def test_another_programs_choice_is_repaired():
    bus, _, drivers = twins()
    bus.writeto(0x70, b"\xff")
    assert take(drivers[0], bus.clock) == (21.5,)
    assert take(drivers[1], bus.clock) == (-3.25,)


def test_both_channels_open_is_no_right_value():
    bus, _, _ = twins()
    bus.clock.sleep_ms(300)
    bus.writeto(0x70, b"\x21")
    both = bus.readfrom_mem(0x18, 5, 2)
    bus.writeto(0x70, b"\x01")
    first = bus.readfrom_mem(0x18, 5, 2)
    bus.writeto(0x70, b"\x20")
    second = bus.readfrom_mem(0x18, 5, 2)
    assert both == bytes((first[0] & second[0], first[1] & second[1]))


def test_faults():
    for place in (0, 1):
        bus, _, drivers = twins()
        driver = drivers[place]
        wanted = (21.5, -3.25)[place]
        faults = [Hang(), StuckBus(when=nth(1)), NackByte(0), AllZeros(), AllOnes()]
        for number in (1, 2, 3):  # choice, transaction, closing
            faults.append(NackAddress(when=nth(number)))
            faults.append(NackByte(0, when=nth(number)))
            faults.append(Hang(when=nth(number)))
            faults.append(PowerOnReset(when=nth(number)))
            faults.append(PowerOnReset(when=nth(number), address=0x70))
        survive(driver, bus, faults, bus.clock, {"temperature": wanted}, {"temperature": 0})
        assert take(drivers[1 - place], bus.clock) == ((21.5, -3.25)[1 - place],)


def test_the_chips_error_is_the_one_that_is_told():
    bus, _, drivers = twins()
    drivers[0].start()
    bus.inject(Hang(when=nth(2)))
    bus.inject(NackAddress(when=nth(3)))
    assert raises(OSError, drivers[0].read).errno == 110
    bus.clear()
    assert take(drivers[1], bus.clock) == (-3.25,)


def test_a_read_takes_little_memory():
    bus, chip, mux = new()
    chip.attach(0, SimulatedMCP9808())
    driver = MCP9808(mux.channel(0))
    mux.start, mux.read = driver.start, driver.read  # measured where the real bus begins
    used = read_allocates(mux, bus, bus.clock)
    assert used <= 200, used
