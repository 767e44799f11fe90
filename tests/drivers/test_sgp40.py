"""SGP40: the datasheet's command, the whole range, and every fault."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.sensirion import crc8
from byteport_drivers.sgp40 import SGP40
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sgp40 import SimulatedSGP40
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
    WrongId,
    nth,
)
from chip_checks import check_near, read_allocates, survive, sweep, take
from portable import raises

WANTED = {"voc_raw": 30123}
NEAR = {"voc_raw": 0}


def new(**options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSGP40())
    return bus, chip, SGP40(bus, **options)


def test_the_command_of_the_datasheet():
    bus, _, driver = new()
    driver.start()
    assert bytes(bus.log[-1].messages[0][2]) == b"\x26\x0f\x80\x00\xa2\x66\x66\x93"
    assert crc8(b"\xd4\x00", 0, 2) == 0xC6


def test_compensation():
    bus, chip, driver = new(humidity=0, temperature=-45)
    take(driver, bus.clock)
    assert chip.compensation == (0, 0)
    table = ((100, 130, 0xFFFF, 0xFFFF), (50, 25, 0x8000, 0x6666), (120, -60, 0xFFFF, 0))
    for humidity, temperature, humidity_word, temperature_word in table:
        driver.compensate_for(humidity, temperature)
        take(driver, bus.clock)
        assert chip.compensation == (humidity_word, temperature_word)


def test_sweep():
    bus, chip, driver = new()
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (2, 13)


def test_absent():
    assert raises(OSError, SGP40, SimulatedI2C()).errno == 121


def test_another_chip_is_named():
    bus, _, _ = new()
    for chip_id, name in ((0x3240, "SGP41"), (0x0022, "0x0022")):
        bus.inject(WrongId(chip_id))
        error = str(raises(ChipNotFound, SGP40, bus))
        assert name in error
        assert "SGP40 at 0x59" in error
        bus.clear()
    for fault in (AllZeros(), AllOnes()):
        bus.inject(fault)
        raises(ChipNotFound, SGP40, bus)
        bus.clear()


def test_a_sample_is_read_once():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "SGP40 at 0x59" in str(raises(NotReady, driver.read))


def test_each_flipped_bit_is_noticed():
    bus, _, driver = new()
    for place in range(24):
        bus.clock.sleep_ms(driver.start())
        bus.inject(FlipBit(place // 8, place % 8))
        raises(BadReading, driver.read)
        bus.clear()
        check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_survives():
    bus, _, driver = new()
    faults = [NackAddress(), NackAddress(when=nth(2)), Hang(), Stale(), AllOnes(), AllZeros()]
    faults += [NackByte(number) for number in range(8)] + [NeverReady(), PowerOnReset()]
    faults += [PowerOnReset(when=nth(1)), PowerOnReset(when=nth(2))]
    survive(driver, bus, faults, bus.clock, WANTED, NEAR)


def test_power_lost_while_measuring():
    bus, chip, driver = new()
    bus.clock.sleep_ms(driver.start())
    chip.power_on()
    raises(OSError, driver.read)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_a_stuck_bus():
    bus, _, driver = new()
    bus.inject(StuckBus())
    raises(OSError, take, driver, bus.clock)
    bus.clear()
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_read_allocates_little():
    bus, _, driver = new()
    assert read_allocates(driver, "_i2c", bus, bus.clock) <= 200
