"""SGP30: the whole range, an algorithm that takes its time to start, values that cannot be."""

from byteport.errors import ChipNotFound, NotReady
from byteport_drivers.sensirion import crc8
from byteport_drivers.sgp30 import SGP30
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sgp30 import SimulatedSGP30
from byteport_mocks.faults import WrongId
from chip_checks import bus_cost, check_near, check_refused, sweep, take
from fault_checks import check_flipped_bits
from portable import raises

WANTED = {"eco2": 563, "tvoc": 87}
NEAR = {"eco2": 0, "tvoc": 0}


def cold():
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSGP30())
    return bus, chip, SGP30(bus)


def warm():
    """Return a chip that another program started a minute ago."""
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSGP30())
    bus.writeto(0x58, b"\x20\x03")
    bus.clock.sleep_ms(60000)
    return bus, chip, SGP30(bus)


def each_second(bus, driver, seconds):
    """Return the readings of so many seconds, None for one that was not ready."""
    readings = []
    for _ in range(seconds):
        try:
            readings.append(take(driver, bus.clock))
        except NotReady:
            readings.append(None)
        bus.clock.sleep_ms(988)
    return readings


def test_the_checksum_of_the_datasheet():
    assert crc8(b"\xd4\x00", 0, 2) == 0xC6
    assert crc8(b"\xbe\xef", 0, 2) == 0x92


def test_sweep():
    bus, chip, driver = warm()
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = warm()
    assert bus_cost(driver, bus) == (2, 10)


def test_nothing_is_read_while_the_algorithm_starts():
    bus, _, driver = cold()
    readings = each_second(bus, driver, 20)
    assert readings[:15] == [None] * 15
    assert readings[-1] == (563, 87)


def test_a_running_algorithm_is_not_started_again():
    bus, chip, driver = warm()
    started_us = chip.started_us
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)
    assert chip.started_us == started_us


def test_clean_air_is_believed_once_there_is_a_baseline():
    bus, chip, driver = warm()
    chip.set(eco2=400, tvoc=0)
    assert each_second(bus, driver, 3) == [(400, 0)] * 3
    bus, chip, driver = cold()
    chip.set(eco2=400, tvoc=0)
    readings = each_second(bus, driver, 70)
    assert readings[:60] == [None] * 60
    assert readings[61:] == [(400, 0)] * 9


def test_power_lost_is_not_clean_air():
    for measured in (0, 1):
        bus, chip, driver = warm()
        take(driver, bus.clock)
        if measured:
            bus.clock.sleep_ms(driver.start())
            driver.read()
        chip.power_on()
        readings = each_second(bus, driver, 20)
        assert readings[:15] == [None] * 15
        assert readings[-1] == (563, 87)


def test_another_chip_is_named():
    bus, _, _ = cold()
    for chip_id, name in ((0x1020, "SGPC3"), (0x3220, "0x3220"), (0, "0x0000")):
        bus.inject(WrongId(chip_id))
        error = str(raises(ChipNotFound, SGP30, bus))
        assert name in error
        assert "SGP30 at 0x58" in error
        bus.clear()


def test_impossible_values_are_no_reading():
    bus, chip, driver = warm()
    changes = [{"eco2": 0}, {"eco2": 399}, {"eco2": 60001}, {"tvoc": 60001}]
    check_refused(driver, chip, bus.clock, changes, "SGP30 at 0x58")


def test_each_flipped_bit_is_noticed():
    bus, _, driver = warm()
    check_flipped_bits(driver, bus, 48)
