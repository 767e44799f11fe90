"""MPU6050: seven channels of one burst, every range, clones by name, sleep after lost power."""

from byteport.errors import BadReading, ChipNotFound
from byteport_drivers.mpu6050 import MPU6050, convert, word
from byteport_mocks import SimulatedI2C
from byteport_mocks.chips.mpu6050 import SimulatedMPU6050
from chip_checks import bus_cost, check_near, check_refused, names, sweep, take
from fault_checks import check_refused_set_up
from portable import raises

WANTED = {"acceleration_x": 0.3, "acceleration_z": 9.8, "temperature": 21.5, "rotation_z": 0.03}
NEAR = {"acceleration_x": 0.001, "acceleration_z": 0.001, "temperature": 0.01, "rotation_z": 0.0002}


def new(address=0x68, **options):
    bus = SimulatedI2C()
    chip = bus.attach(SimulatedMPU6050(address))
    return bus, chip, MPU6050(bus, address, **options)


def test_words_are_signed():
    frame = b"\x00\x00\x00\x01\x7f\xff\x80\x00\xff\xff"
    assert [word(frame, at) for at in (0, 2, 4, 6, 8)] == [0, 1, 32767, -32768, -1]


def test_the_register_maps_sensitivities():
    frame = b"\x40\x00\xc0\x00\x20\x00\x00\x00\x00\x83\xff\x7d\x00\x00"
    values = convert(frame, 1 / 16384, 1 / 131)
    for value, wanted in zip(values, (1, -1, 0.5, 36.53, 1, -1, 0)):
        assert abs(value - wanted) < 1e-5
    assert abs(convert(b"\x00" * 6 + b"\xf2\xb8" + b"\x00" * 6, 1, 1)[3] - 26.53) < 1e-5


def test_sweep():
    bus, chip, driver = new(0x69)
    sweep(driver, chip, bus.clock, steps=12)


def test_all_channels_come_from_one_sample():
    bus, chip, driver = new()
    reading = take(driver, bus.clock)
    for name, value in zip(names(driver), reading):
        assert abs(value - chip.value_of(name)) <= chip.range()[name][2], name


def test_every_range():
    for accel_g, gyro_dps in ((2, 250), (4, 500), (8, 1000), (16, 2000)):
        bus, chip, driver = new(accel_g=accel_g, gyro_dps=gyro_dps)
        end = 9.8 * accel_g
        turn = gyro_dps / 58
        chip.set(acceleration_x=end, acceleration_y=-end, rotation_x=turn, rotation_y=-turn)
        wanted = {"acceleration_x": end, "acceleration_y": -end, "rotation_x": turn}
        near = {"acceleration_x": 0.003, "acceleration_y": 0.003, "rotation_x": 0.001}
        check_near(driver, take(driver, bus.clock), wanted, near)


def test_unknown_ranges():
    bus = SimulatedI2C()
    bus.attach(SimulatedMPU6050())
    raises(ValueError, MPU6050, bus, accel_g=3)
    raises(ValueError, MPU6050, bus, gyro_dps=300)


def test_beyond_the_range_is_no_reading():
    bus, chip, driver = new()
    changes = [{"acceleration_y": 25.0}, {"acceleration_y": -25.0}, {"rotation_z": 6.0}]
    check_refused(driver, chip, bus.clock, changes, "MPU6050 at 0x68")


def test_bus_cost_is_at_the_floor():
    bus, _, driver = new()
    take(driver, bus.clock)
    assert bus_cost(driver, bus) == (1, 17)


def test_another_chip_is_named():
    for found, text in (
        (0x70, "MPU6050 at 0x68: found an MPU6500 (0x70)"),
        (0x98, "MPU6050 at 0x68: found another chip (0x98)"),
    ):
        bus = SimulatedI2C()
        bus.attach(SimulatedMPU6050()).pretend_id(found)
        assert str(raises(ChipNotFound, MPU6050, bus)) == text


def test_a_sample_began_after_start():
    bus, chip, driver = new()
    take(driver, bus.clock)
    for temperature in (20.0, 30.0):
        chip.set(temperature=temperature)
        near = {"temperature": 0.01}
        check_near(driver, take(driver, bus.clock), {"temperature": temperature}, near)


def test_a_temperature_that_cannot_be():
    bus, chip, driver = new()
    changes = [{"temperature": -50.0}, {"temperature": 100.0}]
    check_refused(driver, chip, bus.clock, changes, "out of range")
    for temperature in (-40.0, 85.0):
        chip.set(temperature=temperature)
        check_near(driver, take(driver, bus.clock), {"temperature": temperature}, NEAR)


def test_asleep_after_lost_power_is_seen_and_mended():
    bus, chip, driver = new(accel_g=8)
    take(driver, bus.clock)
    chip.power_on()
    raises(BadReading, take, driver, bus.clock)
    near = {"acceleration_z": 0.0025}
    check_near(driver, take(driver, bus.clock), {"acceleration_z": 9.8}, near)


def test_a_refused_set_up_is_sent_again():
    check_refused_set_up(new, ((1, 2), (2, 5)), WANTED, NEAR)
