"""BME280: published vectors, its whole range, and samples that must not be believed."""

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.bme280 import BME280, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.faults import AllOnes, AllZeros, WrongId, nth
from chip_checks import bus_cost, check_near, take
from conversion_checks import check_wait
from fault_checks import check_power_cut, check_refuses
from portable import raises

BOSCH = (27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000)
PIMORONI = (28009, 25654, 50, 39145, -10750, 3024, 5667, -120, -7, 15500, -14600, 6000)
WANTED = {"temperature": -12.34, "humidity": 78.9, "pressure": 987.65}
TOLERANCES = {"temperature": 0.005, "humidity": 0.02, "pressure": 0.02}


def new(address=0x76, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBME280(address))
    return bus, chip, BME280(bus, address, **options)


def test_bosch_vector():
    trim = BOSCH + (75, 363, 0, 318, 50, 30)  # noqa: RUF005 (MicroPython)
    temperature, humidity, pressure = compensate(trim, 519888, 415148, 30281)
    assert abs(temperature - 25.082478) < 0.0005
    assert abs(pressure - 1006.532668) < 0.003
    assert abs(humidity - 54.934) < 0.002


def test_pimoroni_vector():
    trim = PIMORONI + (75, 376, 0, 286, 50, 30)  # noqa: RUF005 (MicroPython)
    temperature, humidity, pressure = compensate(trim, 529191, 326816, 30281)
    assert abs(temperature - 24.7894877676) < 0.0005
    assert abs(pressure - 1006.61517564) < 0.003
    assert abs(humidity - 68.669966487) < 0.002


def test_humidity_where_other_drivers_err():
    """H3 is unsigned, H4 and H5 are signed: as in the datasheet's float formula."""
    for trim, wanted in (
        ((75, 363, 0, 318, 50, 30), 54.934),
        ((75, 363, 0, 318, -50, 30), 56.691),
        ((75, 150, 0, -100, 50, 30), 84.478),
        ((75, 363, 200, 318, 50, 30), 55.123),
    ):
        bus = SimulatedI2C()
        bus.attach(SimulatedBME280(humidity_trim=trim))
        loaded = BME280(bus)._trim
        assert loaded == BOSCH + trim
        assert abs(compensate(loaded, 519888, 415148, 30281)[1] - wanted) < 0.002, trim


def test_oversampling_is_finer():
    wanted = {"temperature": 24.68, "pressure": 1012.345, "humidity": 33.3}
    for oversampling, wait_ms in ((1, 10), (2, 17), (4, 30), (8, 58), (16, 113)):
        bus, chip, driver = new(oversampling=oversampling)
        step = 0.014 / oversampling + 0.004  # half a count, and 0.4 Pa
        tolerances = {"temperature": 0.003, "pressure": step, "humidity": 0.02}
        check_wait(driver, chip, bus.clock, wait_ms, wanted, tolerances)
    raises(ValueError, BME280, bus, oversampling=3)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new()
    for temperature in (20.0, 21.0):
        chip.set(temperature=temperature)
        assert bus_cost(driver, bus) == (2, 14)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedBME280())
    for chip_id, found in (
        (0x58, "a BMP280 (0x58)"),
        (0x61, "a BME680 (0x61)"),
        (0x42, "chip id (0x42)"),
    ):
        bus.clear()
        bus.inject(WrongId(chip_id))
        error = raises(ChipNotFound, BME280, bus)
        assert str(error) == f"found {found} at 0x76 where a BME280 was expected"


def test_empty_calibration():
    faults = (AllZeros(when=nth(2)), AllOnes(when=nth(2)), AllZeros(when=nth(4)))
    check_refuses(BME280, SimulatedBME280, faults, BadReading, "BME280 at 0x76")


def test_a_filter_and_a_mode_left_on_are_ended():
    bus, chip, _ = new()
    bus.writeto_mem(0x76, 0xF4, b"\x27\xf5\x10")
    driver = BME280(bus)
    assert bus.readfrom_mem(0x76, 0xF2, 4) == b"\x01\x00\x00\x00"
    chip.set(**WANTED)
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_a_power_cut_costs_one_reading():
    bus, chip, driver = new()
    check_power_cut(driver, chip, bus.clock, WANTED, TOLERANCES, "as after a reset")
