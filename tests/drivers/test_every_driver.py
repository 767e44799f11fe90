"""What every driver of a chip must do, whatever the chip measures.

A driver is found by its file, its simulated chip by the driver's name; a new one needs no change
here. It is swept over its chip's range, read at a wrong time, cut off, and given each fault; what
only one chip has (vectors, arithmetic, ids of others, bus cost) is in that chip's own file.
"""

import os

import byteport_drivers
import byteport_mocks.chips
from byteport.errors import ChipNotFound, DriverError, NotReady
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    NackAddress,
    NeverReady,
    PowerOnReset,
    StuckBus,
)
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.spi import SimulatedSPI
from byteport_mocks.uart import SimulatedUART
from chip_checks import check_near, names
from fault_checks import every_fault
from portable import raises
from read_memory import read_allocates

STEPS = 9
ATTEMPTS = 70  # a gas sensor that warms up holds back as many samples
MOST_BYTES = 200

# What a chip cannot help, having no id, no checksum or no ready bit; its own tests say what it can.
MEASURES_WHEN_READ = ("max31855", "mcp3004", "mcp3008", "mcp3204", "mcp3208", "pcf8574")
NO_ID = ("bh1750", "pcf8574")
IDLE_IS_ZERO = ("aht10", "aht20")  # its status
UNSEEN = {
    "bh1750": (AllZeros, PowerOnReset),
    "mcp3004": (AllZeros,),
    "mcp3008": (AllZeros,),
    "mcp3204": (AllZeros,),
    "mcp3208": (AllZeros,),
    "pcf8574": (AllZeros, AllOnes),
    "tsl2591": (AllZeros, NeverReady),
    "veml7700": (AllZeros,),
}
NOTHING_TO_READ = (  # one of these each driver says
    "no measurement was started",
    "no conversion was started",
    "not started",
    "no new sample",
    "no whole",
)


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

    def measure(self):
        """Measure once; NotReady means to wait as long again, as a chip may measure in steps."""
        wait_ms = self.driver.start()
        for _ in range(5):
            self.clock.sleep_ms(wait_ms)
            try:
                return self.driver.read()
            except NotReady as caught:
                error = caught
        raise error

    def take(self):
        """Measure until a sample is given, as the agent does."""
        for _ in range(ATTEMPTS):
            try:
                return self.measure()
            except (DriverError, OSError):
                self.clock.sleep_ms(1000)
        raise AssertionError("no sample")

    def check_same(self, reading, before):
        """Compare with a reading of the same quantities; a gain that follows may differ."""
        spans = self.chip.range()
        near = {}
        for name in names(self.driver):
            near[name] = spans[name][2] / 2 if name in spans else 0
        check_near(self.driver, reading, dict(zip(names(self.driver), before)), near)


def sweep_driver(name, driver_class, chip_class):
    """Each quantity through its range comes back within the chip's resolution."""
    rig = Rig(driver_class, chip_class)
    spans = rig.chip.range()
    known = [channel for channel in names(rig.driver) if channel in spans]
    assert known, f"{name}: no channel is a quantity of its chip"
    for channel in known:
        low, high, resolution = spans[channel]
        for step in range(STEPS + 1):
            value = low + (high - low) * step / STEPS
            rig.chip.set(**{channel: value})
            tolerance = {channel: resolution + abs(value) * 1e-6}
            check_near(rig.driver, rig.take(), {channel: value}, tolerance)
        rig.chip.set(**{channel: (low + high) / 2})


def check_absent(_name, driver_class, _chip_class):
    """A chip that is not there is the bus's own error."""
    if driver_class.BUS == "i2c":
        for address in driver_class.ADDRESSES:
            assert raises(OSError, driver_class, SimulatedI2C(), address).errno == 121


def check_dead_line(name, driver_class, chip_class):
    """A data line that is always high, or always low, is no chip."""
    if driver_class.BUS != "i2c" or name in NO_ID:
        return
    bus = Rig(driver_class, chip_class).bus
    bus.inject(AllOnes())
    raises(ChipNotFound, driver_class, bus)
    bus.clear()
    if name not in IDLE_IS_ZERO:
        bus.inject(AllZeros())
        raises(ChipNotFound, driver_class, bus)


def check_read_once(name, driver_class, chip_class):
    """Without a start, and once it was read, a sample is not read (again)."""
    if name in MEASURES_WHEN_READ:
        return
    rig = Rig(driver_class, chip_class)
    place = f" at 0x{rig.chip.address:02x}" if driver_class.BUS == "i2c" else ""
    for _ in range(2):
        told = str(raises(NotReady, rig.driver.read))
        assert told.upper().startswith((name + place).upper()), told
        assert [words for words in NOTHING_TO_READ if words in told], told
        rig.take()


def check_bus_error(_name, driver_class, chip_class):
    """An error of the bus passes through, in the constructor as in a measurement."""
    if driver_class.BUS != "i2c":
        return
    rig = Rig(driver_class, chip_class)
    before = rig.take()
    for fault, number in ((NackAddress(), 121), (StuckBus(), 110)):
        rig.bus.inject(fault)
        assert raises(OSError, rig.measure).errno == number
        assert raises(OSError, driver_class, rig.bus).errno == number
        rig.bus.clear()
        rig.check_same(rig.take(), before)


def check_faults(name, driver_class, chip_class):
    """With each fault a typed error or what is right, and what is right once it is over."""
    rig = Rig(driver_class, chip_class)
    for share in (None, 0.2):
        for quantity, (low, high, _) in rig.chip.range().items():
            if share is not None:
                rig.chip.set(**{quantity: low + (high - low) * share})
        before = rig.take()
        rig.check_same(rig.take(), before)
        for fault in every_fault(rig.driver, rig.bus, rig.measure):
            if not isinstance(fault, UNSEEN.get(name, ())):
                check_fault(rig, fault, before)


def check_fault(rig, fault, before):
    rig.bus.inject(fault)
    for _ in range(2):
        try:
            rig.check_same(rig.measure(), before)
        except (DriverError, OSError):
            pass
    rig.bus.clear()
    rig.check_same(rig.take(), before)


def check_memory(_name, driver_class, chip_class):
    """A reading allocates little on a board, the tuple of its values included."""
    rig = Rig(driver_class, chip_class)
    for _ in range(3):  # also where a sample equals the one before
        rig.take()
    used = read_allocates(rig.driver, rig.bus, rig.clock)
    assert used <= MOST_BYTES, used


def check_all(check):
    """Run a check on every driver, and name those that fail."""
    failed = []
    for name, driver_class in drivers():
        try:
            check(name, driver_class, chip_of(name))
        except (AssertionError, DriverError, OSError, ValueError, TypeError) as error:
            failed.append((name, repr(error)[:300]))
    assert not failed, failed


def test_every_driver_over_its_chips_range():
    check_all(sweep_driver)


def test_no_chip():
    check_all(check_absent)


def test_dead_lines_are_no_chip():
    check_all(check_dead_line)


def test_a_sample_is_read_once():
    check_all(check_read_once)


def test_errors_of_the_bus_pass_through():
    check_all(check_bus_error)


def test_faults():
    check_all(check_faults)


def test_a_read_takes_little_memory():
    check_all(check_memory)


def test_there_are_many():
    assert len(drivers()) > 25
