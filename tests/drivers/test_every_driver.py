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
    WrongId,
)
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.registers import RegisterChip
from byteport_mocks.spi import SimulatedSPI
from byteport_mocks.uart import SimulatedUART
from chip_checks import check_near, names
from fault_checks import every_fault
from portable import raises
from read_memory import read_allocates

STEPS = 9
ATTEMPTS = 4  # how often the agent tries before it may call a sensor suspended
MOST_BYTES = 200

# What a chip cannot help, without id, checksum or ready bit; its own tests say what it can show.
NO_ID = ("bh1750", "pcf8574")
IDLE_IS_ZERO = ("aht10", "aht20")  # the status by which they are known
MEASURES_WHEN_READ = ("max31855", "mcp3004", "mcp3008", "mcp3204", "mcp3208", "pcf8574")
NO_READY_BIT = ("bh1750", "ina219", "lm75", "max6675", "mcp9808", "mpu6050", "tmp102", "tmp105")
NO_READY_BIT += ("tsl2591", "veml7700")
REFUSES_WHILE_BUSY = ("sgp30", "sgp40", "sht3x", "sht4x")
WARMS_UP = {"sgp30": 70}  # samples that are held back
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
NOTHING_TO_READ = (  # one of these says each driver
    "no measurement was started",
    "no conversion was started",
    "not started",
    "no new sample",
    "no whole",
)


def modules(package):
    """Return (name, module) of each module in a package's folder."""
    path = package.__path__
    folder = path if isinstance(path, str) else path[0]
    found = sorted([name[:-3] for name in os.listdir(folder) if name.endswith(".py")])
    return [(name, __import__(f"{package.__name__}.{name}", None, None, [name])) for name in found]


def classes(module):
    """Return the classes that a module has, by their names in small letters."""
    everything = [(name.lower(), getattr(module, name)) for name in dir(module)]
    return dict([(name, found) for name, found in everything if isinstance(found, type)])


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


class PlainMemory(RegisterChip):
    """A chip of another kind, at whatever address."""

    ADDRESSES = tuple(range(0x08, 0x78))
    READ_ONLY = tuple(range(0x100))


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
        self.attempts = WARMS_UP.get(driver_class.__name__.lower(), ATTEMPTS)

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


def check_other_chip(name, driver_class, chip_class):
    """A line that is always high, or low, is no chip, nor is one whose registers are all zero."""
    if driver_class.BUS != "i2c" or name in NO_ID:
        return
    found = []
    bus = Rig(driver_class, chip_class).bus
    bus.inject(AllOnes())
    found.append(raises(ChipNotFound, driver_class, bus))
    bus.clear()
    if name not in IDLE_IS_ZERO:
        bus.inject(AllZeros())
        found.append(raises(ChipNotFound, driver_class, bus))
        bus = SimulatedI2C()
        bus.attach(PlainMemory(driver_class.ADDRESSES[0]))
        found.append(raises(ChipNotFound, driver_class, bus))
    for error in found:
        assert name in str(error).lower(), error
        assert f" at 0x{driver_class.ADDRESSES[0]:02x}" in str(error), error


def check_read_once(name, driver_class, chip_class):
    """Without a start, and once it was read, a sample is not read (again)."""
    if name in MEASURES_WHEN_READ:
        return
    rig = Rig(driver_class, chip_class)
    place = f" at 0x{rig.chip.address:02x}" if driver_class.BUS == "i2c" else ""
    for _ in range(2):
        told = str(raises(NotReady, rig.driver.read))
        assert told.lower().startswith(name + place), told
        assert [words for words in NOTHING_TO_READ if words in told], told
        rig.take()


def check_too_early(name, driver_class, chip_class):
    """Read while the chip measures, a sample is not there yet; in its time it is."""
    if name in MEASURES_WHEN_READ or name in NO_READY_BIT:
        return
    rig = Rig(driver_class, chip_class)
    rig.take()
    rig.set_share(0.2)
    wait_ms = rig.driver.start()
    raises(OSError if name in REFUSES_WHILE_BUSY else NotReady, rig.driver.read)
    rig.clock.sleep_ms(wait_ms)
    try:
        reading = rig.driver.read()
    except NotReady as error:
        assert "has begun" in str(error), error
        rig.clock.sleep_ms(wait_ms)
        reading = rig.driver.read()
    for channel, value in zip(names(rig.driver), reading):
        if channel in rig.chip.range():
            off = abs(value - rig.chip.value_of(channel))
            assert off <= rig.chip.range()[channel][2], (channel, value)


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
    rig.set_share(0.2)
    before = rig.take()
    faults = every_fault(rig.driver, rig.bus, rig.measure)
    if getattr(rig.chip, "ID", None):
        faults.append(WrongId(rig.chip.ID[1] ^ 0xFF))
    for fault in faults:
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


CHECKS = (
    sweep_driver,
    check_absent,
    check_other_chip,
    check_read_once,
    check_too_early,
    check_bus_error,
    check_faults,
    check_memory,
)


def check_all(check):
    """Run a check on every driver, and name those that fail."""
    failed = []
    for name, driver_class in sorted(DRIVERS.items()):
        try:
            check(name, driver_class, chip_of(name))
        except (AssertionError, DriverError, OSError, ValueError, TypeError) as error:
            failed.append((name, repr(error)[:90]))
    assert not failed, failed


def test_every_driver_over_its_chips_range():
    check_all(sweep_driver)


def test_no_chip():
    check_all(check_absent)


def test_another_chip():
    check_all(check_other_chip)


def test_a_sample_is_read_once():
    check_all(check_read_once)


def test_too_early():
    check_all(check_too_early)


def test_errors_of_the_bus_pass_through():
    check_all(check_bus_error)


def test_faults():
    check_all(check_faults)


def test_a_read_takes_little_memory():
    check_all(check_memory)


def test_there_are_many():
    assert len(DRIVERS) > 25
