"""DPS310: a published measurement, its whole range, and settings that a power cut loses."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.dps310 import DPS310, coefficients, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.dps310 import TRIM, SimulatedDPS310
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
            chip.set(**WANTED)
            assert driver.start() == wait_ms
            bus.clock.sleep_ms(wait_ms)
            check_near(driver, driver.read(), WANTED, TOLERANCES)
    raises(ValueError, DPS310, bus, oversampling=16)


def test_bus_cost():
    bus, _, driver = new()
    for _ in range(2):
        bus.reset_counters()
        take(driver, bus.clock)
        assert (bus.transactions, bus.wire_bytes) == (4, 21)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedDPS310())
    bus.inject(WrongId(0x1A))
    error = raises(ChipNotFound, DPS310, bus)
    assert str(error) == "found product id 0x1a at 0x77 where a DPS310 was expected"
    for fault in (AllZeros(), AllOnes()):
        bus.clear()
        bus.inject(fault)
        raises(ChipNotFound, DPS310, bus)


def test_coefficients_are_not_there_at_once():
    bus = SimulatedI2C()
    bus.clock.sleep_ms(1)
    bus.attach(SimulatedDPS310())
    assert "DPS310 at 0x77" in str(raises(NotReady, DPS310, bus))
    bus.clock.sleep_ms(40)
    DPS310(bus)


def test_empty_calibration():
    for fault in (AllZeros(when=nth(3)), AllOnes(when=nth(3))):
        bus = SimulatedI2C()
        bus.attach(SimulatedDPS310())
        bus.inject(fault)
        assert "DPS310 at 0x77" in str(raises(BadReading, DPS310, bus))


def test_absent():
    assert raises(OSError, DPS310, SimulatedI2C()).errno == 121


def test_settings_of_others_are_ended():
    bus, chip, _ = new()
    for register, value in ((0x06, b"\x76"), (0x07, b"\x06"), (0x09, b"\x0c"), (0x08, b"\x07")):
        bus.writeto_mem(0x77, register, value)
    driver = DPS310(bus)
    assert bus.readfrom_mem(0x77, 0x06, 4) == b"\x03\x83\xc0\x00"
    chip.set(**WANTED)
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_an_old_sample_is_not_read_twice():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "no measurement was started" in str(raises(NotReady, driver.read))


def test_a_read_too_early():
    bus, chip, driver = new()
    for temperature in (10.0, 11.0):
        chip.set(temperature=temperature)
        wait_ms = driver.start()
        assert "still measuring" in str(raises(NotReady, driver.read))
        bus.clock.sleep_ms(wait_ms)
        assert abs(driver.read()[0] - temperature) < 0.01


def test_a_conversion_that_never_ends_is_not_the_last_one():
    bus, chip, driver = new()
    take(driver, bus.clock)
    chip.set(**WANTED)
    bus.inject(NeverReady())
    for _ in range(3):
        assert "still measuring" in str(raises(NotReady, take, driver, bus.clock))
    bus.clear()
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_a_sample_nobody_read_is_not_taken_for_the_next():
    bus, chip, driver = new()
    for fault in (None, NackByte(1, when=nth(1)), NackByte(1, when=nth(3))):
        take(driver, bus.clock)
        chip.set(temperature=30.0)
        bus.clock.sleep_ms(driver.start())  # of 30 degrees, and left there
        if fault is not None:
            bus.inject(fault)
            raises(OSError, take, driver, bus.clock)
            bus.clear()
        chip.set(**WANTED)
        bus.inject(NeverReady())
        assert "still measuring" in str(raises(NotReady, take, driver, bus.clock))
        bus.clear()
        check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_a_power_cut_costs_readings_but_makes_none_up():
    bus, chip, driver = new()
    chip.set(**WANTED)
    for cut_before_start in (True, False):
        take(driver, bus.clock)
        if cut_before_start:
            chip.power_on()
            bus.clock.sleep_ms(50)
        wait_ms = driver.start()
        if not cut_before_start:
            chip.power_on()
        bus.clock.sleep_ms(wait_ms)
        assert "lost its configuration" in str(raises(BadReading, driver.read))
        check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_impossible_samples():
    bus, chip, driver = new()
    for name, value in (("temperature", 99), ("temperature", -70), ("pressure", 200)):
        chip.set(**WANTED)
        chip.set(**{name: value})
        assert "impossible" in str(raises(BadReading, take, driver, bus.clock))
    for fault in (AllZeros(), AllOnes()):
        bus.inject(fault)
        raises(BadReading, take, driver, bus.clock)
        bus.clear()


def test_faults():
    bus, chip, driver = new()
    chip.set(**WANTED)
    faults = [NackAddress(), AllZeros(), AllOnes(), Hang(), StuckBus(when=nth(1))]
    faults += [PowerOnReset(), NeverReady(), Stale()]
    for transaction in range(1, 7):
        faults += [NackByte(byte, when=nth(transaction)) for byte in range(2)]
        faults += [kind(when=nth(transaction)) for kind in (NackAddress, PowerOnReset, NeverReady)]
    survive(driver, bus, faults, bus.clock, WANTED, TOLERANCES)


def test_a_dead_line_in_the_data_alone():
    bus, _, driver = new()
    bus.inject(AllOnes(when=nth(3)))
    raises(BadReading, take, driver, bus.clock)


def test_a_read_takes_little_memory():
    bus, _, driver = new()
    take(driver, bus.clock)
    used = read_allocates(driver, "_i2c", bus, bus.clock)
    assert used <= 200, used
