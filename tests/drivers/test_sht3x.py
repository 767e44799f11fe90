"""SHT3x: Sensirion's example words, the whole range, and every fault."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.sensirion import crc8
from byteport_drivers.sht3x import SHT3X, compensate
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.sht3x import SimulatedSHT3X
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
from byteport_mocks.registers import RegisterChip
from chip_checks import check_near, read_allocates, survive, sweep, take
from portable import raises

WANTED = {"temperature": 21.5, "humidity": 45.0}
NEAR = {"temperature": 0.01, "humidity": 0.01}


class Registers(RegisterChip):
    """A chip of another kind at the same address, such as an INA219."""

    ADDRESSES = (0x44,)


def new(address=0x44):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSHT3X(address))
    return bus, chip, SHT3X(bus, address)


def test_the_checksums_of_the_datasheet():
    for data, crc in ((b"\xbe\xef", 0x92), (b"\0\0", 0x81), (b"\x80\0", 0xA2), (b"ff", 0x93)):
        assert crc8(data, 0, 2) == crc


def test_the_formula_of_the_datasheet():
    temperature, humidity = compensate(0x6666, 0x8000)
    assert abs(temperature - 25.0) < 1e-5
    assert abs(humidity - 50.0008) < 1e-4
    assert compensate(0, 0) == (-45, 0)
    assert compensate(0xFFFF, 0xFFFF) == (130, 100)


def test_sweep():
    bus, chip, driver = new(0x45)
    sweep(driver, chip, bus.clock)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    bus.reset_counters()
    take(driver, bus.clock)
    assert (bus.transactions, bus.wire_bytes) == (2, 10)


def test_a_chip_that_measures_by_itself_is_stopped():
    bus, chip, _ = new()
    chip.set(**WANTED)
    bus.writeto(0x44, b"\x21\x30")
    assert chip.periodic
    driver = SHT3X(bus)
    raises(OSError, driver.start)
    raises(NotReady, driver.read)
    bus.clock.sleep_ms(1)
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_absent():
    assert raises(OSError, SHT3X, SimulatedI2C(), 0x44).errno == 121


def test_another_chip_is_not_taken_for_one():
    bus = SimulatedI2C()
    bus.attach(Registers())
    assert "SHT3x at 0x44" in str(raises(ChipNotFound, SHT3X, bus, 0x44))
    bus = SimulatedI2C()
    bus.attach(SimulatedSHT3X())
    for fault in (AllZeros(), AllOnes()):
        bus.inject(fault)
        raises(ChipNotFound, SHT3X, bus, 0x44)
        bus.clear()


def test_a_heater_left_on_is_switched_off():
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedSHT3X())
    bus.writeto(0x44, b"\x30\x6d")
    assert chip.status & 0x2000
    SHT3X(bus)
    assert not chip.status & 0x2000


def test_a_temperature_outside_the_range_is_no_reading():
    bus, chip, driver = new()
    for temperature in (-45.0, 130.0):
        chip.set(temperature=temperature)
        assert "SHT3x at 0x44" in str(raises(BadReading, take, driver, bus.clock))


def test_a_sample_is_read_once():
    bus, _, driver = new()
    raises(NotReady, driver.read)
    take(driver, bus.clock)
    assert "SHT3x at 0x44" in str(raises(NotReady, driver.read))


def test_too_early():
    bus, _, driver = new()
    wait_ms = driver.start()
    raises(OSError, driver.read)
    bus.clock.sleep_ms(wait_ms)
    check_near(driver, driver.read(), WANTED, NEAR)


def test_each_flipped_bit_is_noticed():
    bus, _, driver = new()
    for place in range(48):
        bus.clock.sleep_ms(driver.start())
        bus.inject(FlipBit(place // 8, place % 8))
        raises(BadReading, driver.read)
        bus.clear()
        check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_survives():
    bus, chip, driver = new()
    chip.set(**WANTED)
    faults = [NackAddress(), NackAddress(when=nth(2)), NackByte(0), NackByte(1), Hang(), Stale()]
    faults += [AllOnes(), AllZeros(), NeverReady(), PowerOnReset(when=nth(1))]
    faults += [PowerOnReset(when=nth(2)), PowerOnReset()]
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
    raises(OSError, SHT3X, bus, 0x44)
    bus.clear()
    check_near(driver, take(driver, bus.clock), WANTED, NEAR)


def test_read_allocates_little():
    bus, _, driver = new()
    assert read_allocates(driver, "_i2c", bus, bus.clock) <= 200
