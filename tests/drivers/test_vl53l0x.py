"""VL53L0X: its range, its reference SPADs, samples that are new, and a set-up that is lost."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.vl53l0x import VL53L0X, keep_spads
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.vl53l0x import SimulatedVL53L0X
from byteport_mocks.faults import FlipBit, NeverReady, nth
from chip_checks import bus_cost, check_exact, sweep, take
from fault_checks import take_under
from portable import raises

WANTED = {"distance": 740}
EXACT = {"distance": 0}


def new(**options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedVL53L0X(**options))
    return bus, chip, VL53L0X(bus)


def test_reference_spads():
    every = b"\xff\xff\xff\xff\xff\xff"
    assert keep_spads(bytearray(every), 0x05) == b"\x1f\x00\x00\x00\x00\x00"
    assert keep_spads(bytearray(every), 0x85) == b"\x00\xf0\x01\x00\x00\x00"
    assert keep_spads(bytearray(b"\x55\x55\x00\x00\x00\x80"), 0x05) == b"\x55\x01\x00\x00\x00\x00"
    assert keep_spads(bytearray(every), 0x00) == bytes(6)


def test_sweep():
    bus, chip, driver = new()
    sweep(driver, chip, bus.clock, slack=0.5)


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    take(driver, bus.clock)
    assert bus_cost(driver, bus) == (3, 12)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(SimulatedVL53L0X()).pretend_id(0x50)
    assert str(raises(ChipNotFound, VL53L0X, bus)) == "VL53L0X at 0x29: found id 0x50aa"


def test_no_target_is_no_reading():
    bus, chip, driver = new()
    chip.set(distance=None)
    assert "no target (8191 mm)" in str(raises(BadReading, take, driver, bus.clock))
    chip.set(distance=740)
    bus.reset_counters()
    assert take(driver, bus.clock) == (740,)
    assert bus.transactions == 3  # nothing was set up again


def test_a_few_millimetres_are_believed_with_a_good_status_only():
    bus, chip, driver = new()
    for distance in (2, 4, 29):
        chip.set(distance=distance)
        chip.fails = True
        text = f"no target ({distance} mm)"
        assert text in str(raises(BadReading, take, driver, bus.clock))
        chip.fails = False
        bus.reset_counters()
        assert take(driver, bus.clock) == (distance,)
        assert bus.transactions == 4  # nothing was set up again


def test_a_sample_ended_after_start():
    bus, chip, driver = new()
    take(driver, bus.clock)
    for pause_ms in (0, 1, 20, 60000):
        bus.clock.sleep_ms(pause_ms)
        check_exact(driver, chip, bus.clock, (100 + pause_ms % 1000,))


def test_lost_power_sets_it_up_anew():
    bus, chip, driver = new()
    take(driver, bus.clock)
    chip.power_on()
    raises(NotReady, take, driver, bus.clock)
    assert take(driver, bus.clock) == (740,)


def test_a_range_error_calibrates_anew():
    bus, _, driver = new()
    take(driver, bus.clock)
    raises(BadReading, take_under, driver, bus, FlipBit(bit=3, when=nth(2)))
    assert take(driver, bus.clock) == (740,)


def test_calibration_that_does_not_end():
    bus, _, driver = new()
    bus.inject(NeverReady())
    assert "set-up" in str(raises(NotReady, driver.start))
    bus.clear()
    assert take(driver, bus.clock) == (740,)
