"""TMP105: TI's table, each resolution in its time, and what a brown-out leaves."""

from byteport.errors import ChipNotFound, NotReady
from byteport_drivers.lm75 import celsius
from byteport_drivers.tmp105 import TMP105
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.lm75 import SimulatedLM75
from byteport_mocks.chips.tmp105 import SimulatedTMP105
from byteport_mocks.faults import PowerOnReset, nth
from chip_checks import bus_cost, sweep, take
from fault_checks import take_under
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


def new(address=0x48, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTMP105(address))
    return bus, chip, TMP105(bus, address, **options)


def test_published_codes():
    for code, degrees in TABLE:
        assert celsius(code << 4, 12) == degrees


def test_sweep():
    bus, chip, driver = new(0x4F)
    sweep(driver, chip, bus.clock, steps=36)


def test_each_resolution_is_waited_for():
    for bits in (9, 10, 11, 12):
        bus, chip, driver = new(bits=bits)
        for temperature in (85.1875, -20.8125):
            chip.set(temperature=temperature)
            (value,) = take(driver, bus.clock)
            assert abs(value - temperature) <= 0.5 / (1 << bits - 8)
    raises(ValueError, new, bits=13)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    assert bus_cost(driver, bus) == (1, 5)


def test_an_lm75_is_not_taken_for_one():
    bus = SimulatedI2C()
    bus.attach(SimulatedLM75())
    error = raises(ChipNotFound, TMP105, bus)
    assert str(error) == "found configuration 0x08 at 0x48 where the TMP105 was expected"


def test_power_lost_is_not_zero_degrees():
    bus, chip, driver = new()
    chip.set(temperature=40.0625)
    error = raises(NotReady, take_under, driver, bus, PowerOnReset(when=nth(1)))
    assert "TMP105 at 0x48" in str(error)
    assert take(driver, bus.clock) == (40.0625,)


def test_a_brown_out_unnoticed_costs_digits_only():
    bus, chip, driver = new()
    chip.power_on()
    bus.clock.sleep_ms(100)
    chip.set(temperature=40.0625)
    assert take(driver, bus.clock) == (40.0,)
