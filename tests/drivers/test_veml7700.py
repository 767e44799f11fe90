"""VEML7700: its whole range, every gain, and a chip that forgets its set-up without a word."""

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.veml7700 import VEML7700, illuminance
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.veml7700 import SimulatedVEML7700
from byteport_mocks.faults import AllZeros, NeverReady
from chip_checks import bus_cost, check_near, sweep, take
from conversion_checks import check_began_after_start
from fault_checks import check_darkness, check_refused_set_up, survive
from portable import raises

NEAR = {"illuminance": 0.6}


def new(**options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedVEML7700())
    return bus, chip, VEML7700(bus, **options)


def test_lux_per_count_is_the_tables():
    assert abs(illuminance(10000, 2, 800) - 42.0) < 1e-4
    assert abs(illuminance(10000, 1, 100) - 672.0) < 1e-3
    assert abs(illuminance(1000, 2, 25) - 134.4) < 1e-3
    assert illuminance(0, 0.125, 100) == 0


def test_bright_light_is_mended():
    assert abs(illuminance(18600, 0.125, 100) - 9999.4) > 10
    assert 70000 < illuminance(37202, 0.125, 100) < 76000  # 20,000 lx before


def test_sweep():
    bus, chip, driver = new()
    sweep(driver, chip, bus.clock)


def test_dim_light_comes_back_within_a_count():
    for gain, integration_ms, step in ((0.125, 100, 0.6), (1, 100, 0.07), (2, 800, 0.0043)):
        bus, chip, driver = new(gain=gain, integration_ms=integration_ms)
        for value in (0.0, 0.01, 0.5, 7.3, 100.0, 240.0):
            chip.set(illuminance=value)
            near = {"illuminance": step + value * 1e-6}
            check_near(driver, take(driver, bus.clock), {"illuminance": value}, near)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    take(driver, bus.clock)
    assert bus_cost(driver, bus) == (1, 5)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedVEML7700()).pretend_id(0x0026)
    error = raises(ChipNotFound, VEML7700, bus)
    assert str(error) == "VEML7700 at 0x10: found id 0x26"


def test_unknown_options():
    bus = SimulatedI2C()
    bus.attach(SimulatedVEML7700())
    raises(ValueError, VEML7700, bus, gain=3)
    raises(ValueError, VEML7700, bus, integration_ms=99)


def test_saturation_is_no_reading():
    bus, chip, driver = new(gain=2, integration_ms=800)
    chip.set(illuminance=1000.0)
    assert "VEML7700 at 0x10" in str(raises(BadReading, take, driver, bus.clock))
    bus, chip, driver = new()
    chip.set(illuminance=200000.0)
    raises(BadReading, take, driver, bus.clock)


def test_the_sample_began_after_start():
    bus, chip, driver = new()
    check_began_after_start(driver, chip, bus.clock, NEAR)


def test_darkness_is_believed_and_lost_power_is_not():
    bus, chip, driver = new(gain=1)  # whose gain and time are all zeros
    check_darkness(driver, chip, bus)


def test_survives():
    bus, _, driver = new()
    faults = [AllZeros(), NeverReady()]  # of a single one of these it shows a light that is not
    survive(driver, bus, faults, bus.clock, {"illuminance": 250.0}, NEAR)


def test_a_refused_set_up_is_sent_again():
    check_refused_set_up(new, ((1, 3),), {"illuminance": 250.0}, NEAR)
