"""What BME280 and BMP280 share: old samples, samples that are none, faults; each test on both."""

from byteport.errors import BadReading, NotReady
from byteport_drivers.bme280 import BME280
from byteport_drivers.bmp280 import BMP280
from byteport_drivers.bosch import divided
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bme280 import SimulatedBME280
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
    nth,
)
from chip_checks import check_near, read_allocates, survive, sweep, take
from portable import raises

RIGS = (
    (BMP280, SimulatedBMP280, {"temperature": -12.34, "pressure": 987.65}),
    (BME280, SimulatedBME280, {"temperature": -12.34, "humidity": 78.9, "pressure": 987.65}),
)
TOLERANCES = {"temperature": 0.005, "humidity": 0.02, "pressure": 0.02}


def new(rig, address=0x76):
    bus = SimulatedI2C()
    chip = bus.attach(rig[1](address))
    return bus, chip, rig[0](bus, address)


def test_sweep():
    for rig in RIGS:
        bus, chip, driver = new(rig, 0x77)
        sweep(driver, chip, bus.clock, steps=40)


def test_a_calibration_that_no_part_has():
    """The slope of the pressure is 0 at this temperature, which a division would not survive."""
    for slope in (0, -1, -65536):
        assert divided(1000000, slope) == 0
    for rig in RIGS:
        bus, _, driver = new(rig)
        bad = (60000, 32767, 32767, 1, 32767, -32768)
        driver._trim = bad + driver._trim[6:]
        raises(BadReading, take, driver, bus.clock)


def test_absent():
    for rig in RIGS:
        assert raises(OSError, rig[0], SimulatedI2C(), 0x77).errno == 121


def test_an_old_sample_is_not_read_twice():
    for rig in RIGS:
        bus, _, driver = new(rig)
        raises(NotReady, driver.read)
        take(driver, bus.clock)
        assert rig[0].__name__ + " at 0x76" in str(raises(NotReady, driver.read))


def test_a_read_too_early():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        for temperature in (10.0, 11.0):
            chip.set(temperature=temperature)
            wait_ms = driver.start()
            assert "still measuring" in str(raises(NotReady, driver.read))
            bus.clock.sleep_ms(wait_ms)
            assert abs(driver.read()[0] - temperature) < 0.01


def test_a_conversion_that_never_ends_is_not_the_last_one():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        take(driver, bus.clock)
        chip.set(**rig[2])
        bus.inject(NeverReady())
        for _ in range(3):
            assert "still measuring" in str(raises(NotReady, take, driver, bus.clock))
        bus.clear()
        check_near(driver, take(driver, bus.clock), rig[2], TOLERANCES)


def test_a_sample_nobody_read_is_not_taken_for_the_next():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        for fault in (None, NackByte(1, when=nth(1)), NackAddress(when=nth(2))):
            take(driver, bus.clock)
            chip.set(temperature=30.0)
            bus.clock.sleep_ms(driver.start())
            bus.clock.sleep_ms(driver.start())  # of 30 degrees, and left there
            if fault is not None:
                bus.inject(fault)
                raises(OSError, take, driver, bus.clock)
                bus.clear()
            chip.set(**rig[2])
            bus.inject(NeverReady())
            assert "still measuring" in str(raises(NotReady, take, driver, bus.clock))
            bus.clear()
            check_near(driver, take(driver, bus.clock), rig[2], TOLERANCES)


def test_the_same_sample_again_is_believed_when_it_is_measured():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        chip.set(**rig[2])
        assert take(driver, bus.clock) == take(driver, bus.clock)


def test_no_sample():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        for name in rig[2]:
            chip.set(**rig[2])
            chip.set(**{name: None})
            assert rig[0].__name__ + " at 0x76" in str(raises(BadReading, take, driver, bus.clock))
        chip.set(**rig[2])
        check_near(driver, take(driver, bus.clock), rig[2], TOLERANCES)


def test_impossible_samples():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        for name, value in (("temperature", 99), ("temperature", -70), ("pressure", 200)):
            chip.set(**rig[2])
            chip.set(**{name: value})
            assert "impossible" in str(raises(BadReading, take, driver, bus.clock))
        for fault in (AllZeros(), AllOnes()):
            bus.inject(fault)
            raises(BadReading, take, driver, bus.clock)
            bus.clear()


def test_faults():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        chip.set(**rig[2])
        faults = [
            NackAddress(),
            NackAddress(when=nth(2)),
            NackByte(0),
            NackByte(1),
            AllZeros(),
            AllOnes(),
            Hang(),
            StuckBus(when=nth(1)),
            PowerOnReset(),
            PowerOnReset(when=nth(1)),
            PowerOnReset(when=nth(2)),
            NeverReady(),
            Stale(),
        ]
        survive(driver, bus, faults, bus.clock, rig[2], TOLERANCES)


def test_a_read_takes_little_memory():
    for rig in RIGS:
        bus, _, driver = new(rig)
        take(driver, bus.clock)
        used = read_allocates(driver, "_i2c", bus, bus.clock)
        assert used <= 200, used
