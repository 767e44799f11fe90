"""What a driver is put through: each fault gives a typed error or right values, and passes."""

from byteport.errors import BadReading, DriverError, NotReady
from byteport_mocks.faults import (
    AllOnes,
    AllZeros,
    FlipBit,
    Hang,
    NackAddress,
    NackByte,
    NeverReady,
    PowerOnReset,
    Stale,
    StuckBus,
    nth,
)
from byteport_mocks.i2c import SimulatedI2C
from chip_checks import check_exact, check_near, take
from portable import raises


def every_fault(driver, bus, measure):
    """Return each fault for good, and in each transaction of two measurements.

    On I2C each byte that the driver has written so far, in its set-up too, is refused as well. A
    line that is held and a sample that repeats are the same in both: in the first one only.
    """
    kinds, same_in_both = [AllZeros, AllOnes, NeverReady, PowerOnReset], [Stale]
    written, count = 0, 1
    if driver.BUS == "i2c":
        kinds += [NackAddress]
        same_in_both += [Hang, StuckBus]
        written = most_written(bus.log)
    if driver.BUS != "uart":
        bus.reset_counters()
        measure()
        count = bus.transactions
    faults = [kind() for kind in kinds + same_in_both] + [NackByte(byte) for byte in range(written)]
    for number in range(1, 2 * count + 1):
        due = kinds + (same_in_both if number <= count else [])
        faults += [kind(when=nth(number)) for kind in due]
        faults += [NackByte(byte, when=nth(number)) for byte in range(written)]
    return faults


def most_written(transactions):
    """Return the number of bytes in the longest message that the host wrote."""
    most = 0
    for transaction in transactions:
        for _, read, data in transaction.messages:
            if not read:
                most = max(most, len(data))
    return most


def survive(driver, bus, faults, clock, wanted, tolerances, retries=3):
    """With each fault: a typed error or the right values; without it: the right values again.

    After a fault the driver may need a few attempts (each may raise NotReady, BadReading or an
    OSError), as the agent makes them; it must come back without a new object.
    """
    check_near(driver, take(driver, clock), wanted, tolerances)
    for fault in faults:
        bus.inject(fault)
        for _ in range(2):
            try:
                check_near(driver, take(driver, clock), wanted, tolerances)
            except (DriverError, OSError):
                pass
        bus.clear()
        check_near(driver, take_after_fault(driver, clock, retries), wanted, tolerances)


def take_after_fault(driver, clock, retries=3):
    for _ in range(retries):
        try:
            return take(driver, clock)
        except (DriverError, OSError):
            clock.sleep_ms(1000)
    return take(driver, clock)


def take_under(driver, bus, fault):
    """Measure once while there is a fault."""
    bus.inject(fault)
    try:
        return take(driver, bus.clock)
    finally:
        bus.clear()


def take_in_power_cut(driver, chip, clock):
    """Measure once; the power is gone for a moment once the measurement has begun."""
    wait_ms = driver.start()
    chip.power_on()
    clock.sleep_ms(wait_ms)
    return driver.read()


def check_refuses(driver_class, chip_class, faults, error, text):
    """With each fault the constructor raises the error, which says the text."""
    for fault in faults:
        bus = SimulatedI2C()
        bus.attach(chip_class())
        bus.inject(fault)
        assert text in str(raises(error, driver_class, bus))


def check_flipped_bits(driver, bus, bits, errors=BadReading):
    """Flip each bit of the answer to a read: an error, and then what was read before."""
    before = take(driver, bus.clock)
    for place in range(bits):
        bus.clock.sleep_ms(driver.start())
        bus.inject(FlipBit(place // 8, place % 8))
        raises(errors, driver.read)
        bus.clear()
        assert take(driver, bus.clock) == before


def check_refused_set_up(new, writes, wanted, tolerances):
    """Refuse each byte of a set-up, (transaction, bytes): it is told, and sent again next time."""
    for transaction, size in writes:
        for byte in range(size):
            bus, _, driver = new()
            raises(OSError, take_under, driver, bus, NackByte(byte, when=nth(transaction)))
            check_near(driver, take(driver, bus.clock), wanted, tolerances)


def check_power_cut(driver, chip, clock, wanted, tolerances, text, boot_ms=0):
    """Cut the power before and in a measurement: each costs one BadReading that says the text."""
    chip.set(**wanted)
    take(driver, clock)
    chip.power_on()
    clock.sleep_ms(boot_ms)
    assert text in str(raises(BadReading, take, driver, clock))
    check_near(driver, take(driver, clock), wanted, tolerances)
    assert text in str(raises(BadReading, take_in_power_cut, driver, chip, clock))
    check_near(driver, take(driver, clock), wanted, tolerances)


def check_darkness(driver, chip, bus):
    """Zero is believed where the chip still has its set-up, and not where it has lost it."""
    chip.set(illuminance=0.0)
    for _ in range(3):
        assert take(driver, bus.clock) == (0.0,)
    chip.power_on()
    raises(BadReading, take, driver, bus.clock)
    assert take(driver, bus.clock) == (0.0,)
    raises(BadReading, take_under, driver, bus, AllZeros())


def check_no_sample_is_not_zero(driver, chip, bus, degrees, text):
    """Cut the power just before a read: no zero degrees, which are a temperature otherwise."""
    chip.set(temperature=degrees)
    error = raises(NotReady, take_under, driver, bus, PowerOnReset(when=nth(1)))
    assert text in str(error)
    check_exact(driver, chip, bus.clock, (degrees, 0.0))
