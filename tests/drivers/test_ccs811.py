"""CCS811: boot loader, data-ready, errors by name, and values that cannot be."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.ccs811 import CCS811
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ccs811 import SimulatedCCS811
from byteport_mocks.faults import FlipBit, NackByte, NeverReady, nth
from chip_checks import bus_cost, check_near, sweep, take
from fault_checks import take_after_fault
from portable import raises

WANTED = {"eco2": 620, "tvoc": 33}
EXACT = {"eco2": 0, "tvoc": 0}


def new(address=0x5A, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedCCS811(address))
    return bus, chip, CCS811(bus, address, **options)


def test_a_sample_byte_by_byte():
    bus, _, driver = new()
    bus.clock.sleep_ms(driver.start())
    wire = bus.readfrom_mem(0x5A, 0x02, 6)
    assert wire == b"\x02\x6c\x00\x21\x98\x00"  # 620, 33, in application with a new sample
    bus.clock.sleep_ms(1000)
    assert driver.read() == (620, 33)


def test_sweep():
    bus, chip, driver = new(0x5B)
    sweep(driver, chip, bus.clock, slack=0.5)


def test_slower_intervals():
    for interval_s in (10, 60):
        bus, chip, driver = new(interval_s=interval_s)
        assert driver.start() == interval_s * 1100
        chip.set(eco2=1000)
        assert take(driver, bus.clock) == (1000, 33)
    raises(ValueError, CCS811, bus, interval_s=5)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    take(driver, bus.clock)
    assert bus_cost(driver, bus) == (1, 9)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedCCS811()).pretend_id(0x60)
    assert str(raises(ChipNotFound, CCS811, bus)) == "CCS811 at 0x5a: found id 0x60"


def test_a_sensor_out_of_range_says_so_and_comes_back():
    bus, chip, driver = new()
    take(driver, bus.clock)
    chip.set(tvoc=None)
    text = str(raises(BadReading, take, driver, bus.clock))
    assert text == "CCS811 at 0x5a: status 0x91, error 0x08"
    chip.set(tvoc=33)
    check_near(driver, take_after_fault(driver, bus.clock), WANTED, EXACT)


def test_impossible_values():
    bus, chip, driver = new()
    for eco2, tvoc in ((0, 0), (399, 33), (33000, 33), (620, 40000), (65021, 5000)):
        chip.set(eco2=eco2, tvoc=tvoc)
        assert f"{eco2} ppm and {tvoc} ppb" in str(raises(BadReading, take, driver, bus.clock))
    chip.set(eco2=400, tvoc=0)
    assert take(driver, bus.clock) == (400, 0)


def test_each_bit_of_the_status_is_judged():
    for bit in (0, 1, 2, 3, 4, 7):
        bus, _, driver = new()
        take(driver, bus.clock)
        bus.inject(FlipBit(byte=4, bit=bit, when=nth(1)))
        raises(NotReady if bit == 3 else BadReading, take, driver, bus.clock)
        check_near(driver, take_after_fault(driver, bus.clock), WANTED, EXACT)


def test_power_lost_starts_the_application_again():
    bus, chip, driver = new()
    take(driver, bus.clock)
    chip.power_on()
    assert "status 0x00" in str(raises(BadReading, take, driver, bus.clock))
    check_near(driver, take_after_fault(driver, bus.clock), WANTED, EXACT)


def test_a_stopped_chip_is_told_to_measure_again():
    bus, _, driver = new()
    take(driver, bus.clock)
    bus.writeto_mem(0x5A, 0x01, b"\x00")
    raises(NotReady, take, driver, bus.clock)
    check_near(driver, take(driver, bus.clock), WANTED, EXACT)


def test_busy_for_ever_is_not_ready():
    bus, _, driver = new()
    take(driver, bus.clock)
    bus.inject(NeverReady())
    take(driver, bus.clock)  # the sample that was under way until then
    for _ in range(3):
        raises(NotReady, take, driver, bus.clock)
    bus.clear()
    check_near(driver, take_after_fault(driver, bus.clock), WANTED, EXACT)


def test_a_refused_set_up_is_sent_again():
    for transaction in (1, 2, 3):
        for byte in (0, 1):
            bus, _, driver = new()
            bus.inject(NackByte(byte, when=nth(transaction)))
            check_near(driver, take_after_fault(driver, bus.clock), WANTED, EXACT)
