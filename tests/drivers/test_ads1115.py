"""ADS1115: TI's codes, every input, gain and rate, and samples that may be old ones."""

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.ads1115 import ADS1115, volts
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.ads1115 import SimulatedADS1115
from byteport_mocks.faults import AllOnes, AllZeros, NackByte, NeverReady, PowerOnReset, nth
from byteport_mocks.registers import RegisterChip
from chip_checks import bus_cost, check_exact, check_refused, sweep, take
from conversion_checks import check_endless
from fault_checks import take_under
from portable import raises

FULL_SCALE = {"2/3": 6.144, 1: 4.096, 2: 2.048, 4: 1.024, 8: 0.512, 16: 0.256}


class TMP102(RegisterChip):
    """No more than what is seen of one here."""

    ADDRESSES = (0x48,)
    WIDTH = 2
    AUTO_INCREMENT = False
    POWER_ON = {1: 0x60A0, 2: 0x4B00, 3: 0x5000}


def new(address=0x48, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedADS1115(address))
    return bus, chip, ADS1115(bus, address, **options)


def take_all(driver, clock):
    wait_ms = driver.start()
    for _ in driver.CHANNELS:
        clock.sleep_ms(wait_ms)
        try:
            return driver.read()
        except NotReady:
            pass
    raise AssertionError("one channel too many")


def near(value, wanted, tolerance):
    assert abs(value - wanted) <= tolerance, (value, wanted)


def test_published_codes():
    for full_scale_mv in (6144, 4096, 2048, 1024, 512, 256):
        full_scale = full_scale_mv / 1000
        for raw, share in ((0x7FFF, 32767 / 32768), (1, 1 / 32768), (0, 0), (0x8000, -1)):
            near(volts(raw, full_scale_mv), full_scale * share, 1e-6)
        near(volts(0xFFFF, full_scale_mv), -full_scale / 32768, 1e-9)
    near(volts(0x4000, 4096), 2.048, 1e-6)


def test_sweep():
    bus, chip, driver = new(0x4B)
    sweep(driver, chip, bus.clock)


def test_each_gain():
    for gain in FULL_SCALE:
        bus, chip, driver = new(gain=gain)
        full_scale = FULL_SCALE[gain]
        assert driver.CHANNELS[0][2] >= 4
        for share in (-0.99, -0.5, -0.0001, 0.0001, 0.3, 0.99):
            chip.set(ch0=share * full_scale)
            near(take(driver, bus.clock)[0], share * full_scale, full_scale / 32768)


def test_each_rate_is_waited_for():
    for rate in (8, 16, 32, 64, 128, 250, 475, 860):
        bus, chip, driver = new(samples_per_second=rate)
        for value in (1.0, 2.0, 2.0):
            chip.set(ch0=value)
            near(take(driver, bus.clock)[0], value, 0.0002)


def test_all_inputs():
    bus, chip, driver = new(channels=(0, 1, 2, 3, "0-1", "2-3", "0-3", "1-3"), gain="2/3")
    names = [row[0] for row in driver.CHANNELS]
    assert names == ["ch0", "ch1", "ch2", "ch3", "ch0_1", "ch2_3", "ch0_3", "ch1_3"]
    chip.set(ch0=1.5, ch1=2.0, ch2=4.9, ch3=0.25)
    wanted = (1.5, 2.0, 4.9, 0.25, -0.5, 4.65, 1.25, 1.75)
    for _ in range(2):
        for value, expected in zip(take_all(driver, bus.clock), wanted):
            near(value, expected, 0.0002)


def test_several_channels_at_one_voltage():
    bus, chip, driver = new(channels=(0, 1))
    chip.set(ch0=1.0, ch1=1.0)
    assert take_all(driver, bus.clock) == take_all(driver, bus.clock)
    near(take_all(driver, bus.clock)[1], 1.0, 0.0002)


def test_options_are_checked():
    for options in ({"gain": 3}, {"samples_per_second": 100}, {"channels": ("0-2",)}):
        raises(ValueError, new, **options)


def test_bus_cost_is_at_the_floor():
    bus, chip, driver = new()
    assert bus_cost(driver, bus) == (2, 9)
    assert bus_cost(driver, bus) == (3, 14)  # the same sample once more: asked whether it is new
    chip.set(ch0=1.1)
    assert bus_cost(driver, bus) == (2, 9)


def test_another_chip_is_named():
    bus = SimulatedI2C()
    bus.attach(TMP102())
    error = raises(ChipNotFound, ADS1115, bus)
    assert str(error) == "found a TMP102 or LM75 at 0x48 where an ADS1115 was expected"
    for fault, found in ((AllZeros(), "0x0000"), (AllOnes(), "0xffff")):
        bus.inject(fault)
        assert found in str(raises(ChipNotFound, ADS1115, bus))
        bus.clear()


def test_a_sample_nobody_read_is_not_taken_for_the_next():
    bus, chip, driver = new(channels=(0, 1))
    chip.set(ch0=1.0, ch1=3.0)
    take_all(driver, bus.clock)
    wait_ms = driver.start()
    bus.clock.sleep_ms(wait_ms)
    raises(NotReady, driver.read)
    bus.clock.sleep_ms(wait_ms)  # channel 1 is ready, and left there
    bus.inject(NeverReady())
    raises(NotReady, take, driver, bus.clock)
    bus.clear()
    near(take_all(driver, bus.clock)[0], 1.0, 0.0002)


def test_a_failed_start_leaves_nothing_to_read():
    bus, _, driver = new()
    driver.start()
    bus.inject(NackByte(2, when=nth(1)))
    raises(OSError, driver.start)
    raises(NotReady, driver.read)


def test_power_lost_while_converting():
    bus, chip, driver = new(channels=("0-1",), gain=2)  # as after power-on
    chip.set(ch0=1.5, ch1=0.25)
    error = raises(BadReading, take_under, driver, bus, PowerOnReset(when=nth(2)))
    assert "ADS1115 at 0x48" in str(error)
    near(take(driver, bus.clock)[0], 1.25, 0.0002)


def test_beyond_the_range_is_no_reading():
    bus, chip, driver = new()
    check_refused(driver, chip, bus.clock, [{"ch0": 4.2}, {"ch0": -4.2}], "ADS1115 at 0x48")
    check_exact(driver, chip, bus.clock, (0.0,))
    chip.set(ch0=-0.000125)
    near(take(driver, bus.clock)[0], -0.000125, 1e-6)


def test_busy_for_ever_never_shows_the_old_voltage():
    bus, chip, driver = new()
    chip.set(ch0=3.3)
    check_endless(driver, chip, bus, {"ch0": 1.1}, {"ch0": 0.0002}, "ADS1115 at 0x48")
