"""BMP180: the datasheet's worked example, its whole range, and two conversions in one register."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.bmp180 import BMP180, fine_temperature, pascals
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bmp180 import TRIM, SimulatedBMP180
from byteport_mocks.chips.bmp280 import SimulatedBMP280
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
    for oversampling, wait_ms in ((1, 5), (2, 8), (4, 14), (8, 26)):
        bus, chip, driver = new(oversampling=oversampling)
        chip.set(temperature=24.6, pressure=1012.345)
        assert driver.start() == wait_ms
        bus.clock.sleep_ms(wait_ms)
        tolerances = {"temperature": 0.06, "pressure": 0.03 / oversampling + 0.01}
        check_near(driver, driver.read(), {"temperature": 24.6, "pressure": 1012.345}, tolerances)
    raises(ValueError, BMP180, bus, oversampling=3)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new()
    take(driver, bus.clock)
    for temperature in (20.0, 21.0):
        chip.set(temperature=temperature)
        bus.reset_counters()
        take(driver, bus.clock)
        assert (bus.transactions, bus.wire_bytes) == (4, 17)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedBMP280(0x77))
    error = raises(ChipNotFound, BMP180, bus)
    assert str(error) == "found a BMP280 (0x58) at 0x77 where a BMP180 was expected"
    for fault in (AllZeros(), AllOnes(), WrongId(0x50)):
        bus.clear()
        bus.inject(fault)
        raises(ChipNotFound, BMP180, bus)


def test_empty_calibration():
    for fault in (AllZeros(when=nth(2)), AllOnes(when=nth(2))):
        bus = SimulatedI2C()
        bus.attach(SimulatedBMP180())
        bus.inject(fault)
        assert "BMP180 at 0x77" in str(raises(BadReading, BMP180, bus))


def test_a_calibration_that_no_part_has():
    """B4 of 3.5 is 0, or below, which a division would not survive."""
    for ac3, ac4 in ((-32768, 1), (-32768, 2), (32767, 1)):
        trim = TRIM[:2] + (ac3, ac4) + TRIM[4:]  # noqa: RUF005 (MicroPython)
        for fine in (-6000, 0, 2400, 13000):
            assert not 29900 < pascals(trim, fine, 23843, 0) < 110100


def test_absent():
    assert raises(OSError, BMP180, SimulatedI2C()).errno == 121


def test_an_old_sample_is_not_read_twice():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "no measurement was started" in str(raises(NotReady, driver.read))


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
        take(driver, bus.clock)
        chip.set(**WANTED)
        bus.inject(NeverReady(when=lambda count, _now_ms, first=stalled_from: count >= first))
        for _ in range(3):
            assert "still converting" in str(raises(NotReady, take, driver, bus.clock))
        bus.clear()
        check_near(driver, take(driver, bus.clock), WANTED, TOLERANCES)


def test_a_sample_nobody_read_is_not_taken_for_the_next():
    bus, chip, driver = new()
    for fault in (None, NackByte(1, when=nth(1)), NackByte(1, when=nth(5))):
        take(driver, bus.clock)
        chip.set(temperature=30.0)
        bus.clock.sleep_ms(BMP180.start(driver))  # of 30 degrees, and left there
        if fault is not None:
            bus.inject(fault)
            raises(OSError, take, driver, bus.clock)
            bus.clear()
        chip.set(**WANTED)
        bus.inject(NeverReady())
        assert "still converting" in str(raises(NotReady, take, driver, bus.clock))
        bus.clear()
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
    for name, value in (("temperature", 99), ("temperature", -70), ("pressure", 200)):
        chip.set(**WANTED)
        chip.set(**{name: value})
        assert "impossible" in str(raises(BadReading, take, driver, bus.clock))
    bus.inject(AllZeros())
    raises(BadReading, take, driver, bus.clock)
    bus.clear()
    bus.inject(AllOnes())  # so the chip still converts
    raises(NotReady, take, driver, bus.clock)


def test_faults():
    bus, chip, driver = new()
    chip.set(**WANTED)
    faults = [
        NackAddress(),
        AllZeros(),
        AllOnes(),
        Hang(),
        StuckBus(when=nth(1)),
        PowerOnReset(),
        NeverReady(),
        Stale(),
    ]
    for transaction in range(1, 9):
        faults += [kind(when=nth(transaction)) for kind in (NackAddress, AllZeros, AllOnes)]
        faults += [NackByte(byte, when=nth(transaction)) for byte in range(2)]
        faults += [PowerOnReset(when=nth(transaction)), NeverReady(when=nth(transaction))]
    survive(driver, bus, faults, bus.clock, WANTED, TOLERANCES)


def test_a_read_takes_little_memory():
    bus, _, driver = new()
    take(driver, bus.clock)
    used = read_allocates(driver, "_i2c", bus, bus.clock)
    assert used <= 200, used
