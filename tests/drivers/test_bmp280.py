"""BMP280: the datasheet's worked example, its whole range, and samples that are none."""

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.bmp280 import BMP280, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.chips.bmp280 import TRIM, SimulatedBMP280
from byteport_mocks.faults import AllOnes, AllZeros, WrongId, nth
from chip_checks import bus_cost, check_near, take
from conversion_checks import check_wait
from fault_checks import check_refuses, take_in_power_cut
from portable import raises

WANTED = {"temperature": -12.34, "pressure": 987.65}
TOLERANCES = {"temperature": 0.005, "pressure": 0.02}


def new(address=0x76, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBMP280(address))
    return bus, chip, BMP280(bus, address, **options)


def test_worked_example():
    """3.12: 25.08 degrees and 100653.27 Pa in floats, 100653.25 in 64-bit integers."""
    temperature, pressure = compensate(TRIM, 519888, 415148)
    assert abs(temperature - 25.082478) < 0.0005
    assert abs(pressure - 1006.532668) < 0.002


def test_oversampling_is_finer():
    wanted = {"temperature": 24.68, "pressure": 1012.345}
    for oversampling, wait_ms in ((1, 7), (2, 12), (4, 21), (8, 39), (16, 76)):
        bus, chip, driver = new(oversampling=oversampling)
        step = 0.014 / oversampling + 0.004  # half a count, and 0.4 Pa
        tolerances = {"temperature": 0.003, "pressure": step}
        check_wait(driver, chip, bus.clock, wait_ms, wanted, tolerances)
    raises(ValueError, BMP280, bus, oversampling=3)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new()
    for temperature in (20.0, 21.0):
        chip.set(temperature=temperature)
        assert bus_cost(driver, bus) == (2, 12)


def test_early_samples_have_other_ids():
    bus = SimulatedI2C()
    bus.attach(SimulatedBMP280())
    for chip_id in (0x56, 0x57):
        bus.clear()
        bus.inject(WrongId(chip_id))
        BMP280(bus)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedBME280())
    error = raises(ChipNotFound, BMP280, bus)
    assert str(error) == "found a BME280 (0x60) at 0x76 where a BMP280 was expected"
    bus.inject(WrongId(0x50))
    raises(ChipNotFound, BMP280, bus)


def test_empty_calibration():
    faults = (AllZeros(when=nth(2)), AllOnes(when=nth(2)))
    check_refuses(BMP280, SimulatedBMP280, faults, BadReading, "BMP280 at 0x76")


def test_a_filter_and_a_mode_left_on_are_ended():
    bus, chip, _ = new()
    bus.writeto_mem(0x76, 0xF4, b"\x27\xf5\x10")
    driver = BMP280(bus)
    assert bus.readfrom_mem(0x76, 0xF3, 3) == b"\x00\x00\x00"
    chip.set(**WANTED)
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_a_power_cut_in_mid_run():
    bus, chip, driver = new()
    chip.set(**WANTED)
    take(driver, bus.clock)
    chip.power_on()  # between readings: nothing is lost that matters
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)
    error = raises(BadReading, take_in_power_cut, driver, chip, bus.clock)
    assert "as after a reset" in str(error)
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)
