"""The pin drivers on gpiozero's own MockFactory, beside gpiozero's own devices."""

import subprocess
import sys
import time
from collections.abc import Iterator
from threading import Event

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockTriggerPin

from byteport.errors import BadReading, ChipNotFound, NotReady
from byteport_drivers.linux import hcsr04 as hcsr04_module
from byteport_drivers.linux.button import Button
from byteport_drivers.linux.gpio import GPIO
from byteport_drivers.linux.hcsr04 import HCSR04
from byteport_drivers.linux.pir import PIR
from byteport_drivers.linux.pulse_counter import PulseCounter


class Ticking(MockFactory):
    """gpiozero's pins, on a clock that a test moves."""

    now_s = 0.0

    @staticmethod
    def ticks() -> float:
        return Ticking.now_s

    def after(self, seconds: float, pin: int, level: int) -> None:
        """Let a pin change; the edge is stamped with the test's time."""
        Ticking.now_s += seconds
        mock = self.pin(pin)
        drive = mock._call_when_changed

        def stamped() -> None:
            mock._last_change = Ticking.now_s
            drive()

        mock._call_when_changed = stamped
        (mock.drive_high if level else mock.drive_low)()
        del mock._call_when_changed


@pytest.fixture
def factory() -> Iterator[Ticking]:
    before = Device.pin_factory
    Device.pin_factory = factory = Ticking()
    Ticking.now_s = 100.0
    yield factory
    factory.reset()
    Device.pin_factory = before


# Digital input


def test_a_pin_is_0_or_1(factory) -> None:
    driver = GPIO(4)
    assert driver.CHANNELS == (("state", "/", 0),)
    assert driver.start() == 0
    assert driver.read() == (0,)
    factory.pin(4).drive_high()
    assert driver.read() == (1,)
    factory.pin(4).drive_low()
    assert driver.read() == (0,)


def test_active_low_and_pulls(factory) -> None:
    assert GPIO(4, pull="up", active_low=True).read() == (0,)
    assert factory.pin(4).pull == "up"
    assert GPIO(5, pull="down").read() == (0,)
    assert factory.pin(5).pull == "down"
    assert GPIO(6, pull="up").read() == (1,)


def test_changes_are_told(factory) -> None:
    driver, told = GPIO(4), []
    driver.watch(told.append)
    for level in (1, 0, 1):
        factory.after(1, 4, level)
    assert told == [(1,), (0,), (1,)]
    driver.watch(None)
    factory.after(1, 4, 0)
    assert len(told) == 3


def test_a_bouncing_contact_is_told_once(factory) -> None:
    driver, told = GPIO(4, debounce_ms=30), []
    driver.watch(told.append)
    for seconds, level in ((1, 1), (0.001, 0), (0.001, 1), (1, 0), (0.002, 1), (0.002, 0)):
        factory.after(seconds, 4, level)
    assert told == [(1,), (0,)]
    driver.close()


def test_a_short_press_does_not_stay_reported(factory) -> None:
    driver, told, released = GPIO(4, debounce_ms=10), [], Event()
    driver.watch(lambda sample: (told.append(sample), sample == (0,) and released.set()))
    factory.after(1, 4, 1)
    factory.after(0.001, 4, 0)
    assert released.wait(5)
    assert told == [(1,), (0,)]


def test_a_pin_is_given_back(factory) -> None:
    driver = GPIO(4)
    with pytest.raises(ChipNotFound, match="gpio 4: pin 4 is in use here already"):
        GPIO(4)
    driver.close()
    GPIO(4).close()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"pin": 99}, "pin 99: 99 is not a valid pin name"),
        ({"pin": "GPIO4", "pull": "left"}, "pull is 'left': write none, up or down"),
        ({"pin": 2, "pull": "down"}, "pin 2: "),  # it has a pull-up on the board
    ],
)
def test_a_wrong_pin_is_one_line(factory, options, words: str) -> None:
    with pytest.raises(ChipNotFound, match=words):
        GPIO(**options)


def test_a_machine_without_pins() -> None:
    code = (
        "from byteport_drivers.linux.gpio import GPIO\n"
        "from byteport.errors import ChipNotFound\n"
        "try: GPIO(4)\n"
        "except ChipNotFound as error: print(error)\n"
    )
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.startswith("gpio 4: ")
    assert run.stdout.count("\n") == 1


def test_gpiozero_is_imported_with_the_first_pin(monkeypatch) -> None:
    code = "import sys, byteport_drivers.linux.gpio\nsys.exit('gpiozero' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    with pytest.raises(ChipNotFound, match=r"pip install 'byteport-agent\[pi\]'"):
        GPIO(4)


# Button, motion


def test_a_button_and_gpiozeros_own(factory) -> None:
    from gpiozero import Button as Oracle

    driver, oracle = Button(4), Oracle(5)
    for level in (1, 0, 1, 0, 0, 1):
        for pin in (4, 5):
            factory.after(1, pin, level)
        assert driver.read()[0] == int(oracle.is_pressed) == 1 - level


def test_presses_are_counted(factory) -> None:
    driver = Button(4)
    assert driver.read() == (0, 0)
    for seconds, level in ((1, 0), (0.005, 1), (0.005, 0), (1, 1), (0.005, 0), (0.005, 1), (1, 0)):
        factory.after(seconds, 4, level)
    assert driver.read() == (1, 2)
    assert driver.read() == (1, 0)


def test_motion_between_two_readings_is_seen(factory) -> None:
    from gpiozero import MotionSensor

    driver = PIR(4)
    oracle = MotionSensor(5, queue_len=1)
    assert driver.read() == (int(oracle.motion_detected),) == (0,)
    factory.after(1, 4, 1)
    assert driver.read() == (1,)
    assert driver.read() == (1,)
    factory.after(1, 4, 0)
    factory.after(1, 4, 1)
    factory.after(1, 4, 0)
    assert driver.read() == (1,)
    assert driver.read() == (0,)
    oracle.close()


def test_motion_is_told(factory) -> None:
    driver, told = PIR(4), []
    driver.watch(told.append)
    factory.after(1, 4, 1)
    factory.after(3, 4, 0)
    assert told == [(1,), (0,)]


# Pulses


def pulses(factory: Ticking, pin: int, count: int, period_s: float) -> None:
    for _ in range(count):
        factory.after(period_s / 2, pin, 0)
        factory.after(period_s / 2, pin, 1)


def test_rain(factory) -> None:
    driver = PulseCounter(5, per_pulse=0.2794, unit="mm", rate_per="h", debounce_ms=20)
    assert driver.CHANNELS == (("amount", "mm", 3), ("total", "mm", 3), ("rate", "mm/h", 3))
    pulses(factory, 5, 3, 60)
    amount, total, rate = driver.read()
    assert (amount, total) == (pytest.approx(0.8382), pytest.approx(0.8382))
    assert rate == pytest.approx(0.8382 * 20)
    Ticking.now_s += 60
    assert driver.read() == (0, pytest.approx(0.8382), 0)


def test_flow(factory) -> None:
    driver = PulseCounter(6, per_pulse=1 / 450, unit="l", rate_per="min")
    driver.read()
    pulses(factory, 6, 900, 0.01)
    amount, total, rate = driver.read()
    assert (amount, total) == (pytest.approx(2), pytest.approx(2))
    assert rate == pytest.approx(2 / 9 * 60)
    assert driver.CHANNELS[2] == ("rate", "l/min", 3)


def test_energy(factory) -> None:
    driver = PulseCounter(13, per_pulse=1, unit="Wh", rate_per="h")
    pulses(factory, 13, 10, 3.6)
    amount, _, rate = driver.read()
    assert (amount, rate) == (10, pytest.approx(1000))
    assert driver.CHANNELS[2] == ("rate", "W", 3)


def test_a_pulse_is_no_event(factory) -> None:
    assert not hasattr(PulseCounter(13), "watch")  # else each would be a reading of its own


def test_bounces_are_no_pulses(factory) -> None:
    driver = PulseCounter(5, debounce_ms=20)
    for _ in range(4):
        for seconds, level in ((1, 0), (0.002, 1), (0.002, 0), (0.5, 1), (0.003, 0), (0.003, 1)):
            factory.after(seconds, 5, level)
    assert driver.read()[0] == 4


def test_two_readings_at_one_time(factory) -> None:
    driver = PulseCounter(5)
    driver.read()
    assert driver.read() == (0, 0, 0)


def test_a_wrong_rate(factory) -> None:
    with pytest.raises(ChipNotFound, match="rate_per is 'day': write s, min or h"):
        PulseCounter(5, rate_per="day")


# HC-SR04


@pytest.fixture
def hcsr04(factory) -> HCSR04:
    driver = HCSR04(23, 24)
    factory.pin(23)._set_state = ping_of(factory)
    return driver


def ping_of(factory: Ticking, echo_s: float = 0.002):
    def ping(value: float) -> None:
        if value:
            factory.after(0.001, 24, 1)
            factory.after(echo_s, 24, 0)

    return ping


def take(driver: HCSR04) -> float:
    assert driver.start() == 60
    return driver.read()[0]


@pytest.mark.parametrize(("echo_s", "cm"), [(0.002, 34.32), (0.00583, 100.05), (0.02, 343.2)])
def test_distance(factory, hcsr04, echo_s: float, cm: float) -> None:
    factory.pin(23)._set_state = ping_of(factory, echo_s)
    assert take(hcsr04) == pytest.approx(cm, abs=0.1)


def test_the_temperature_of_the_air_counts(factory) -> None:
    cold, warm = HCSR04(23, 24, air_cel=-20), HCSR04(5, 6, air_cel=40)
    assert cold._cm_per_s == pytest.approx(31894, abs=10)
    assert warm._cm_per_s == pytest.approx(35472, abs=10)


def test_gpiozeros_trigger_pin_in_real_time() -> None:
    before = Device.pin_factory
    Device.pin_factory = factory = MockFactory()
    echo = factory.pin(24)
    trigger = factory.pin(23, pin_class=MockTriggerPin, echo_pin=echo, echo_time=0.01)
    driver = HCSR04(23, 24)
    wait_ms = driver.start()
    time.sleep(wait_ms / 1000)
    trigger._echo_thread.join()
    assert 165 < driver.read()[0] < 400  # 171.6 cm and however late its thread was
    driver.close()
    factory.reset()
    Device.pin_factory = before


@pytest.mark.parametrize(
    ("edges", "words"),
    [
        ([], "does not answer: wiring or power"),
        ([(0.001, 1)], "no echo: nothing within 4 m"),
        ([(0.001, 1), (0.038, 0)], "no echo: nothing within 4 m"),
        ([(0.001, 1), (0.00001, 0)], "nearer than 2 cm"),
    ],
)
def test_what_must_not_be_used(factory, hcsr04, edges, words: str) -> None:
    def ping(value: float) -> None:
        for edge in edges if value else ():
            factory.after(edge[0], 24, edge[1])

    factory.pin(23)._set_state = ping
    with pytest.raises(BadReading, match=words):
        take(hcsr04)
    factory.pin(24).drive_low()
    factory.pin(23)._set_state = ping_of(factory)
    assert take(hcsr04) == pytest.approx(34.32, abs=0.1)


def test_a_distance_is_given_once(hcsr04) -> None:
    take(hcsr04)
    with pytest.raises(NotReady, match="no ping since the last reading"):
        hcsr04.read()


def test_an_echo_that_stays_high(factory, hcsr04) -> None:
    factory.pin(24).drive_high()
    with pytest.raises(BadReading, match="echo is high without a ping"):
        hcsr04.start()


def test_pins_are_given_back_when_one_is_wrong(factory) -> None:
    with pytest.raises(ChipNotFound):
        HCSR04(99, 24)
    driver = HCSR04(23, 24)
    driver.close()
    HCSR04(23, 24)


def test_the_trigger_is_10_microseconds(hcsr04, monkeypatch) -> None:
    slept = []
    monkeypatch.setattr(hcsr04_module.time, "sleep", slept.append)
    take(hcsr04)
    assert slept == [0.00001]
