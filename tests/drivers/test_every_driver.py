"""One test for all drivers of chips: whatever the chip measures, the driver reads.

A driver is found by its file, its simulated chip by the driver's name; a new one needs no change
here. Each quantity goes through its whole range, and each reading must be what was set, within the
chip's resolution; a driver may refuse a sample, but never gives a wrong one.
"""

import os

import byteport_drivers
import byteport_mocks.chips
from byteport.errors import DriverError, NotReady
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.spi import SimulatedSPI
from byteport_mocks.uart import SimulatedUART
from chip_checks import check_near

STEPS = 9
ATTEMPTS = 70  # a gas sensor that warms up holds back as many samples


def modules(package):
    path = package.__path__
    folder = path if isinstance(path, str) else path[0]
    return sorted([name[:-3] for name in os.listdir(folder) if name.endswith(".py")])


def class_in(package, module, wanted):
    """Return the class of that name, whatever its case, or None."""
    found = __import__(f"{package}.{module}", None, None, [module])
    for name in dir(found):
        if name.upper() == wanted.upper() and isinstance(getattr(found, name), type):
            return getattr(found, name)
    return None


def chip_of(name):
    """Return the simulated chip, which may stand in the file of its bigger brother."""
    for module in modules(byteport_mocks.chips):
        chip = class_in("byteport_mocks.chips", module, "Simulated" + name)
        if chip is not None:
            return chip
    raise AssertionError(f"no simulated chip for {name}")


def drivers():
    """Return (name, driver class) of every driver that has channels."""
    found = []
    for module in modules(byteport_drivers):
        driver = class_in("byteport_drivers", module, module)
        if driver is not None and hasattr(driver, "CHANNELS"):
            found.append((module, driver))
    return found


def connected(driver, chip):
    """Return the driver on a simulated bus of its kind, and the bus's clock."""
    if driver.BUS == "i2c":
        bus = SimulatedI2C()
        bus.attach(chip)
    else:
        bus = {"spi": SimulatedSPI, "uart": SimulatedUART}[driver.BUS](chip)
    return driver(bus), bus.clock


def take_patiently(driver, clock):
    """Measure until a sample is given, as the agent does: NotReady means to wait as long again."""
    for _ in range(ATTEMPTS):
        try:
            wait_ms = driver.start()
            for _ in range(5):
                clock.sleep_ms(wait_ms)
                try:
                    return driver.read()
                except NotReady:
                    pass
        except DriverError:
            pass
        clock.sleep_ms(1000)
    raise AssertionError("no sample")


def sweep_driver(name, driver_class, chip_class):
    chip = chip_class()
    driver, clock = connected(driver_class, chip)
    spans = chip.range()
    known = [channel[0] for channel in driver.CHANNELS if channel[0] in spans]
    assert known, f"{name}: no channel is a quantity of its chip"
    for channel in known:
        low, high, resolution = spans[channel]
        for step in range(STEPS + 1):
            value = low + (high - low) * step / STEPS
            chip.set(**{channel: value})
            tolerance = {channel: resolution + abs(value) * 1e-6}
            check_near(driver, take_patiently(driver, clock), {channel: value}, tolerance)
        chip.set(**{channel: (low + high) / 2})


def test_every_driver_over_its_chips_range():
    failed = []
    for name, driver_class in drivers():
        try:
            sweep_driver(name, driver_class, chip_of(name))
        except (AssertionError, DriverError, OSError, ValueError, TypeError) as error:
            failed.append((name, repr(error)[:300]))
    assert not failed, failed


def test_there_are_many():
    assert len(drivers()) > 25
