"""TSL2591: its whole range at a fixed gain, a gain that follows, and lost power that looks dark."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.tsl2591 import TSL2591, illuminance
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.tsl2591 import SimulatedTSL2591
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    FlipBit,
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
from chip_checks import check_near, read_allocates, survive, sweep, take, take_after_fault
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
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (1, 7)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedTSL2591()).pretend_id(0xEE)
    assert str(raises(ChipNotFound, TSL2591, bus)) == "TSL2591 at 0x29: found id 0xee"


def test_an_absent_chip():
    assert raises(OSError, TSL2591, SimulatedI2C()).errno == 121


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


def test_a_sample_is_read_once():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "TSL2591 at 0x29" in str(raises(NotReady, driver.read))


def test_the_sample_began_after_start():
    bus, chip, driver = new()
    take(driver, bus.clock)
    for pause_ms in (0, 1, 37, 99):
        bus.clock.sleep_ms(pause_ms)
        chip.set(illuminance=1000.0 + pause_ms)
        check_near(driver, take(driver, bus.clock), {"illuminance": 1000.0 + pause_ms}, NEAR)


def test_darkness_is_believed_and_lost_power_is_not():
    bus, chip, driver = new(gain=1)
    chip.set(illuminance=0.0)
    for _ in range(3):
        assert take(driver, bus.clock) == (0.0,)
    chip.power_on()
    raises(BadReading, take, driver, bus.clock)
    assert take(driver, bus.clock) == (0.0,)
    bus.inject(AllZeros())
    raises(BadReading, take, driver, bus.clock)


def test_more_infrared_than_light_is_impossible():
    bus, _, driver = new()
    take(driver, bus.clock)
    bus.inject(FlipBit(byte=3, bit=7))
    raises(BadReading, take, driver, bus.clock)


def test_survives():
    bus, _, driver = new()
    faults = [NackAddress(), NackByte(0), NackByte(1), AllOnes(), AllZeros(), Hang(), Stale()]
    faults += [PowerOnReset(), PowerOnReset(when=nth(1)), NeverReady(), WrongId(0xEE)]
    survive(driver, bus, faults, bus.clock, {"illuminance": 250.0}, {"illuminance": 4.1})


def test_a_refused_set_up_is_sent_again():
    for transaction in (1, 2):
        for byte in range(2):
            bus, _, driver = new()
            bus.inject(NackByte(byte, when=nth(transaction)))
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
