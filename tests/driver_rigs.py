"""Every driver of a chip, found by its file, and the chip that it is for, simulated on a bus."""

import os

import byteport_drivers
import byteport_mocks.chips
from byteport.errors import DriverError, NotReady
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.spi import SimulatedSPI
from byteport_mocks.uart import SimulatedUART
from chip_checks import check_near, names

ATTEMPTS = 4  # how often a measurement is tried after a fault
WARMS_UP = {"SGP30": 90}  # samples that are held back, at the most


def modules(package):
    """Return (name, module) of each module in a package's folder."""
    path = package.__path__
    folder = path if isinstance(path, str) else path[0]
    found = sorted([name[:-3] for name in os.listdir(folder) if name.endswith(".py")])
    return [(name, __import__(f"{package.__name__}.{name}", None, None, [name])) for name in found]


def classes(module):
    """Return the classes that a module has, by their names in small letters."""
    everything = [(name.lower(), getattr(module, name)) for name in dir(module)]
    return {name: found for name, found in everything if isinstance(found, type)}


DRIVERS = {}  # by name; of every chip that has channels
for module_name, module in modules(byteport_drivers):
    if hasattr(classes(module).get(module_name), "CHANNELS"):
        DRIVERS[module_name] = classes(module)[module_name]

CHIPS = {}  # the simulated ones, some of which stand in the file of a bigger brother
for _, module in modules(byteport_mocks.chips):
    CHIPS.update(classes(module))


def chip_of(name):
    """Return the class of the simulated chip that a driver is for."""
    assert "simulated" + name in CHIPS, f"no simulated chip for {name}"
    return CHIPS["simulated" + name]


class Rig:
    """A driver and its simulated chip on a bus of their kind."""

    def __init__(self, driver_class, chip_class):
        self.chip = chip_class()
        if driver_class.BUS == "i2c":
            self.bus = SimulatedI2C()
            self.bus.attach(self.chip)
        else:
            self.bus = {"spi": SimulatedSPI, "uart": SimulatedUART}[driver_class.BUS](self.chip)
        self.clock = self.bus.clock
        self.driver = driver_class(self.bus)
        self.attempts = WARMS_UP.get(driver_class.__name__, ATTEMPTS)

    def measure(self):
        """Measure once, in as many steps as the driver asks for."""
        wait_ms = self.driver.start()
        while True:
            self.clock.sleep_ms(wait_ms)
            try:
                return self.driver.read()
            except NotReady as error:
                if "has begun" not in str(error):
                    raise

    def take(self):
        """Measure until a sample is given, as the agent does."""
        for _ in range(self.attempts):
            try:
                return self.measure()
            except (DriverError, OSError):
                self.clock.sleep_ms(1000)
        raise AssertionError("no sample")

    def set_share(self, share):
        """Set every quantity to a share of its range."""
        for name, (low, high, _) in self.chip.range().items():
            self.chip.set(**{name: low + (high - low) * share})

    def check_same(self, reading, before):
        """Compare with a reading of the same quantities; a gain that follows may differ."""
        spans = self.chip.range()
        near = {}
        for name in names(self.driver):
            near[name] = spans[name][2] / 2 if name in spans else 0
        check_near(self.driver, reading, dict(zip(names(self.driver), before)), near)
