"""DPS310: a published measurement, its whole range, and settings that a power cut loses."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.dps310 import DPS310, coefficients, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.dps310 import TRIM, SimulatedDPS310
from byteport_mocks.faults import AllOnes, AllZeros, NackByte, WrongId, nth
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from conversion_checks import check_endless, check_left_unread, check_too_early, check_wait
from fault_checks import check_power_cut, check_refuses, take_under
from portable import raises

WANTED = {"temperature": -12.34, "pressure": 987.65}
TOLERANCES = {"temperature": 0.005, "pressure": 0.01}


def new(address=0x77, external=True, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedDPS310(address, external=external))
    return bus, chip, DPS310(bus, address, **options)


def test_published_measurement():
    """Infineon/DPS310-Pressure-Sensor#30: 200498 counts at a scale of 524288 are -2.578 degrees."""
    assert abs(compensate(TRIM, 200498, 0, 1)[0] - -2.5784) < 0.002
    assert abs(compensate(TRIM, 0, 0, 1)[1] - 798.32) < 0.001


def test_coefficients_of_all_signs():
    bus = SimulatedI2C()
    for trim in (
        (-2048, 2047, -524288, 524287, -32768, 32767, -1, 1, 0),
        (2047, -2048, 524287, -524288, 32767, -32768, 1, -1, -32768),
    ):
        chip = SimulatedDPS310(trim=trim)
        bus.attach(chip)
        assert coefficients(bus.readfrom_mem(0x77, 0x10, 18)) == trim
        bus.detach(chip)


def test_sweep():
    bus, chip, driver = new(0x76)
    sweep(driver, chip, bus.clock, steps=40)


def test_each_oversampling():
    for oversampling, wait_ms in ((1, 9), (2, 13), (4, 20), (8, 34)):
        for external in (True, False):
            bus, chip, driver = new(external=external, oversampling=oversampling)
            check_wait(driver, chip, bus.clock, wait_ms, WANTED, TOLERANCES)
    raises(ValueError, DPS310, bus, oversampling=16)


def test_bus_cost():
    bus, _, driver = new()
    for _ in range(2):
        assert bus_cost(driver, bus) == (4, 21)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedDPS310())
    bus.inject(WrongId(0x1A))
    error = raises(ChipNotFound, DPS310, bus)
    assert str(error) == "found product id 0x1a at 0x77 where a DPS310 was expected"


def test_coefficients_are_not_there_at_once():
    bus = SimulatedI2C()
    bus.clock.sleep_ms(1)
    bus.attach(SimulatedDPS310())
    assert "DPS310 at 0x77" in str(raises(NotReady, DPS310, bus))
    bus.clock.sleep_ms(40)
    DPS310(bus)


def test_empty_calibration():
    faults = (AllZeros(when=nth(3)), AllOnes(when=nth(3)))
    check_refuses(DPS310, SimulatedDPS310, faults, BadReading, "DPS310 at 0x77")


def test_settings_of_others_are_ended():
    bus, chip, _ = new()
    for register, value in ((0x06, b"\x76"), (0x07, b"\x06"), (0x09, b"\x0c"), (0x08, b"\x07")):
        bus.writeto_mem(0x77, register, value)
    driver = DPS310(bus)
    assert bus.readfrom_mem(0x77, 0x06, 4) == b"\x03\x83\xc0\x00"
    chip.set(**WANTED)
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_a_read_too_early():
    bus, chip, driver = new()
    check_too_early(driver, chip, bus.clock, 0.01, "still measuring")


def test_a_conversion_that_never_ends_is_not_the_last_one():
    bus, chip, driver = new()
    check_endless(driver, chip, bus, WANTED, TOLERANCES, "still measuring")


def test_a_sample_nobody_read_is_not_taken_for_the_next():
    bus, chip, driver = new()
    faults = (None, NackByte(1, when=nth(1)), NackByte(1, when=nth(3)))
    check_left_unread(driver, chip, bus, faults, WANTED, TOLERANCES, "still measuring")


def test_a_power_cut_costs_readings_but_makes_none_up():
    bus, chip, driver = new()
    check_power_cut(
        driver, chip, bus.clock, WANTED, TOLERANCES, "lost its configuration", boot_ms=50
    )


def test_impossible_samples():
    bus, chip, driver = new()
    changes = [{"temperature": 99}, {"temperature": -70}, {"pressure": 200}]
    check_refused(driver, chip, bus.clock, changes, "impossible")
    for fault in (AllZeros(), AllOnes()):
        raises(BadReading, take_under, driver, bus, fault)


def test_a_dead_line_in_the_data_alone():
    bus, _, driver = new()
    raises(BadReading, take_under, driver, bus, AllOnes(when=nth(3)))
