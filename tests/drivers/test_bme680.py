"""BME680: published vectors, its whole range, and samples that must not be believed."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.bme680 import BME680, heater, ohms, pressure
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.chips.bme680 import TRIM_G, TRIM_H, TRIM_P, TRIM_T, SimulatedBME680
from byteport_mocks.faults import AllOnes, AllZeros, NackByte, NeverReady, WrongId, nth
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from conversion_checks import check_endless, check_wait
from fault_checks import check_power_cut, check_refuses, take_under
from portable import raises

WANTED = {"temperature": -12.34, "humidity": 78.9, "pressure": 987.65, "gas_resistance": 54321}
TOLERANCES = {"temperature": 0.005, "humidity": 0.03, "pressure": 0.03, "gas_resistance": 60}


def new(address=0x76, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBME680(address))
    return bus, chip, BME680(bus, address, **options)


def test_calibration():
    for gas_error in (0, 7, -8):
        bus = SimulatedI2C()
        bus.attach(SimulatedBME680(gas_error=gas_error))
        trim = BME680(bus)._trim
        assert trim == (TRIM_T, TRIM_P, TRIM_H, (gas_error,), TRIM_G + (0x2D, 1))  # noqa: RUF005


def test_heater():
    """3.3.5, by hand: 3.4 * ((47.125 * 1.72286 + 0.43945) * 4 / 5 / 1.09 - 25) is 118.7."""
    assert heater((-30, -5969, 18, 45, 1), 320, 25) == 118


def test_gas_ranges():
    for gas_range in range(16):
        for raw in (0, 512, 1023):
            near = 8000000 / (1 << gas_range) * 1340 / (1340 + raw - 512)
            assert abs(ohms(0, raw, gas_range) - near) < 0.02 * near + 1


def test_sweep():
    bus, chip, driver = new(0x77)
    sweep(driver, chip, bus.clock, steps=40)


def test_gas_sweep():
    bus, chip, driver = new()
    resistance = 250.0
    while resistance < 12000000:
        chip.set(gas_resistance=resistance)
        measured = take(driver, bus.clock)[3]
        assert abs(measured - resistance) < 0.001 * resistance + 1, (resistance, measured)
        resistance *= 1.13


def test_oversampling_is_finer():
    wanted = {"temperature": 24.68, "pressure": 1012.345, "humidity": 33.3}
    for oversampling, wait_ms in ((1, 163), (2, 169), (4, 181), (8, 205), (16, 253)):
        bus, chip, driver = new(oversampling=oversampling)
        step = 0.015 / oversampling + 0.008
        tolerances = {"temperature": 0.003, "pressure": step, "humidity": 0.02}
        check_wait(driver, chip, bus.clock, wait_ms, wanted, tolerances)
    raises(ValueError, BME680, bus, oversampling=3)


def test_bus_cost():
    bus, _, driver = new()
    for _ in range(2):
        assert bus_cost(driver, bus) == (2, 21)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedBME280())
    error = raises(ChipNotFound, BME680, bus)
    assert str(error) == "found a BME280 (0x60) at 0x76 where a BME680 was expected"
    bus.attach(SimulatedBME680(0x77, variant=1))
    error = raises(ChipNotFound, BME680, bus, 0x77)
    assert str(error) == "found a BME688 (0x61) at 0x77 where a BME680 was expected"
    bus.inject(WrongId(0x50))
    raises(ChipNotFound, BME680, bus)


def test_empty_calibration():
    faults = (AllZeros(when=nth(3)), AllOnes(when=nth(3)), AllZeros(when=nth(4)))
    check_refuses(BME680, SimulatedBME680, faults, BadReading, "BME680 at 0x76")


def test_a_heater_calibration_that_no_part_has():
    bus, chip, _ = new()
    chip.put(0x00, 0x80)  # res_heat_val -128
    chip.put(0x02, 0x00)  # res_heat_range 0
    assert heater((-30, -5969, 18, -128, 0), 320, 25) > 255
    assert "its heater" in str(raises(BadReading, BME680, bus))


def test_a_pressure_calibration_that_no_part_has():
    for fine in (-790000, -1000000):  # where the slope is 0, and below
        assert pressure((1, 32767, -128, 0, 0, 0, 0, 0, 0, 0), fine, 400000) == 0


def test_a_read_too_early():
    bus, chip, driver = new()
    for temperature in (10.0, 11.0):
        chip.set(temperature=temperature)
        wait_ms = driver.start()
        for _ in range(2):  # before the heater, and while it heats
            assert "still measuring" in str(raises(NotReady, driver.read))
            bus.clock.sleep_ms(wait_ms // 2)
        bus.clock.sleep_ms(2)
        assert abs(driver.read()[0] - temperature) < 0.01


def test_a_conversion_that_never_ends_is_not_the_last_one():
    bus, chip, driver = new()
    check_endless(driver, chip, bus, WANTED, TOLERANCES, "still measuring")


def test_a_sample_nobody_read_is_not_taken_for_the_next():
    bus, chip, driver = new()
    chip.set(temperature=30.0)
    bus.clock.sleep_ms(driver.start())  # of 30 degrees, and left there
    bus.inject(NackByte(1, when=nth(1)))
    raises(OSError, driver.start)
    raises(NotReady, driver.read)
    bus.clear()
    chip.set(**WANTED)
    assert "still measuring" in str(raises(NotReady, take_under, driver, bus, NeverReady()))
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_no_sample():
    bus, chip, driver = new()
    chip.set(**WANTED)
    changes = [{name: None} for name in WANTED]
    check_refused(driver, chip, bus.clock, changes, "BME680 at 0x76")
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_a_power_cut_costs_one_reading():
    bus, chip, driver = new()
    check_power_cut(driver, chip, bus.clock, WANTED, TOLERANCES, "as after a reset")


def test_impossible_samples():
    bus, chip, driver = new()
    changes = [{"temperature": 99}, {"temperature": -70}, {"pressure": 200}]
    check_refused(driver, chip, bus.clock, changes, "impossible")
    raises(BadReading, take_under, driver, bus, AllZeros())
    raises(NotReady, take_under, driver, bus, AllOnes())  # so the chip still measures
