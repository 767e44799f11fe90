"""VEML7700: its whole range, every gain, and a chip that forgets its set-up without a word."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.veml7700 import VEML7700, illuminance
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.veml7700 import SimulatedVEML7700
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
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
from chip_checks import check_near, read_allocates, survive, sweep, take
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
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (1, 5)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedVEML7700()).pretend_id(0x0026)
    error = raises(ChipNotFound, VEML7700, bus)
    assert str(error) == "VEML7700 at 0x10: found id 0x26"


def test_an_absent_chip():
    assert raises(OSError, VEML7700, SimulatedI2C()).errno == 121


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


def test_a_sample_is_read_once():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "VEML7700 at 0x10" in str(raises(NotReady, driver.read))


def test_the_sample_began_after_start():
    bus, chip, driver = new()
    take(driver, bus.clock)
    for pause_ms in (0, 1, 37, 99):
        bus.clock.sleep_ms(pause_ms)
        chip.set(illuminance=1000.0 + pause_ms)
        check_near(driver, take(driver, bus.clock), {"illuminance": 1000.0 + pause_ms}, NEAR)


def test_darkness_is_believed_and_lost_power_is_not():
    bus, chip, driver = new(gain=1)  # whose gain and time are all zeros
    chip.set(illuminance=0.0)
    for _ in range(3):
        assert take(driver, bus.clock) == (0.0,)
    chip.power_on()
    raises(BadReading, take, driver, bus.clock)
    assert take(driver, bus.clock) == (0.0,)
    bus.inject(AllZeros())
    raises(BadReading, take, driver, bus.clock)


def test_survives():
    bus, _, driver = new()
    faults = [NackAddress(), NackByte(0), NackByte(1), AllOnes(), AllZeros(), Hang(), Stale()]
    faults += [PowerOnReset(), PowerOnReset(when=nth(1)), NeverReady(), WrongId(0x26)]
    survive(driver, bus, faults, bus.clock, {"illuminance": 250.0}, NEAR)


def test_a_refused_set_up_is_sent_again():
    for byte in range(3):
        bus, _, driver = new()
        bus.inject(NackByte(byte, when=nth(1)))
        raises(OSError, take, driver, bus.clock)
        check_near(driver, take(driver, bus.clock), {"illuminance": 250.0}, NEAR)


def test_a_stuck_bus():
    bus, _, driver = new()
    bus.inject(StuckBus())
    raises(OSError, take, driver, bus.clock)
    bus.clear()
    check_near(driver, take(driver, bus.clock), {"illuminance": 250.0}, NEAR)


def test_read_allocates_little():
    bus, _, driver = new()
    take(driver, bus.clock)
    assert read_allocates(driver, "_i2c", bus, bus.clock) <= 200
