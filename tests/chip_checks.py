"""How a test measures with a driver on its simulated chip, and compares; on every interpreter.

What every driver must do whatever its chip is in `drivers/test_every_driver.py`; faults are in
`fault_checks`, memory in `read_memory`.
"""

from byteport.errors import BadReading
from portable import raises


def take(driver, clock):
    """Measure once, as the agent does: start, wait as told, read."""
    clock.sleep_ms(driver.start())
    return driver.read()


def names(driver):
    return [channel[0] for channel in driver.CHANNELS]


def check_near(driver, reading, wanted, tolerances):
    """Compare a reading with {channel: value} within {channel: tolerance}."""
    assert len(reading) == len(driver.CHANNELS)
    for name, value in zip(names(driver), reading):
        if name in wanted:
            off = abs(value - wanted[name])
            assert off <= tolerances[name], (name, value, wanted[name], tolerances[name])


def check_exact(driver, chip, clock, values):
    """Set the one channel to each value and expect it back to the last bit."""
    (name,) = names(driver)
    for value in values:
        chip.set(**{name: value})
        reading = take(driver, clock)
        assert reading == (value,), (reading, value)


def sweep(driver, chip, clock, steps=24, slack=1.0, channels=None):
    """Set every channel from lowest to highest and expect each back within slack * resolution.

    On a 32-bit float build the tolerance grows by what such a float cannot hold.
    """
    spans = chip.range()
    swept = channels or [name for name in names(driver) if name in spans]
    for name in swept:
        low, high, resolution = spans[name]
        for step in range(steps + 1):
            value = low + (high - low) * step / steps
            chip.set(**{name: value})
            tolerance = slack * resolution + abs(value) * 1e-6
            check_near(driver, take(driver, clock), {name: value}, {name: tolerance})
        chip.set(**{name: (low + high) / 2})


def bus_cost(driver, bus):
    """Return (transactions, bytes on the wire) of one reading."""
    bus.reset_counters()
    take(driver, bus.clock)
    return bus.transactions, bus.wire_bytes


def check_refused(driver, chip, clock, changes, text):
    """Make each change alone, a dict: a BadReading that says the text, then what was before."""
    before = take(driver, clock)
    for change in changes:
        kept = {name: chip.quantities[name] for name in change}
        chip.set(**change)
        error = str(raises(BadReading, take, driver, clock))
        assert text in error, error
        chip.set(**kept)
        assert take(driver, clock) == before
