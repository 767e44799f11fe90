"""What every driver of a chip must do, whatever the chip measures.

A driver is found by its file, its simulated chip by the driver's name; a new one needs no change
here. It is swept over its chip's range, read at a wrong time, cut off, and given each fault, except
where the simulated chip states in UNSEEN that no driver can tell. What only one chip has (vectors,
arithmetic, the ids of others, bus cost) is in that chip's own file.
"""

from byteport.errors import ChipNotFound, DriverError, NotReady
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    Hang,
    NackAddress,
    NackByte,
    PowerOnReset,
    StuckBus,
    WrongId,
    nth,
)
from byteport_mocks.i2c import SimulatedI2C
from byteport_mocks.registers import RegisterChip
from byteport_mocks.sensirion import SensirionChip
from chip_checks import check_near, names
from driver_rigs import DRIVERS, Rig, chip_of
from fault_checks import every_fault
from portable import raises
from read_memory import read_allocates

STEPS = 9
MOST_BYTES = 200

NOTHING_TO_READ = (  # each driver says one of these
    "no measurement was started",
    "no conversion was started",
    "not started",
    "no new sample",
    "no sample was asked for",
    "no whole",
)


class PlainMemory(RegisterChip):
    """A chip of another kind, at whatever address."""

    ADDRESSES = tuple(range(0x08, 0x78))
    READ_ONLY = tuple(range(0x100))


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
    if driver_class.BUS != "i2c" or "id" in chip_class.UNSEEN:
        return
    found = []
    bus = Rig(driver_class, chip_class).bus
    bus.inject(AllOnes())
    found.append(raises(ChipNotFound, driver_class, bus))
    bus.clear()
    if "id of zeros" not in chip_class.UNSEEN:
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
    if "start" in chip_class.UNSEEN:
        return
    rig = Rig(driver_class, chip_class)
    place = f" at 0x{rig.chip.address:02x}" if driver_class.BUS == "i2c" else ""
    for _ in range(2):
        told = str(raises(NotReady, rig.driver.read))
        assert told.lower().startswith(name + place), told
        assert [words for words in NOTHING_TO_READ if words in told], (told, NOTHING_TO_READ)
        rig.take()


def check_too_early(name, driver_class, chip_class):
    """Read while the chip measures, a sample is not there yet; in its time it is."""
    if "start" in chip_class.UNSEEN or "busy" in chip_class.UNSEEN:
        return
    rig = Rig(driver_class, chip_class)
    rig.take()
    rig.set_share(0.2)
    wait_ms = rig.driver.start()
    refuses = issubclass(chip_class, SensirionChip)  # its address while it is busy
    raises((OSError, NotReady) if refuses else NotReady, rig.driver.read)
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
    """An error of the bus passes through: in the constructor, in each transaction of a reading."""
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
    rig.bus.reset_counters()
    rig.take()
    for transaction in range(1, rig.bus.transactions + 1):
        rig.bus.inject(Hang(when=nth(transaction)))
        assert raises(OSError, rig.measure).errno == 110, transaction
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
        if type(fault).__name__ not in chip_class.UNSEEN:
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


def check_set_up(_name, driver_class, chip_class):
    """Break the first measurement off anywhere, set-up included: what is wrong is not believed."""
    rig = Rig(driver_class, chip_class)
    if driver_class.BUS == "uart" or "PowerOnReset" in chip_class.UNSEEN:
        return
    rig.bus.reset_counters()
    before = rig.take()
    count = rig.bus.transactions
    for number in range(1, count + 1, 1 + count // 8):
        for fault in (PowerOnReset(when=nth(number)), NackByte(1, when=nth(number))):
            check_fault(Rig(driver_class, chip_class), fault, before)


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
    check_set_up,
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


def test_a_set_up_broken_off():
    check_all(check_set_up)


def test_a_read_takes_little_memory():
    check_all(check_memory)


def test_there_are_many():
    assert len(DRIVERS) > 25
