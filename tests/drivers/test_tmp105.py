"""TMP105: TI's table, each resolution in its time, and what a brown-out leaves."""

from byteport.errors import ChipNotFound
from byteport_drivers.lm75 import celsius
from byteport_drivers.tmp105 import TMP105
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.lm75 import SimulatedLM75
from byteport_mocks.chips.tmp105 import SimulatedTMP105
from chip_checks import bus_cost, sweep, take
from fault_checks import check_no_sample_is_not_zero
from portable import raises
from published_codes import TI_12_BITS


def new(address=0x48, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTMP105(address))
    return bus, chip, TMP105(bus, address, **options)


def test_published_codes():
    for code, degrees in TI_12_BITS:
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
    check_no_sample_is_not_zero(driver, chip, bus, 40.0625, "TMP105 at 0x48")


def test_a_brown_out_unnoticed_costs_digits_only():
    bus, chip, driver = new()
    chip.power_on()
    bus.clock.sleep_ms(100)
    chip.set(temperature=40.0625)
    assert take(driver, bus.clock) == (40.0,)
