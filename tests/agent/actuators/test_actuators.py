"""Actuators on gpiozero's own MockFactory: set, pulsed, and safe again by themselves."""

from collections.abc import Iterator
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin
from outbox_rig import SetClock

from byteport.errors import ChipNotFound
from byteport_agent.actuators.actuator import Actuator
from byteport_agent.actuators.values import Wish, value_text, wish_of, wish_text
from byteport_agent.config import Actuator as Settings

PIN = 17


@pytest.fixture(autouse=True)
def factory() -> Iterator[MockFactory]:
    before = Device.pin_factory
    Device.pin_factory = factory = MockFactory(pin_class=MockPWMPin)
    yield factory
    factory.reset()
    Device.pin_factory = before


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def settings(kind: str = "relay", **others: Any) -> Settings:
    return Settings(name="pump", kind=kind, pin=PIN, **others)


def wish(text: str, **others: Any) -> Wish:
    return wish_of(settings(**others), text)


WISHES = {
    "on": Wish(1),
    "OFF": Wish(0),
    "1": Wish(1),
    " true ": Wish(1),
    "safe": Wish(0),
    "pulse": Wish(1, 1000),
    "2s": Wish(1, 2000),
    "on 5m": Wish(1, 300_000),
    "off 10ms": Wish(0, 10),
}


@pytest.mark.parametrize("text", WISHES)
def test_what_a_message_may_ask(text: str) -> None:
    assert wish(text) == WISHES[text]


def test_a_pulse_is_away_from_the_safe_state() -> None:
    assert wish("pulse", safe=1, pulse_ms=50) == Wish(0, 50)
    assert wish("2s", kind="pwm", safe=0.3) == Wish(1, 2000)


@pytest.mark.parametrize("text", ["", "0.4", "2", "on 5", "on off", "0s", "nan", "-1", "on 5m x"])
def test_what_it_may_not_ask_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="pump takes on or off, a time such as 2s behind it"):
        wish(text)


@pytest.mark.parametrize(("kind", "text"), [("pwm", "1.1"), ("pwm", "-0.1"), ("servo", "1.5")])
def test_values_beyond_what_a_kind_has(kind: str, text: str) -> None:
    with pytest.raises(ValueError, match=r"pump takes -?\d to 1"):
        wish(text, kind=kind)


def test_states_in_words() -> None:
    assert wish_text(settings(), Wish(1, 2000)) == "on for 2.0 s"
    assert value_text(settings("pwm"), 0.25) == "0.25"


@pytest.mark.parametrize("kind", ["led", "relay", "pwm"])
def test_it_is_safe_from_its_first_moment(factory: MockFactory, clock: SetClock, kind: str) -> None:
    for safe, active_low, level in [(0, False, 0), (1, False, 1), (0, True, 1), (1, True, 0)]:
        actuator = Actuator(settings(kind, safe=safe, active_low=active_low), clock)
        pin = factory.pin(PIN)
        pin.clear_states()
        actuator.open()
        assert pin.state == level
        assert len({state.state for state in pin.states[1:]}) <= 1  # no other level in between
        actuator.set(Wish(1 - safe))
        assert pin.state == 1 - level
        actuator.close()  # behind the safe state the mock's pin is an input, and low
        assert [state.state for state in pin.states[-2:]] in ([1 - level, level], [level, 0])


def test_pwm_and_servo_take_values_between(factory: MockFactory, clock: SetClock) -> None:
    pwm = Actuator(settings("pwm"), clock)
    pwm.set(Wish(0.25))
    assert factory.pin(PIN).state == 0.25
    pwm.close()
    servo = Actuator(settings("servo", safe=-1), clock)
    servo.open()
    least = factory.pin(PIN).state
    servo.set(Wish(1))
    assert factory.pin(PIN).state > least
    servo.close()


def test_a_time_that_is_over_brings_it_back(factory: MockFactory, clock: SetClock) -> None:
    actuator = Actuator(settings(timeout_ms=60_000), clock)
    actuator.set(Wish(1, 2000))
    clock.ticks += 1999
    assert actuator.expire() == ""
    assert factory.pin(PIN).state == 1
    clock.ticks += 1
    assert actuator.expire() == ""  # a pulse ends as was said
    assert factory.pin(PIN).state == 0
    assert actuator.until is None
    actuator.set(Wish(1))
    clock.ticks += 60_000
    assert actuator.expire() == "pump is off again: nobody set it for 60 s"
    assert factory.pin(PIN).state == 0
    actuator.close()


def test_the_timeout_is_the_most_that_may_be_asked(clock: SetClock) -> None:
    actuator = Actuator(settings(timeout_ms=1000), clock)
    actuator.set(Wish(1, 60_000))
    assert actuator.until == clock.ticks + 1000
    actuator.set(Wish(0))
    assert actuator.until is None
    actuator.close()


def test_the_loss_of_the_broker_brings_it_back(factory: MockFactory, clock: SetClock) -> None:
    actuator = Actuator(settings(on_loss_ms=5000), clock)
    actuator.open()
    assert actuator.loss_due(clock.ticks) is None  # it is safe
    actuator.set(Wish(1))
    since = clock.ticks
    clock.ticks += 4999
    assert actuator.lost(since) == ""
    clock.ticks += 1
    assert actuator.lost(since) == "pump is off: no broker is reached"
    assert factory.pin(PIN).state == 0
    assert actuator.loss_due(since) is None
    actuator.close()


def test_without_a_limit_it_stays(clock: SetClock) -> None:
    actuator = Actuator(settings(), clock)
    actuator.set(Wish(1))
    clock.ticks += 1 << 40
    assert (actuator.expire(), actuator.lost(0), actuator.until) == ("", "", None)
    actuator.close()


def test_a_pin_that_is_in_use_is_told_of_and_tried_again(clock: SetClock) -> None:
    first, second = Actuator(settings(), clock), Actuator(settings(), clock)
    first.open()
    with pytest.raises(ChipNotFound, match="actuator pump: pin 17 is in use here already"):
        second.open()
    first.close()
    second.set(Wish(1))
    second.close()


def test_an_output_that_fails_on_its_way_to_safety_is_tried_once(clock: SetClock) -> None:
    class Broken:
        value = False

        def close(self) -> None:
            pass

        def __setattr__(self, name: str, value: object) -> None:
            if value is False:
                raise OSError(5, "Input/output error")

    actuator = Actuator(settings(timeout_ms=10, on_loss_ms=0), clock, lambda _: Broken())
    actuator.set(Wish(1))
    clock.ticks += 10
    with pytest.raises(OSError, match="Input/output error"):
        actuator.expire()
    assert (actuator.expire(), actuator.lost(0)) == ("", "")
    actuator.close()
