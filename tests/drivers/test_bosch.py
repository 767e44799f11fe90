"""What BME280 and BMP280 share: samples that are old, none or impossible; each test on both."""

from byteport.errors import BadReading
from byteport_drivers.bme280 import BME280
from byteport_drivers.bmp280 import BMP280
from byteport_drivers.bosch import divided
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.bme280 import SimulatedBME280
from byteport_mocks.chips.bmp280 import SimulatedBMP280
from byteport_mocks.faults import AllOnes, AllZeros, NackAddress, NackByte, nth
from chip_checks import check_near, check_refused, sweep, take
from conversion_checks import check_endless, check_left_unread, check_too_early
from fault_checks import take_under
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


def test_a_read_too_early():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        check_too_early(driver, chip, bus.clock, 0.01, "still measuring")


def test_a_conversion_that_never_ends_is_not_the_last_one():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        check_endless(driver, chip, bus, rig[2], TOLERANCES, "still measuring")


def test_a_sample_nobody_read_is_not_taken_for_the_next():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        faults = (None, NackByte(1, when=nth(1)), NackAddress(when=nth(2)))
        check_left_unread(
            driver, chip, bus, faults, rig[2], TOLERANCES, "still measuring", starts=2
        )


def test_the_same_sample_again_is_believed_when_it_is_measured():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        chip.set(**rig[2])
        assert take(driver, bus.clock) == take(driver, bus.clock)


def test_no_sample():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        chip.set(**rig[2])
        changes = [{name: None} for name in rig[2]]
        check_refused(driver, chip, bus.clock, changes, rig[0].__name__ + " at 0x76")
        check_near(driver, take(driver, bus.clock), rig[2], TOLERANCES)


def test_impossible_samples():
    for rig in RIGS:
        bus, chip, driver = new(rig)
        changes = [{"temperature": 99}, {"temperature": -70}, {"pressure": 200}]
        check_refused(driver, chip, bus.clock, changes, "impossible")
        for fault in (AllZeros(), AllOnes()):
            raises(BadReading, take_under, driver, bus, fault)
