"""DHT22 and DHT11 on a simulated board, by the pulses that the sensor would send."""

from byteport.errors import BadReading, NotReady
from byteport_drivers.board.dht11 import DHT11
from byteport_drivers.board.dht22 import DHT22
from byteport_mocks.board import SimulatedBoard
from byteport_mocks.faults import AllOnes, AllZeros, DropByte, FlipBit, NackAddress, Stale, nth
from byteport_mocks.pulses import SimulatedDHT11, SimulatedDHT22
from chip_checks import sweep, take
from fault_checks import survive
from portable import raises
from read_memory import allocated


class Rig:
    """A board with one sensor on pin 4, as a `with` around a test."""

    def __init__(self, driver_class=DHT22, sensor=None):
        self.board = SimulatedBoard()
        self.clock = self.board.clock
        self.sensor = self.board.attach_dht(4, sensor or SimulatedDHT22())
        self._driver_class = driver_class

    def __enter__(self):
        self.board.__enter__()
        from machine import Pin

        self.driver = self._driver_class(Pin(4, Pin.OPEN_DRAIN, Pin.PULL_UP))
        return self

    def __exit__(self, *error):
        self.board.__exit__(*error)

    def take(self):
        return take(self.driver, self.clock)


class Frame:
    """A sensor that always sends these bytes, checksum as it should be."""

    def __init__(self, data):
        data = bytes.fromhex(data)
        self.data = data + bytes((sum(data) & 0xFF,))

    def answer(self):
        return self.data


def reading_of(driver_class, data):
    with Rig(driver_class, Frame(data)) as rig:
        return rig.take()


def refusal_of(driver_class, data):
    return str(raises(BadReading, reading_of, driver_class, data))


def near(reading, wanted):
    for value, true in zip(reading, wanted):
        assert abs(value - true) < 0.01, (reading, wanted)


def test_the_datasheets_frames():
    near(reading_of(DHT22, "028c015f"), (35.1, 65.2))
    near(reading_of(DHT22, "028c8065"), (-10.1, 65.2))
    near(reading_of(DHT22, "03e80320"), (80, 100))
    near(reading_of(DHT22, "00018190"), (-40, 0.1))
    near(reading_of(DHT22, "028c8000"), (0, 65.2))


def test_a_clones_negative_degrees():
    near(reading_of(DHT22, "028c0fff"), (-0.1, 65.2))
    near(reading_of(DHT22, "028c0f9b"), (-10.1, 65.2))
    near(reading_of(DHT22, "028cffff"), (-0.1, 65.2))
    near(reading_of(DHT22, "028cfe70"), (-40, 65.2))


def test_dht11_frames():
    near(reading_of(DHT11, "2d001505"), (21.5, 45))
    near(reading_of(DHT11, "2d000281"), (-2.1, 45))
    near(reading_of(DHT11, "2d001500"), (21, 45))


def test_frames_that_pass_the_checksum_and_are_no_sample():
    for data in (
        "00000000",
        "00ff00ff",
        "03e90100",
        "028c0321",
        "028c8191",
        "028c0e6f",
        "028c5000",
    ):
        assert "DHT22" in refusal_of(DHT22, data)
    for data in ("00000000", "60001500", "2d003d00", "2d001595", "04001500"):
        assert "DHT11" in refusal_of(DHT11, data)


def test_the_other_kind_of_sensor():
    assert "another kind" in refusal_of(DHT22, "2d001505")
    assert "another kind" in refusal_of(DHT11, "028c015f")


def test_range():
    for driver_class, sensor in (
        (DHT22, SimulatedDHT22()),
        (DHT22, SimulatedDHT22(clone=True)),
        (DHT11, SimulatedDHT11()),
    ):
        with Rig(driver_class, sensor) as rig:
            sweep(rig.driver, rig.sensor, rig.clock, steps=12)


def test_not_asked_before_its_time():
    for driver_class, sensor, interval_ms in (
        (DHT22, SimulatedDHT22(), 2000),
        (DHT11, SimulatedDHT11(), 1000),
    ):
        with Rig(driver_class, sensor) as rig:
            assert rig.driver.start() == interval_ms  # power-on
            raises(NotReady, rig.driver.read)
            rig.clock.sleep_ms(interval_ms - 1)
            assert driver_class.__name__ in str(raises(NotReady, rig.driver.read))
            rig.clock.sleep_ms(1)
            rig.driver.read()
            raises(NotReady, rig.driver.read)
            rig.clock.sleep_ms(400)
            assert rig.driver.start() == interval_ms - 400
            rig.clock.sleep_ms(60000)
            assert rig.driver.start() == interval_ms


class Lagging:
    """Sends what it measured when it was asked before, as the datasheet says."""

    def __init__(self):
        self.chip = SimulatedDHT22()
        self.measured = self.chip.frame()

    def set(self, temperature):
        self.chip.set(temperature=temperature)

    def answer(self):
        old, self.measured = self.measured, bytes(self.chip.encode())
        self.measured += bytes((sum(self.measured) & 0xFF,))
        return old


def test_the_measurement_of_the_reading_before_is_not_given():
    with Rig(sensor=Lagging()) as rig:
        for degrees in (10, 20, 30):
            rig.sensor.set(degrees)
            rig.clock.sleep_ms(60000)
            near(rig.take(), (degrees, 45))


def test_after_an_error_there_is_an_error_and_no_old_value():
    with Rig() as rig:
        near(rig.take(), (21.5, 45))
        rig.sensor.inject(NackAddress())
        for _ in range(3):
            raises(OSError, rig.take)
            raises(NotReady, rig.driver.read)
        rig.sensor.clear()
        rig.sensor.set(temperature=30)
        near(rig.take(), (30, 45))


def test_survives_faults():
    with Rig() as rig:
        faults = [AllOnes(), AllZeros(), Stale(), NackAddress(), NackAddress(when=nth(1))]
        faults += [DropByte(place) for place in range(5)]
        faults += [FlipBit(place, bit) for place in range(5) for bit in range(8)]
        wanted = {"temperature": 21.5, "humidity": 45}
        survive(rig.driver, rig.sensor, faults, rig.clock, wanted, dict.fromkeys(wanted, 0.01))


def test_every_flipped_bit_is_a_wrong_checksum():
    for place in range(5):
        for bit in range(8):
            with Rig() as rig:
                rig.sensor.inject(FlipBit(place, bit))
                assert "checksum" in str(raises(BadReading, rig.take))


class OnABoard(DHT22):
    """Its clock and its sensor allocate nothing, as a board's in C."""

    def _wait_ms(self):
        return 0

    def _ask(self):
        pass


def test_read_allocates_little():
    frame = Frame("028c015f")
    with Rig(OnABoard, frame) as rig:
        rig.driver._sensor.buf[:] = frame.data
        rig.driver.read()
        reading, used = allocated(rig.driver.read)
    near(reading, (35.1, 65.2))
    assert used <= 200, used
