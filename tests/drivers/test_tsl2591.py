"""TSL2591: its whole range at a fixed gain, a gain that follows, and lost power that looks dark."""

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.tsl2591 import TSL2591, illuminance
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.tsl2591 import SimulatedTSL2591
from byteport_mocks.faults import AllZeros, FlipBit, NeverReady
from chip_checks import bus_cost, check_near, sweep, take
from conversion_checks import check_began_after_start
from fault_checks import check_darkness, check_refused_set_up, survive, take_after_fault
from portable import raises

NEAR = {"illuminance": 0.5}


def new(**options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedTSL2591())
    return bus, chip, TSL2591(bus, **options)


def test_lux_of_counts():
    assert abs(illuminance(1000, 0, 1, 408) - 1000) < 1e-3
    assert abs(illuminance(1000, 500, 1, 408) - 180) < 1e-3  # the first term
    assert abs(illuminance(1000, 600, 1, 408) - 74) < 1e-3  # the second
    assert illuminance(1000, 1000, 1, 100) == 0
    assert illuminance(0, 0, 9876, 600) == 0


def test_sweep():
    bus, chip, driver = new(gain=1)
    chip.set(infrared_share=0.0)
    sweep(driver, chip, bus.clock)


def test_every_gain_and_time():
    for gain in (1, 25, 428, 9876):
        for integration_ms in (100, 200, 300, 400, 500, 600):
            bus, chip, driver = new(gain=gain, integration_ms=integration_ms)
            count = 408 / (gain * integration_ms)
            for part in (0.0, 0.01, 0.4):
                value = part * 36863 * count
                chip.set(illuminance=value)
                near = {"illuminance": 1.4 * count + value * 1e-6}
                check_near(driver, take(driver, bus.clock), {"illuminance": value}, near)


def test_the_gain_follows_the_light():
    bus, chip, driver = new()
    for value in (0.0, 0.002, 0.5, 30.0, 1000.0, 20000.0, 38000.0, 500.0, 3.0, 0.01):
        chip.set(illuminance=value)
        for _ in range(4):
            reading = take_after_fault(driver, bus.clock)
        near = {"illuminance": 0.02 * value + 0.0005}
        check_near(driver, reading, {"illuminance": value}, near)


def test_dawn_is_never_too_bright():
    bus, chip, driver = new()
    value = 0.0001
    while value < 30000:
        chip.set(illuminance=value)
        near = {"illuminance": value / 10 + 0.001}
        check_near(driver, take(driver, bus.clock), {"illuminance": value}, near)
        value *= 1.2


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    take(driver, bus.clock)
    assert bus_cost(driver, bus) == (1, 7)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedTSL2591()).pretend_id(0xEE)
    assert str(raises(ChipNotFound, TSL2591, bus)) == "TSL2591 at 0x29: found id 0xee"


def test_unknown_options():
    bus = SimulatedI2C()
    bus.attach(SimulatedTSL2591())
    raises(ValueError, TSL2591, bus, gain=2)
    raises(ValueError, TSL2591, bus, integration_ms=150)


def test_saturation_is_no_reading():
    for integration_ms in (100, 600):
        bus, chip, driver = new(gain=428, integration_ms=integration_ms)
        chip.set(illuminance=10000.0)
        for _ in range(2):
            assert "TSL2591 at 0x29" in str(raises(BadReading, take, driver, bus.clock))


def test_the_sample_began_after_start():
    bus, chip, driver = new()
    check_began_after_start(driver, chip, bus.clock, NEAR)


def test_darkness_is_believed_and_lost_power_is_not():
    bus, chip, driver = new(gain=1)
    check_darkness(driver, chip, bus)


def test_more_infrared_than_light_is_impossible():
    bus, _, driver = new()
    take(driver, bus.clock)
    bus.inject(FlipBit(byte=3, bit=7))
    raises(BadReading, take, driver, bus.clock)


def test_survives():
    bus, _, driver = new()
    faults = [AllZeros(), NeverReady()]  # of a single one of these it shows a light that is not
    survive(driver, bus, faults, bus.clock, {"illuminance": 250.0}, {"illuminance": 4.1})


def test_a_refused_set_up_is_sent_again():
    check_refused_set_up(new, ((1, 2), (2, 2)), {"illuminance": 250.0}, NEAR)
