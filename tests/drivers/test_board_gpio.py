"""Digital inputs and pulse counters on a simulated board's pins."""

from byteport_drivers.board.gpio import GPIO
from byteport_drivers.board.pulse_counter import PulseCounter
from byteport_mocks.board import SimulatedBoard
from chip_checks import take
from read_memory import allocated


class Rig:
    """A board with a driver on pin 4, as a `with` around a test."""

    def __init__(self, driver_class, **options):
        self.board = SimulatedBoard()
        self.clock = self.board.clock
        self.pin = self.board.pin(4)
        self._make = driver_class, options

    def __enter__(self):
        self.board.__enter__()
        from machine import Pin

        driver_class, options = self._make
        self.driver = driver_class(Pin(4, Pin.IN), **options)
        return self

    def __exit__(self, *error):
        self.board.__exit__(*error)

    def take(self):
        return take(self.driver, self.clock)

    def pulses(self, count, period_ms):
        self.pin.pulses(count, period_ms * 500, period_ms * 1000)
        self.clock.sleep_ms(count * period_ms)


def test_state():
    for invert, low, high in ((False, 0, 1), (True, 1, 0)):
        with Rig(GPIO, active_low=invert) as rig:
            assert rig.take() == (low,)
            rig.pin.drive(1)
            assert rig.take() == (high,)
            rig.pin.drive(0)
            assert rig.take() == (low,)


def test_watch_tells_of_both_edges():
    with Rig(GPIO) as rig:
        seen = []
        rig.driver.watch(seen.append)
        rig.pin.drive(1)
        rig.clock.sleep_ms(100)
        rig.pin.drive(0)
        rig.clock.sleep_ms(100)
        assert seen == [(1,), (0,)]


def test_watch_does_not_tell_of_bouncing():
    with Rig(GPIO, debounce_ms=20) as rig:
        seen = []
        rig.driver.watch(seen.append)
        rig.pin.play(
            [(1, 300), (0, 200), (1, 400), (0, 100), (1, 50000), (0, 100), (1, 90), (0, 0)]
        )
        rig.clock.sleep_ms(100)
        assert seen == [(1,), (0,)]
        assert rig.take() == (0,)


def test_an_edge_right_after_power_on_is_told():
    with Rig(GPIO, debounce_ms=1000) as rig:
        seen = []
        rig.driver.watch(seen.append)
        rig.pin.drive(1)
        assert seen == [(1,)]


def test_total_pulses_and_frequency():
    with Rig(PulseCounter) as rig:
        rig.pulses(50, 20)
        assert rig.take() == (50, 50, 50)
        rig.clock.sleep_ms(2000)
        assert rig.take() == (50, 0, 0)
        rig.pulses(5, 100)
        rig.clock.sleep_ms(1500)
        total, pulses, frequency = rig.take()
        assert (total, pulses) == (55, 5)
        assert abs(frequency - 2.5) < 0.01
        assert rig.take()[1:] == (0, 0)


def test_each_edge_kind():
    for rising, count in ((True, 1), (False, 0)):
        with Rig(PulseCounter, rising=rising) as rig:
            rig.pin.drive(1)
            assert rig.take()[0] == count
            rig.pin.drive(0)
            assert rig.take()[0] == 1


def test_a_reed_contact_that_bounces():
    with Rig(PulseCounter, debounce_ms=5) as rig:
        for _ in range(10):
            rig.pin.play([(1, 100), (0, 200), (1, 150), (0, 300), (1, 30000), (0, 0)])
            rig.clock.sleep_ms(100)
        assert rig.take()[0] == 20
    with Rig(PulseCounter, debounce_ms=50) as rig:
        for _ in range(10):
            rig.pin.play([(1, 100), (0, 200), (1, 150), (0, 300), (1, 30000), (0, 0)])
            rig.clock.sleep_ms(100)
        assert rig.take()[0] == 10


def test_watch_counts_on():
    with Rig(PulseCounter) as rig:
        seen = []
        rig.driver.watch(seen.append)
        rig.pulses(3, 100)
        assert [reading[0] for reading in seen] == [1, 2, 3]
        assert rig.take()[:2] == (3, 0)


def test_C6_ticks_that_wrap():
    with Rig(PulseCounter) as rig:
        rig.clock.sleep_ms((1 << 30) - 400)
        rig.take()
        rig.pulses(8, 100)
        total, pulses, frequency = rig.take()
        assert (total, pulses) == (8, 8)
        assert abs(frequency - 10) < 0.1


def test_reading_allocates_little():
    for driver_class in (GPIO, PulseCounter):
        with Rig(driver_class) as rig:
            rig.driver.read()
            used = allocated(rig.driver.read)[1]
            assert used <= 200 + 160, used  # 160 are the simulated time's
