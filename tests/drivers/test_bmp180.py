"""BMP180: the datasheet's worked example, its whole range, and two conversions in one register."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.bmp180 import BMP180, fine_temperature, pascals
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bmp180 import TRIM, SimulatedBMP180
from byteport_mocks.chips.bmp280 import SimulatedBMP280
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    NackByte,
    NeverReady,
    PowerOnReset,
    WrongId,
    nth,
)
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from conversion_checks import check_endless, check_wait
from fault_checks import check_refuses, take_under
from portable import raises

WANTED = {"temperature": -12.3, "pressure": 987.65}
TOLERANCES = {"temperature": 0.06, "pressure": 0.06}


class Patient(BMP180):
    """Waits for the temperature in `start`, as a caller does that reads again after NotReady."""

    def start(self):
        wait_ms = super().start()
        self.clock.sleep_ms(wait_ms)
        error = raises(NotReady, self.read)
        if "the pressure has begun" not in str(error):
            raise error
        return wait_ms


def new(**options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedBMP180())
    driver = Patient(bus, **options)
    driver.clock = bus.clock
    return bus, chip, driver


def test_worked_example():
    """3.5: UT 27898 and UP 23843 are 15.0 degrees and 69964 Pa."""
    fine = fine_temperature(TRIM, 27898)
    assert (fine + 8) >> 4 == 150
    assert pascals(TRIM, fine, 23843, 0) == 69964


def test_worked_example_over_the_bus():
    bus, chip, driver = new()
    wait_ms = BMP180.start(driver)
    for data in (b"\x6c\xfa\x00", b"\x5d\x23\x00"):
        bus.clock.sleep_ms(wait_ms)
        chip.settle()
        chip.put_bytes(0xF6, data)
        try:
            reading = driver.read()
        except NotReady:
            pass
    assert reading == (15.0, 699.64)


def test_sweep():
    bus, chip, driver = new()
    sweep(driver, chip, bus.clock, steps=40)


def test_oversampling_is_finer():
    wanted = {"temperature": 24.6, "pressure": 1012.345}
    for oversampling, wait_ms in ((1, 5), (2, 8), (4, 14), (8, 26)):
        bus, chip, driver = new(oversampling=oversampling)
        tolerances = {"temperature": 0.06, "pressure": 0.03 / oversampling + 0.01}
        check_wait(driver, chip, bus.clock, wait_ms, wanted, tolerances)
    raises(ValueError, BMP180, bus, oversampling=3)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new()
    take(driver, bus.clock)
    for temperature in (20.0, 21.0):
        chip.set(temperature=temperature)
        assert bus_cost(driver, bus) == (4, 17)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedBMP280(0x77))
    error = raises(ChipNotFound, BMP180, bus)
    assert str(error) == "found a BMP280 (0x58) at 0x77 where a BMP180 was expected"
    bus.inject(WrongId(0x50))
    raises(ChipNotFound, BMP180, bus)


def test_empty_calibration():
    faults = (AllZeros(when=nth(2)), AllOnes(when=nth(2)))
    check_refuses(BMP180, SimulatedBMP180, faults, BadReading, "BMP180 at 0x77")


def test_a_calibration_that_no_part_has():
    """B4 of 3.5 is 0, or below, which a division would not survive."""
    for ac3, ac4 in ((-32768, 1), (-32768, 2), (32767, 1)):
        trim = TRIM[:2] + (ac3, ac4) + TRIM[4:]  # noqa: RUF005 (MicroPython)
        for fine in (-6000, 0, 2400, 13000):
            assert not 29900 < pascals(trim, fine, 23843, 0) < 110100


def test_a_read_too_early():
    bus, chip, _ = new()
    driver = BMP180(bus)
    for temperature in (10.0, 11.0):
        chip.set(temperature=temperature)
        wait_ms = driver.start()
        for text in ("the pressure has begun", ""):
            assert "still converting" in str(raises(NotReady, driver.read))
            bus.clock.sleep_ms(wait_ms)
            if text:
                assert text in str(raises(NotReady, driver.read))
        assert abs(driver.read()[0] - temperature) < 0.06


def test_a_conversion_that_never_ends_is_not_the_last_one():
    bus, chip, driver = new()
    for stalled_from in (1, 3):  # the temperature, or only the pressure
        endless = NeverReady(when=lambda count, _now_ms, first=stalled_from: count >= first)
        check_endless(driver, chip, bus, WANTED, TOLERANCES, "still converting", endless)


def test_a_sample_nobody_read_is_not_taken_for_the_next():
    bus, chip, driver = new()
    for fault in (None, NackByte(1, when=nth(1)), NackByte(1, when=nth(5))):
        take(driver, bus.clock)
        chip.set(temperature=30.0)
        bus.clock.sleep_ms(BMP180.start(driver))  # of 30 degrees, and left there
        if fault is not None:
            raises(OSError, take_under, driver, bus, fault)
        chip.set(**WANTED)
        assert "still converting" in str(raises(NotReady, take_under, driver, bus, NeverReady()))
        check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_the_same_sample_again_is_believed_when_it_is_measured():
    bus, chip, driver = new()
    chip.set(**WANTED)
    assert take(driver, bus.clock) == take(driver, bus.clock)


def test_a_power_cut_in_mid_run():
    bus, chip, driver = new()
    chip.set(**WANTED)
    take(driver, bus.clock)
    chip.power_on()  # between readings: nothing is lost that matters
    check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)
    for cut in range(4):
        bus.inject(PowerOnReset(when=nth(2 + cut)))
        if cut == 1:  # before the pressure begins: again, nothing is lost
            check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)
        elif cut < 3:
            assert "as after a reset" in str(raises(BadReading, take, driver, bus.clock))
        bus.clear()
        check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_impossible_samples():
    bus, chip, driver = new()
    chip.set(**WANTED)
    changes = [{"temperature": 99}, {"temperature": -70}, {"pressure": 200}]
    check_refused(driver, chip, bus.clock, changes, "impossible")
    raises(BadReading, take_under, driver, bus, AllZeros())
    raises(NotReady, take_under, driver, bus, AllOnes())  # so the chip still converts
