"""A conversion that is begun, waited for and read once: never early, never one before it.

Each check ends with the right values, so that nothing is left behind.
"""

from byteport.errors import NotReady
from byteport_mocks.faults import NeverReady
from chip_checks import check_near, take
from fault_checks import take_under
from portable import raises


def check_wait(driver, chip, clock, wait_ms, wanted, tolerances):
    """The wait is the given one, and long enough."""
    chip.set(**wanted)
    assert driver.start() == wait_ms
    clock.sleep_ms(wait_ms)
    check_near(driver, driver.read(), wanted, tolerances)


def check_too_early(driver, chip, clock, near, text):
    """Read while it converts: NotReady that says the text, and then the sample, not the last."""
    for temperature in (10.0, 11.0):
        chip.set(temperature=temperature)
        wait_ms = driver.start()
        assert text in str(raises(NotReady, driver.read))
        clock.sleep_ms(wait_ms)
        assert abs(driver.read()[0] - temperature) < near


def check_endless(driver, chip, bus, wanted, tolerances, text, endless=None):
    """Let a conversion never end: NotReady that says the text, never the sample before."""
    take(driver, bus.clock)
    chip.set(**wanted)
    bus.inject(NeverReady() if endless is None else endless)
    for _ in range(3):
        assert text in str(raises(NotReady, take, driver, bus.clock))
    bus.clear()
    check_near(driver, take(driver, bus.clock), wanted, tolerances)


def check_left_unread(driver, chip, bus, faults, wanted, tolerances, text, starts=1):
    """Leave a sample unread, or lose a read of it: it is not taken for the next one's."""
    for fault in faults:
        take(driver, bus.clock)
        chip.set(temperature=30.0)
        for _ in range(starts):
            bus.clock.sleep_ms(driver.start())  # of 30 degrees, and left there
        if fault is not None:
            raises(OSError, take_under, driver, bus, fault)
        chip.set(**wanted)
        assert text in str(raises(NotReady, take_under, driver, bus, NeverReady()))
        check_near(driver, take(driver, bus.clock), wanted, tolerances)


def check_began_after_start(driver, chip, clock, tolerances):
    """Change the light just before each start: what is read began after it."""
    take(driver, clock)
    for pause_ms in (0, 1, 37, 99):
        clock.sleep_ms(pause_ms)
        chip.set(illuminance=1000.0 + pause_ms)
        check_near(driver, take(driver, clock), {"illuminance": 1000.0 + pause_ms}, tolerances)
